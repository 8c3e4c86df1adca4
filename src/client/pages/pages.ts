/**
 * Fetches the rows of a query page by page.
 *
 * A client may end a page early, and say so with `more`. The next page then starts there, and pages are smaller until
 * they fit.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { Meter } from '../../value/Meter.js'
import { clientFailed, type QueryError } from '../../value/QueryError.js'
import type { Row } from '../../value/Value.js'
import type { PageNeeds } from '../../query/Evaluator.js'
import type { Query } from '../../query/Query.js'
import type { Filled } from '../../query/template.js'
import { askPage } from '../ask.js'
import type { Client, Page } from '../Client.js'
import { fittedBy, type ListFitted } from '../fitting.js'
import { streamOf } from '../own.js'
import {
  decodePage,
  endedEarly,
  hasChanged,
  inOrder,
  isEarly,
  restless,
  shortened,
  type SeenPages,
} from './checkPage.js'
import { batchesOf } from './cursor.js'
import { isAskedOn, least, pagesFor, stepOf, type Walk } from './Walk.js'
import { beyond, both, placesOf } from './afterKey.js'
import { walkOf } from './walkOf.js'

/**
 * The rows of a walk, page by page. A `Left` is the last item. Once the number of pages is known, further pages are
 * requested ahead, as many at the same time as the walk says. When it ends, no request is pending.
 *
 * @since 0.1.0
 */
export async function* pages(
  client: Client,
  walk: Walk,
  meter?: Meter,
): AsyncGenerator<E.Either<QueryError, ReadonlyArray<Row>>, void, undefined> {
  if (walk.by === 'cursor') {
    yield* byCursor(client, walk, meter)
    return
  }
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a page */
  for await (const page of pagesTold(client, walk, meter)) yield E.map(({ rows }: DecodedPage) => rows)(page)
}

/** The rows of a walk by cursor. They are fetched page by page if the client has lost its `stream` since it was planned. */
async function* byCursor(
  client: Client,
  walk: Walk,
  meter?: Meter,
): AsyncGenerator<E.Either<QueryError, ReadonlyArray<Row>>, void, undefined> {
  const stream = streamOf(client)
  if (stream !== undefined) {
    yield* batchesOf(client, walk, stream, meter)
    return
  }
  const paged = walkOf(client, walk.query, walk.size)
  if (E.isLeft(paged)) yield paged
  else yield* pages(client, paged.right, meter)
}

/**
 * The rows of a walk that fetches them all at once.
 *
 * @since 0.2.0
 */
export const allAtOnce = async (
  client: Client,
  walk: Walk,
  meter?: Meter,
): Promise<E.Either<QueryError, ReadonlyArray<Row>>> => {
  const fitted = fittedBy(client)
  if (fitted !== undefined) return fittedAtOnce(client, fitted, walk, walk.query, (rows) => rows)
  const answer = await askPage(client, walk.query, meter, needsOf(walk))()
  if (E.isLeft(answer)) return answer
  const page: Page = walk.total === null ? { ...answer.right, total: null } : answer.right
  if (isEarly(walk.query, page)) return together(inSmaller(client, walk, page.rows.length))
  const rows = decodePage(client, walk, 0, walk.query, page, null)
  return E.isLeft(rows) || walk.added.length === 0 ? rows : E.right(stripped(rows.right, walk.added))
}

/**
 * The rows of a walk that a client gives as they are wanted, passed through `finish`. `asked` is the query of the walk, or
 * what it is filled to.
 *
 * It is called for each of the quickest questions there are. Each async function would take a part of the time.
 *
 * @since 0.2.0
 */
export const fittedAtOnce = <B>(
  client: Client,
  list: ListFitted,
  walk: Walk,
  asked: Query | Filled,
  finish: (rows: E.Either<QueryError, ReadonlyArray<Row>>) => B,
): Promise<B> =>
  list(asked, walk.shape).then(
    (answer) => {
      if (E.isLeft(answer)) return finish(answer)
      const given = answer.right
      const rows =
        'fitted' in given ? E.right(given.fitted) : decodePage(client, walk, 0, walk.query, given, null)
      return finish(
        E.isLeft(rows) || walk.added.length === 0 ? rows : E.right(stripped(rows.right, walk.added)),
      )
    },
    (cause: unknown) => finish(E.left(clientFailed(client.name, 'list', cause))),
  )

/** What is used of a walk's pages. */
const needsOf = ({ size, total }: Walk): PageNeeds => ({
  total: size !== null || total !== 'none',
  copies: false,
})

const together = async (
  pages: AsyncIterable<E.Either<QueryError, DecodedPage>>,
): Promise<E.Either<QueryError, ReadonlyArray<Row>>> => {
  const all: Array<ReadonlyArray<Row>> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a page */
  for await (const page of pages) {
    if (E.isLeft(page)) return page
    all.push(page.right.rows)
  }
  return E.right(all.flat())
}

/**
 * The rows of a page, and the total that the client gave with it.
 *
 * @since 0.1.0
 */
export interface DecodedPage extends Page {
  readonly rows: ReadonlyArray<Row>
}

/**
 * Like `pages`, with the totals that the client gave.
 *
 * @since 0.1.0
 */
export async function* pagesTold(
  client: Client,
  walk: Walk,
  meter?: Meter,
): AsyncGenerator<E.Either<QueryError, DecodedPage>, void, undefined> {
  const { keys, by, most } = walk
  if (most === 0) return
  const start = walk.query.slice?.offset ?? 0
  const wanted = walk.query.slice?.limit ?? null
  const step = stepOf(walk)
  const needs = needsOf(walk)
  const seen: SeenPages = { rows: new Set(), total: null, after: null }
  const under: Array<Promise<E.Either<QueryError, Page>>> = []
  /** The number of rows given so far, and the number of pages once that is known. */
  const all: { rows: number; pages: number | null } = { rows: 0, pages: null }
  /** The number of rows of the first page, if it is unknown whether the page was cut off there. */
  const cut: { after: number | null } = { after: null }
  /** The current page size, and whether the next page overlaps. Both are reduced once a page has ended early. */
  const pace: Pace = { size: walk.size, overlap: walk.overlap, early: false }
  const queryOf = (from: number): Query => {
    // The query itself, whose types are known.
    if (by === 'once') return walk.query
    const left = wanted === null ? null : wanted - from
    const limit = least(pace.size, left)
    const after = by === 'key' ? seen.after : null
    return {
      ...walk.query,
      where: after === null ? walk.query.where : both(walk.query.where, beyond(keys, after)),
      slice: { offset: after === null ? start + from : 0, limit },
    }
  }
  /** Where a page starts, counted from the first row. Pages that are requested ahead follow full pages. */
  const fromOf = (ahead: number): number =>
    by === 'offset' ? Math.max(0, all.rows - (pace.overlap ? 1 : 0)) + ahead * step : all.rows
  try {
    /* eslint-disable-next-line functional/no-loop-statements -- one turn a page, in bounded memory */
    for (let number = 0; ; number += 1) {
      const ahead = all.pages === null ? 1 : Math.min(walk.concurrency, all.pages - number)
      /* eslint-disable-next-line functional/no-loop-statements -- as above */
      while (under.length < ahead) under.push(askPage(client, queryOf(fromOf(under.length)), meter, needs)())
      const from = fromOf(0)
      const query = queryOf(from)
      const answer = (await under.shift()) as E.Either<QueryError, Page> // one was just asked for
      if (E.isLeft(answer)) {
        yield answer
        return
      }
      const page: Page = walk.total === null ? { ...answer.right, total: null } : answer.right
      const early = isEarly(query, page)
      if (early && by === 'once') {
        yield* inSmaller(client, walk, page.rows.length)
        return
      }
      const again = pace.overlap && number > 0
      const checked = E.flatMap(
        decodePage(client, walk, from, query, page, seen.total),
        (decoded: ReadonlyArray<Row>) =>
          inOrder(client, walk, seen.after, decoded, placesOf(walk, page, decoded)),
      )
      const rows = E.flatMap(checked, (decoded: ReadonlyArray<Row>) =>
        by === 'offset' && hasChanged(walk, seen, again, page, decoded)
          ? E.left(restless(client))
          : E.right(decoded),
      )
      yield E.map((decoded: ReadonlyArray<Row>): DecodedPage => {
        const fresh = again ? decoded.slice(1) : decoded
        return { rows: stripped(fresh, walk.added), total: answer.right.total }
      })(rows)
      if (E.isLeft(rows)) return
      const count = rows.right.length
      const limit = query.slice?.limit ?? null
      all.rows = from + count
      seen.after = placesOf(walk, page, rows.right).at(-1) ?? seen.after
      if (early) {
        // The pages that were requested ahead now start at the wrong row.
        await Promise.all(under.splice(0))
        all.pages = null
        slowDown(walk, pace, count, again)
        if (all.rows >= Math.min(wanted ?? Infinity, most ?? Infinity)) return
        continue
      }
      speedUp(walk, pace)
      if (all.pages === null) {
        if (by === 'once' || limit === null || walk.size === null) return
        if (number === 1 && count === cut.after) {
          yield E.left(shortened(client, walk.size, count))
          return
        }
        // If the client guarantees its totals, no further request is needed to find the end.
        const total = walk.total === 'exact' ? page.total : null
        const beforeThem = query.slice?.offset ?? 0
        const end = Math.min(
          wanted ?? Infinity,
          most ?? Infinity,
          total === null ? Infinity : total - beforeThem + from,
        )
        if (all.rows >= end) return
        if (count < limit) {
          // After a full page, a page that isn't full is the last one, since the client's page size is then known.
          if (number > 0 || page.total !== null || !isAskedOn(walk, count)) return
          if (by === 'key') cut.after = count
          else {
            // Pages without an overlap can only start at a multiple of the step.
            const more = await askPage(client, queryOf(walk.overlap ? count : step), meter, needs)()
            if (E.isLeft(more)) yield more
            else if (more.right.rows.length > 0) yield E.left(shortened(client, walk.size, count))
            return
          }
        }
        if (by === 'offset' && total !== null && !pace.early)
          all.pages = pagesFor(end, { size: walk.size, overlap: walk.overlap })
      } else if (number + 1 >= all.pages) return
    }
  } finally {
    await Promise.all(under)
  }
}

/** The current page size, and whether the next page starts with the last row of the page before. */
interface Pace {
  size: number | null
  overlap: boolean
  /** Whether a page has ended early. */
  early: boolean
}

/**
 * Reduces the page size after a page that ended early. A page that ended right after its overlapping row is requested
 * again from the next row on, since the client gets no further than that.
 */
const slowDown = ({ overlap }: Walk, pace: Pace, count: number, again: boolean): void => {
  pace.early = true
  pace.size = Math.max(overlap ? 2 : 1, least(pace.size, 2 * count) ?? 1)
  pace.overlap = overlap && !(again && count === 1)
}

/** Increases the page size after a page that didn't end early, since rows may have become smaller. */
const speedUp = ({ size, overlap }: Walk, pace: Pace): void => {
  pace.size = pace.size === null ? size : least(size, 2 * pace.size)
  pace.overlap = overlap
}

/** Fetches rows that don't come at once, as many at a time as did come. */
async function* inSmaller(
  client: Client,
  { query, most }: Walk,
  count: number,
): AsyncGenerator<E.Either<QueryError, DecodedPage>, void, undefined> {
  const walk = walkOf(client, query, count, most)
  // A client that can't be asked for pages would seem to give more rows than requested.
  const isPaged = E.isRight(walk) && walk.right.by !== 'once' && count > 0
  if (isPaged) yield* pagesTold(client, walk.right)
  else yield E.left(E.isLeft(walk) && walk.left._tag !== 'Unsupported' ? walk.left : endedEarly(client))
}

const stripped = (rows: ReadonlyArray<Row>, added: ReadonlyArray<string>): ReadonlyArray<Row> => {
  if (added.length === 0) return rows
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !added.includes(name))))
}
