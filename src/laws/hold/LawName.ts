/**
 * The names of the laws, by area.
 *
 * @since 0.2.0
 */
export type LawName = ReadsLaw | WritesLaw | FaultsLaw | ConcurrencyLaw

type ReadsLaw =
  | 'answer'
  | 'page'
  | 'count'
  | 'keys'
  | 'stream'
  | 'aggregate'
  | 'results are copies'
  | 'queries are left as they are'
  | 'refuses'
  | 'keeps its word'
  | 'filter and exclude'
  | 'sorted'
  | 'counted'
  | 'pages'
  | 'same keys'
  | 'aggregates are folds'
  | 'found again'
  | 'distinct once'

type WritesLaw =
  | 'what is written is there'
  | 'nothing else changes'
  | 'a write is done'
  | 'a write tells what it did'
  | 'a new key is new'
  | 'what is wrong is refused'
  | 'an error says what it is'
  | 'what fails leaves no trace'
  | 'arguments and results are copies'
  | 'arguments are left as they are'
  | 'a transaction is all or nothing'
  | 'a transaction sees what it wrote'

type FaultsLaw = 'a failure is told as it is'

type ConcurrencyLaw =
  | 'calls that overlap are as in some order'
  | 'no update is lost'
  | 'what is looked for at once is made once'
  | 'what is linked at once is linked once'
  | 'a transaction is by itself'
