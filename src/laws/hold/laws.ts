/**
 * The laws that a client must obey.
 *
 * The table has each law's name, its sentence, and its check. Most laws are checked by comparing a call with the
 * reference (`held`). Laws with a `check` need no reference: they compare several answers about one queryset with each
 * other, or with what can be computed from the rows that the client lists.
 *
 * To add a law of the second kind, add its name to `LawName`, and put it into the table.
 *
 * @since 0.1.0
 */
import type { Call } from '../case/Case.js'
import type { Area } from '../report/Report.js'
import type { CallCheck, Law } from './Law.js'
import type { LawName } from './LawName.js'
import {
  countsAgree,
  distinctOnce,
  folded,
  foundAgain,
  isSorted,
  keysAgree,
  paged,
  partition,
  withDistinct,
  withFilter,
  withOrder,
} from './checks.js'
import { held, leftAlone } from './held.js'
import { checkRead } from './reads.js'
import { checkAtomic } from './transactions.js'
import { checkFaulty, checkOverlap } from './trouble.js'
import { checkWrite } from './writes.js'

const writing = ['write', 'create', 'update', 'updateBulk', 'delete', 'obtain', 'relate', 'mutate'] as const

const table: { readonly [N in LawName]: Omit<Law, 'name'> } = {
  answer: {
    area: 'reads',
    about: 'A queryset gives the rows that it means.',
    held: held(['read'], checkRead),
  },
  page: {
    area: 'reads',
    about: 'A page has the rows of its slice, and the total of all without it.',
    held: held(['read'], checkRead),
  },
  count: {
    area: 'reads',
    about: 'A queryset has as many rows as are counted.',
    held: held(['read'], checkRead),
  },
  keys: {
    area: 'reads',
    about: 'The keys are those of the rows, in their order.',
    held: held(['read'], checkRead),
  },
  stream: {
    area: 'reads',
    about: 'A stream gives the rows that a list gives.',
    held: held(['read'], checkRead),
  },
  aggregate: { area: 'reads', about: 'An aggregate is that of the rows.', held: held(['read'], checkRead) },
  'results are copies': {
    area: 'reads',
    about: 'Who changes what a client gave changes nothing else.',
    held: held(['read'], checkRead),
  },
  'queries are left as they are': {
    area: 'reads',
    about: 'A client changes nothing in a query that it is given.',
    held: leftAlone('read'),
  },
  refuses: {
    area: 'reads',
    about: 'What a client says that it cannot answer, it refuses.',
    held: held(['read'], checkRead),
  },
  'keeps its word': {
    area: 'reads',
    about: 'What a client says that it can answer, it answers.',
    held: held(['read'], checkRead),
  },
  'filter and exclude': {
    area: 'reads',
    about: 'What a condition keeps and what it leaves out are all rows, each once.',
    of: withFilter,
    check: partition,
  },
  sorted: {
    area: 'reads',
    about: 'Rows are sorted by their keys; ties are broken by the primary key.',
    of: withOrder,
    check: isSorted,
  },
  counted: { area: 'reads', about: 'The count is the length of the list.', check: countsAgree },
  pages: { area: 'reads', about: 'Pages put together are the whole.', check: paged },
  'same keys': {
    area: 'reads',
    about: 'The keys that are given are those of the rows that are listed.',
    check: keysAgree,
  },
  'aggregates are folds': {
    area: 'reads',
    about: 'An aggregate is what can be computed from the rows that are listed.',
    check: folded,
  },
  'found again': {
    area: 'reads',
    about: 'A row is found by its own values, and no other is.',
    check: foundAgain,
  },
  'distinct once': {
    area: 'reads',
    about: 'distinct gives each row once, and loses none.',
    of: withDistinct,
    check: distinctOnce,
  },
  'what is written is there': {
    area: 'writes',
    about: 'What was written is what is read.',
    held: held(writing, checkWrite),
  },
  'nothing else changes': {
    area: 'writes',
    about: 'A write leaves all other rows as they were.',
    held: held(writing, checkWrite),
  },
  'a write is done': {
    area: 'writes',
    about: 'A write that is right is done.',
    held: held(writing, checkWrite),
  },
  'a write tells what it did': {
    area: 'writes',
    about: 'A write gives the rows as they are stored, or how many there were.',
    held: held(writing, checkWrite),
  },
  'a new key is new': {
    area: 'writes',
    about: 'A key that is counted up was never there before.',
    held: held(writing, checkWrite),
  },
  'what is wrong is refused': {
    area: 'writes',
    about: 'A key or unique value that is taken is refused.',
    held: held(writing, checkWrite),
  },
  'an error says what it is': {
    area: 'writes',
    about: 'An error has the tag of what went wrong.',
    held: held(writing, checkWrite),
  },
  'what fails leaves no trace': {
    area: 'writes',
    about: 'A write that fails changes nothing.',
    held: held(writing, checkWrite),
  },
  'arguments and results are copies': {
    area: 'writes',
    about: 'Who changes what a client was given, or gave, changes nothing else.',
    held: held(writing, checkWrite),
  },
  'arguments are left as they are': {
    area: 'writes',
    about: 'A client changes nothing in the rows, keys and changes that it is given.',
    held: leftAlone(...writing),
  },
  'a transaction is all or nothing': {
    area: 'writes',
    about: 'A transaction is done as a whole, or not at all.',
    held: held(['atomic'], checkAtomic),
  },
  'a transaction sees what it wrote': {
    area: 'writes',
    about: 'Within a transaction what it wrote is there, and what it took back is not.',
    held: held(['atomic'], checkAtomic),
  },
  'a failure is told as it is': {
    area: 'faults',
    about: 'What is told of a write whose backend failed is so.',
    held: held(['faulty'], checkFaulty),
  },
  'calls that overlap are as in some order': {
    area: 'concurrency',
    about: 'Calls that overlap end as if they had come one after the other.',
    held: held(['overlap'], checkOverlap),
  },
  'no update is lost': {
    area: 'concurrency',
    about: 'Of changes that are made at once, each is there in the end.',
    held: held(['overlap'], checkOverlap),
  },
  'what is looked for at once is made once': {
    area: 'concurrency',
    about: 'Of calls that look for the same row at once and make it if there is none, one makes it.',
    held: held(['overlap'], checkOverlap),
  },
  'what is linked at once is linked once': {
    area: 'concurrency',
    about: 'Two rows that are linked by several calls at once are linked once.',
    held: held(['overlap'], checkOverlap),
  },
  'a transaction is by itself': {
    area: 'concurrency',
    about: 'What overlaps with a transaction is as before it or as after it.',
    held: held(['overlap'], checkOverlap),
  },
}

/** All laws. @since 0.1.0 */
export const laws: ReadonlyArray<Law<LawName>> = Object.entries(table).map(([name, law]) => ({
  ...law,
  // The table has all names and no others.
  name: name as LawName,
}))

/**
 * The check that compares a call with the reference. The first law about such calls has it, and it decides which of
 * these laws is broken.
 *
 * @since 0.2.0
 */
export const heldBy: ReadonlyMap<Call['_tag'], CallCheck['check']> = new Map(
  [...laws]
    .reverse()
    .flatMap(({ held: by }) => (by === undefined ? [] : by.calls.map((tag) => [tag, by.check] as const))),
)

/** The laws that apply to any client. @since 0.1.0 */
export const lawNames = (areas: ReadonlySet<Area>, alone: boolean): ReadonlyArray<string> =>
  laws
    .filter(
      ({ area, check, name }) => areas.has(area) && (alone || check === undefined) && !promises.has(name),
    )
    .map(({ name }) => name)

/** The laws that apply only to clients with `support`. */
const promises: ReadonlySet<string> = new Set(['refuses', 'keeps its word'])

/** @since 0.1.0 */
export const terminalNames: ReadonlyArray<string> = [
  'toArray',
  'whole',
  'page',
  'list',
  'count',
  'exists',
  'first',
  'last',
  'get',
  'getPks',
  'stream',
  'inBulk',
  'contains',
  'aggregate',
]
