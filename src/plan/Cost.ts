/**
 * The largest cost of questions.
 *
 * @since 0.1.0
 */
import { number, ord as O } from 'fp-ts'
import type { Client } from '../client/Client.js'
import { askedOnFrom, stepOf, tellsNone, type Walk } from '../client/pages/Walk.js'
import { answerOf } from '../client/Support.js'

type PageSizes = Pick<Walk, 'size' | 'overlap'> & Partial<Pick<Walk, 'total' | 'least'>>

/**
 * The largest number of requests, fetched rows and milliseconds. `null` if it depends on the data.
 *
 * @since 0.1.0
 */
export interface Cost {
  readonly requests: number | null
  readonly rows: number | null
  readonly milliseconds: number | null
}

/** @since 0.1.0 */
export const free: Cost = { requests: 0, rows: 0, milliseconds: 0 }

/** @since 0.1.0 */
export const plus = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : a + b

/** @since 0.1.0 */
export const times = (a: number | null, b: number | null): number | null =>
  a === 0 || b === 0 ? 0 : a === null || b === null ? null : a * b

/**
 * The smaller number. If one of them is unknown, the other.
 *
 * @since 0.1.0
 */
export const least = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b)

/** @since 0.1.0 */
export const most = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : Math.max(a, b)

/** @since 0.1.0 */
export const both = (a: Cost, b: Cost): Cost => ({
  requests: plus(a.requests, b.requests),
  rows: plus(a.rows, b.rows),
  milliseconds: plus(a.milliseconds, b.milliseconds),
})

/**
 * The higher cost of two ways, in each member.
 *
 * @since 0.1.0
 */
export const worse = (a: Cost, b: Cost): Cost => ({
  requests: most(a.requests, b.requests),
  rows: most(a.rows, b.rows),
  milliseconds: most(a.milliseconds, b.milliseconds),
})

const known: O.Ord<number | null> = O.contramap((n: number | null) => n ?? Infinity)(number.Ord)

/**
 * Puts the cheaper cost first: by requests, then by rows. An unknown cost is higher than a known one.
 *
 * @since 0.1.0
 */
export const byCost: O.Ord<Cost> = O.getMonoid<Cost>().concat(
  O.contramap(({ requests }: Cost) => requests)(known),
  O.contramap(({ rows }: Cost) => rows)(known),
)

/**
 * A multiple of a cost.
 *
 * @since 0.1.0
 */
export const manifold = (cost: Cost, factor: number): Cost => ({
  requests: times(cost.requests, factor),
  rows: times(cost.rows, factor),
  milliseconds: times(cost.milliseconds, factor),
})

/**
 * The cost of a number of requests to a client that takes a number of milliseconds for each.
 *
 * @since 0.1.0
 */
export const costOf = (
  requests: number | null,
  rows: number | null,
  milliseconds: number | undefined,
): Cost => ({ requests, rows, milliseconds: times(requests, milliseconds ?? null) })

/**
 * The cost of a walk with a number of pages and rows, for a client that may send several requests for a page (see
 * `Answer.sends`). All pages cost the same: by key, each but the first starts at 0, and by offset, they start at the
 * same distance from the pages of the service itself.
 *
 * @since 0.1.0
 */
export const walkCost = (
  client: Client,
  { query, size }: Pick<Walk, 'query' | 'size'>,
  pages: number | null,
  rows: number | null,
  milliseconds: number | undefined,
): Cost => {
  const { offset, limit } = query.slice ?? { offset: 0, limit: null }
  const page = size === null ? query : { ...query, slice: { offset, limit: Math.min(limit ?? size, size) } }
  const { sends } = answerOf(client, page)
  return sends === undefined
    ? costOf(pages, rows, milliseconds)
    : costOf(times(pages, sends.requests), times(pages, sends.rows), milliseconds)
}

/**
 * How many requests a walk takes for a number of rows that come in a number of parts.
 *
 * @since 0.1.0
 */
export const requestsFor = (rows: number | null, pace: PageSizes, parts: number | null): number | null =>
  pace.size === null || parts === null
    ? parts
    : plus(rows === null ? null : furtherFor(rows, slowest(pace), parts), parts)

/** The same walk with pages that have as few rows as they can have. */
const slowest = (pace: PageSizes): PageSizes => {
  const { size, least: fewest = null } = pace
  return size === null || fewest === null ? pace : { ...pace, size: Math.min(size, fewest) }
}

/** The requests after the first of each part: pages that follow full ones, and one after a page that isn't full. */
const furtherFor = (rows: number, pace: PageSizes, parts: number): number => {
  const full = (all: number): number =>
    pace.overlap && pace.size === 1
      ? // Each row may be asked for twice (see `pagesFor`).
        2 * all
      : pace.overlap
        ? twiceFor(all, pace)
        : Math.floor(all / (pace.size ?? Infinity))
  const { size, total = 'exact' } = pace
  const asked = tellsNone(total) && size !== null && size > askedOnFrom
  const short = asked ? Math.min(parts, Math.floor(rows / askedOnFrom)) : 0
  // The largest number of requests occurs if all parts but one have exactly that many rows, and one part has the rest.
  return short === 0 ? full(rows) : short - 1 + Math.max(1, full(rows - askedOnFrom * (short - 1)))
}

/**
 * How many of a number of rows come twice, as the last row of a page and the first of the next.
 *
 * @since 0.1.0
 */
export const twiceFor = (rows: number, pace: PageSizes): number =>
  pace.overlap ? Math.floor(Math.max(0, rows - 1) / Math.max(1, stepOf(slowest(pace)))) : 0
