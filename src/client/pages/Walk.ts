/**
 * How the rows of a query are fetched page by page, and how many pages and rows that takes.
 *
 * Rows are fetched by keyset pagination where they can be: the next page begins after the last row of the one before, so
 * that rows which come or go meanwhile neither repeat nor vanish. Where rows have no order by which they could be found
 * again (groups, distinct projections), or the client can't compare keys, they are fetched by offset. Each page then begins
 * with the last row of the one before, where it can: if that is another row, rows came or went meanwhile, which is an
 * error; so is a row that comes again, or another total. `noticed` says how much of it is.
 *
 * @since 0.1.0
 */
import type { Kind } from '../../value/Value.js'
import type { OrderKey } from '../../expression/Expression.js'
import type { Query } from '../../query/Query.js'
import type { Shape } from '../../query/shape.js'
import type { Client } from '../Client.js'
import type { Answer } from '../Support.js'

/**
 * How a query's rows are fetched: at once, or so many at a time, by key or by offset.
 *
 * @since 0.1.0
 */
export interface Walk {
  readonly by: 'once' | 'key' | 'offset'
  /** Rows a request, at most; `null` where there is no limit. */
  readonly size: number | null
  /** Rows that a page has at least where there are as many; `null`: as many as are asked for. */
  readonly least: number | null
  /** The query as it is walked: with a total order, and with the values of its keys as columns. */
  readonly query: Query
  readonly keys: ReadonlyArray<Key>
  readonly shape: Shape
  /** Names that were added for the walk, and are taken from the rows again. */
  readonly added: ReadonlyArray<string>
  /** How many rows there are at most, where that is known: then no more are asked for. */
  readonly most: number | null
  /** What the client says of the totals that it tells; `null` where it differs from page to page. */
  readonly total: Answer['total'] | null
  /** The columns by which a row is known again: none, where two rows may be alike in all of them. */
  readonly known: ReadonlyArray<string>
  /** Whether each page but the first begins with the last row of the one before. */
  readonly overlap: boolean
  /** How many pages are asked for at the same time, at most, once it is known how many there are. */
  readonly concurrency: number
  readonly noticed: Noticed
  /** Whether the client leaves out rows that don't fit the model: counts are of those that fit. */
  readonly leavesOut: boolean
}

/**
 * What is noticed of rows that come or go between two pages.
 *
 * - `'all'`: either the rows that stay come once each, or it is an error. So it is with everything that comes at once.
 * - `'total'`: it is an error where the number of rows becomes another. A row that goes while another one comes can
 *   hide one.
 * - `'repeats'`: it is an error where a row comes again, as it does when others come before it. A row that goes can hide
 *   one.
 * - `'nothing'`: rows can't be told apart, and are not counted.
 *
 * @since 0.1.0
 */
export type Noticed = 'all' | 'total' | 'repeats' | 'nothing'

/** An expression that rows are sorted by, and the column that holds its value. */
export interface Key {
  readonly name: string
  readonly kind: Kind
  readonly nullable: boolean
  readonly order: OrderKey<Query>
}

/**
 * How many rows a client gives at once of a query, at most; `null` where there is no limit.
 *
 * @since 0.1.0
 */
export const sizeOf = (client: Client, answer: Answer): number | null => {
  // Whoever only says how many come at least isn't asked for more.
  const told = answer.maxPerRequest ?? client.maxPerRequest ?? answer.minPerRequest
  const size = Math.min(told ?? Infinity, client.maxPerRequest ?? Infinity)
  return size === Infinity ? null : Math.max(1, Math.floor(size))
}

/**
 * How many rows come in one page for certain, where there are as many.
 *
 * @since 0.2.0
 */
export const sureOf = ({ size, least: fewest }: Pick<Walk, 'size' | 'least'>): number =>
  Math.min(size ?? Infinity, fewest ?? Infinity)

/**
 * How many rows each page but the first adds.
 *
 * @since 0.1.0
 */
export const stepOf = ({ size, overlap }: Pick<Walk, 'size' | 'overlap'>): number =>
  size === null ? Infinity : size - (overlap ? 1 : 0)

/**
 * How many pages so many rows have.
 *
 * @since 0.1.0
 */
export const pagesFor = (
  rows: number,
  walk: Pick<Walk, 'size' | 'overlap'> & Partial<Pick<Walk, 'least'>>,
): number => {
  const { size, overlap, least = null } = walk
  if (size === null) return 1
  const smallest = Math.min(size, least ?? size)
  // A page that is ended after the row that it begins with is asked for again from the next one on.
  return overlap && smallest === 1
    ? 1 + 2 * Math.max(0, rows - 1)
    : 1 + Math.ceil(Math.max(0, rows - smallest) / stepOf({ size: smallest, overlap }))
}

/**
 * Whether nothing is told of how many rows there are, or nothing that is heeded.
 *
 * @since 0.1.0
 */
export const tellsNone = (total: Walk['total']): boolean => total === 'none' || total === null

/** Multiples of these are taken for the sizes of pages; the first is the smallest. */
const rounds: readonly [number, ...ReadonlyArray<number>] = [10, 16, 25]

/**
 * The fewest rows of a page that is asked on after though it isn't full.
 *
 * @since 0.1.0
 */
export const [askedOnFrom] = rounds

/**
 * Whether a first page that isn't full is asked on after, where nothing tells how many rows there are. Either there are no
 * more, or the client gives fewer at once than it says. Asking always would take two requests for each question with few
 * rows; services cut pages off at round numbers, and few answers happen to have so many.
 */
export const isAskedOn = ({ size, total }: Pick<Walk, 'size' | 'total'>, count: number): boolean =>
  tellsNone(total) && size !== null && count < size && count > 0 && rounds.some((each) => count % each === 0)

/** The smaller of two numbers, where `null` is no limit. */
export const least = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b)
