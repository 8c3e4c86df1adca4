/** Which laws must kill mutants, by their kind unless they say otherwise. */
import type { Area } from '../../../src/laws/report/Report.js'
import type { Killers, MutantKind } from './Mutant.js'

const reading = ['answer', 'page', 'count', 'keys', 'stream', 'aggregate']

const writing = [
  'what is written is there',
  'nothing else changes',
  'a write is done',
  'a write tells what it did',
  'a new key is new',
  'what is wrong is refused',
  'an error says what it is',
  'what fails leaves no trace',
  'a transaction is all or nothing',
  'a transaction sees what it wrote',
]

const overlapping = [
  'calls that overlap are as in some order',
  'no update is lost',
  'what is looked for at once is made once',
  'what is linked at once is linked once',
  'a transaction is by itself',
]

/** Laws, and the areas that are checked. */
export const by =
  (...areas: ReadonlyArray<Area>) =>
  (...laws: ReadonlyArray<string>): Killers => ({ areas, laws })

export const byReads: Killers = by('reads')(...reading)
export const byWrites: Killers = by('writes')(...writing)
/** What was read before, or is read after, something was written. */
export const byBoth: Killers = by('reads', 'writes')(...reading, ...writing)
export const byOverlap: Killers = by('concurrency')(...overlapping)
export const byFaults: Killers = by('faults')('a failure is told as it is')
export const byCopies: Killers = by('reads', 'writes')(
  'results are copies',
  'arguments and results are copies',
)
export const byQueries: Killers = by('reads')('queries are left as they are')
export const byArguments: Killers = by('writes')('arguments are left as they are')

export const killersOf: { readonly [K in MutantKind]: Killers } = {
  predicates: byReads,
  null: byReads,
  text: byReads,
  'numbers-dates': byReads,
  order: byReads,
  slices: byReads,
  'distinct-count-projection': byReads,
  'relations-aggregates': byReads,
  nested: byReads,
  alike: byReads,
  writes: byWrites,
  'ids-uniqueness': byWrites,
  'cache-errors': byBoth,
  wide: byBoth,
  race: byOverlap,
  fault: byFaults,
}
