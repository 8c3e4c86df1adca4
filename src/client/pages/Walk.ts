/**
 * How the rows of a query are fetched page by page, and how many pages and rows that takes.
 *
 * Rows are fetched by keyset pagination if possible: the next page starts after the last row of the page before. Rows
 * that come or go in between then neither repeat nor vanish. Rows are fetched by offset if they have no order that
 * identifies them, or if the client can't compare keys. Groups, distinct rows and combined rows are sorted for that if
 * possible. Each page by offset starts with the last row of the page before, if the client allows it. If that row
 * differs, rows have come or gone, which is an error. So is a row that comes twice, or a total that changes. `noticed`
 * says which of these checks apply.
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
 * How a query's rows are fetched: all at once, in pages by key or by offset, or in one request by a cursor of the client.
 *
 * @since 0.1.0
 */
export interface Walk {
  readonly by: 'once' | 'key' | 'offset' | 'cursor'
  /** The largest number of rows in a request. `null` if there is no limit. */
  readonly size: number | null
  /** The smallest number of rows in a page, as long as there are that many. `null` means as many as requested. */
  readonly least: number | null
  /** The query for the pages: it has a total order, and the values of its order keys as columns. */
  readonly query: Query
  readonly keys: ReadonlyArray<WalkKey>
  readonly shape: Shape
  /** Names of columns that were added for the pages. They are removed from the rows again. */
  readonly added: ReadonlyArray<string>
  /** The largest number of rows, if known. No more than that are requested. */
  readonly most: number | null
  /** What the client guarantees of its totals. `null` if that differs from page to page. */
  readonly total: Answer['total'] | null
  /** The columns that identify a row. Empty if two rows may have the same values in all columns. */
  readonly known: ReadonlyArray<string>
  /** Whether each page but the first starts with the last row of the page before. */
  readonly overlap: boolean
  /** The largest number of pages requested at the same time, once it is known how many pages there are. */
  readonly concurrency: number
  readonly noticed: Noticed
  /** Whether the client leaves out rows that don't fit the model. Counts then include only rows that fit. */
  readonly leavesOut: boolean
}

/**
 * Which changes between two pages are noticed.
 *
 * - `'all'`: either each row that stays comes exactly once, or the result is an error. This also holds for rows that
 *   are fetched all at once.
 * - `'total'`: a change of the number of rows is an error. If one row goes while another one comes, a row can be
 *   missed.
 * - `'repeats'`: a row that comes twice is an error. That happens when other rows come before it. If a row goes,
 *   another row can be missed.
 * - `'nothing'`: rows can't be told apart, and are not counted.
 *
 * @since 0.1.0
 */
export type Noticed = 'all' | 'total' | 'repeats' | 'nothing'

/** An expression that rows are sorted by, and the column that holds its value. */
export interface WalkKey {
  readonly name: string
  readonly kind: Kind
  readonly nullable: boolean
  readonly order: OrderKey<Query>
}

/**
 * The largest number of rows that a client gives at once for a query. `null` if there is no limit.
 *
 * @since 0.1.0
 */
export const sizeOf = (client: Client, answer: Answer): number | null => {
  // A client that only gives a minimum is not asked for more than that.
  const declared = answer.maxPerRequest ?? client.maxPerRequest ?? answer.minPerRequest
  const size = Math.min(declared ?? Infinity, client.maxPerRequest ?? Infinity)
  return size === Infinity ? null : Math.max(1, Math.floor(size))
}

/**
 * The number of rows that a page is certain to have, as long as there are that many.
 *
 * @since 0.2.0
 */
export const sureOf = ({ size, least: fewest }: Pick<Walk, 'size' | 'least'>): number =>
  Math.min(size ?? Infinity, fewest ?? Infinity)

/**
 * The number of rows that each page but the first adds.
 *
 * @since 0.1.0
 */
export const stepOf = ({ size, overlap }: Pick<Walk, 'size' | 'overlap'>): number =>
  size === null ? Infinity : size - (overlap ? 1 : 0)

/**
 * The number of pages for a number of rows.
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
  // If a page ends right after its overlapping first row, the request is repeated from the next row on.
  return overlap && smallest === 1
    ? 1 + 2 * Math.max(0, rows - 1)
    : 1 + Math.ceil(Math.max(0, rows - smallest) / stepOf({ size: smallest, overlap }))
}

/**
 * Whether the client gives no total, or none that is used.
 *
 * @since 0.1.0
 */
export const tellsNone = (total: Walk['total']): boolean => total === 'none' || total === null

/** Multiples of these numbers are taken for page sizes. The first is the smallest. */
const rounds: readonly [number, ...ReadonlyArray<number>] = [10, 16, 25]

/**
 * The smallest number of rows in a page that is followed by another request though the page isn't full.
 *
 * @since 0.1.0
 */
export const [askedOnFrom] = rounds

/**
 * Whether another page is requested after a first page that isn't full, if no total is known.
 *
 * Either there are no more rows, or the client gives fewer at once than it says. Asking every time would take two
 * requests for each question with few rows. Services cut off pages at round numbers, and few answers happen to have
 * such a number of rows.
 */
export const isAskedOn = ({ size, total }: Pick<Walk, 'size' | 'total'>, count: number): boolean =>
  tellsNone(total) && size !== null && count < size && count > 0 && rounds.some((each) => count % each === 0)

/** The smaller of two numbers, where `null` means no limit. */
export const least = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b)
