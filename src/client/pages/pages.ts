/**
 * Fetching the rows of a query page by page.
 *
 * A client may end a page early, and say so (`more`): the next page begins there, and pages are smaller until they fit.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { Meter } from '../../value/Meter.js'
import type { QueryError } from '../../value/QueryError.js'
import type { Row } from '../../value/Value.js'
import type { Query } from '../../query/Query.js'
import { askPage } from '../ask.js'
import type { Client, Page } from '../Client.js'
import {
  decodePage,
  endedEarly,
  hasChanged,
  inOrder,
  isEarly,
  restless,
  shortened,
  type Seen,
} from './checkPage.js'
import { isAskedOn, least, pagesFor, stepOf, type Walk } from './Walk.js'
import { beyond, both, placesOf } from './afterKey.js'
import { walkOf } from './walkOf.js'

/**
 * The rows of a walk, page by page. After a `Left` there are no more. Once it is known how many pages there are, some
 * are asked for ahead, as many at the same time as the walk says; when it ends, none is under way any more.
 *
 * @since 0.1.0
 */
export async function* pages(
  client: Client,
  walk: Walk,
  meter?: Meter,
): AsyncGenerator<E.Either<QueryError, ReadonlyArray<Row>>, void, undefined> {
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a page */
  for await (const page of pagesTold(client, walk, meter)) yield E.map(({ rows }: DecodedPage) => rows)(page)
}

/**
 * Rows of a page, and the total that the client told with it.
 *
 * @since 0.1.0
 */
export interface DecodedPage extends Page {
  readonly rows: ReadonlyArray<Row>
}

/**
 * The same, with the totals that were told.
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
  const seen: Seen = { rows: new Set(), total: null, after: null }
  const under: Array<Promise<E.Either<QueryError, Page>>> = []
  /** Rows that have been given, and pages that there are, once that is known. */
  const all: { rows: number; pages: number | null } = { rows: 0, pages: null }
  /** How many rows the first page had, where it isn't known whether it was cut off there. */
  const cut: { after: number | null } = { after: null }
  /** How many rows are asked for at once, and whether the next page begins with the last row: less once a page was ended early. */
  const pace: Pace = { size: walk.size, overlap: walk.overlap, early: false }
  const queryOf = (from: number): Query => {
    // The very query, of which the types are known.
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
  /** Where a page begins, counted from the first row: pages that are asked for ahead follow full ones. */
  const fromOf = (ahead: number): number =>
    by === 'offset' ? Math.max(0, all.rows - (pace.overlap ? 1 : 0)) + ahead * step : all.rows
  try {
    /* eslint-disable-next-line functional/no-loop-statements -- one turn a page, in bounded memory */
    for (let number = 0; ; number += 1) {
      const ahead = all.pages === null ? 1 : Math.min(walk.concurrency, all.pages - number)
      /* eslint-disable-next-line functional/no-loop-statements -- as above */
      while (under.length < ahead) under.push(askPage(client, queryOf(fromOf(under.length)), meter)())
      const from = fromOf(0)
      const query = queryOf(from)
      const told = (await under.shift()) as E.Either<QueryError, Page> // one was just asked for
      if (E.isLeft(told)) {
        yield told
        return
      }
      const page: Page = walk.total === null ? { ...told.right, total: null } : told.right
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
        return { rows: stripped(fresh, walk.added), total: told.right.total }
      })(rows)
      if (E.isLeft(rows)) return
      const count = rows.right.length
      const limit = query.slice?.limit ?? null
      all.rows = from + count
      seen.after = placesOf(walk, page, rows.right).at(-1) ?? seen.after
      if (early) {
        // What was asked for ahead begins elsewhere now.
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
        // Where the client vouches for its totals, there is no need to look whether there are more.
        const total = walk.total === 'exact' ? page.total : null
        const beforeThem = query.slice?.offset ?? 0
        const end = Math.min(
          wanted ?? Infinity,
          most ?? Infinity,
          total === null ? Infinity : total - beforeThem + from,
        )
        if (all.rows >= end) return
        if (count < limit) {
          // A page after a full one is the last if it isn't full: it has been seen how many the client gives.
          if (number > 0 || page.total !== null || !isAskedOn(walk, count)) return
          if (by === 'key') cut.after = count
          else {
            // Pages that stand apart can't begin anywhere.
            const more = await askPage(client, queryOf(walk.overlap ? count : step), meter)()
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

/** How a walk goes on: how many rows a page, and whether it begins with the last row of the one before. */
interface Pace {
  size: number | null
  overlap: boolean
  /** Whether a page was ended early. */
  early: boolean
}

/**
 * After a page that was ended early: not many more rows are asked for than fitted. One that was ended after the row that
 * it begins with is asked for again from the next one on, since that is as far as it goes.
 */
const slowDown = ({ overlap }: Walk, pace: Pace, count: number, again: boolean): void => {
  pace.early = true
  pace.size = Math.max(overlap ? 2 : 1, least(pace.size, 2 * count) ?? 1)
  pace.overlap = overlap && !(again && count === 1)
}

/** After a page that was not ended early: rows may have become smaller. */
const speedUp = ({ size, overlap }: Walk, pace: Pace): void => {
  pace.size = pace.size === null ? size : least(size, 2 * pace.size)
  pace.overlap = overlap
}

/** Rows that don't come at once, as many at a time as did. */
async function* inSmaller(
  client: Client,
  { query, most }: Walk,
  count: number,
): AsyncGenerator<E.Either<QueryError, DecodedPage>, void, undefined> {
  const walk = walkOf(client, query, count, most)
  // A client that can't be asked for pages would say that it doesn't give more rows than it was asked for.
  const isPaged = E.isRight(walk) && walk.right.by !== 'once' && count > 0
  if (isPaged) yield* pagesTold(client, walk.right)
  else yield E.left(E.isLeft(walk) && walk.left._tag !== 'Unsupported' ? walk.left : endedEarly(client))
}

const stripped = (rows: ReadonlyArray<Row>, added: ReadonlyArray<string>): ReadonlyArray<Row> => {
  if (added.length === 0) return rows
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !added.includes(name))))
}
