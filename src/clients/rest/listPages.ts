/**
 * Follows the pages of a REST service until the rows of a slice are complete.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { clientFailed, unsupported, type QueryError } from '../../value/QueryError.js'
import type { Query } from '../../query/Query.js'
import type { Page, PagePlace } from '../../client/Client.js'
import { isJson } from '../http/isJson.js'
import type { Keeping } from './BadRow.js'
import type { RowsResponse } from './getRows.js'
import { nextOf, type Following } from './nextOf.js'
import type { Params, RestPages, RestStyle } from './RestStyle.js'
import { rowOf, roundedIn, type Resource } from './Resource.js'

/** A list, and how its pages are requested. */
export interface Listing {
  readonly client: string
  readonly style: RestStyle
  readonly pages: RestPages
  readonly maxPages: number
  readonly resource: Resource
  /** The rows to keep. With `null` all rows are kept, and a row that doesn't fit is an error. */
  readonly keep: Keeping | null
  readonly urlOf: (params: Params) => E.Either<QueryError, string>
  readonly get: (url: string) => Promise<E.Either<QueryError, RowsResponse>>
}

/** The wanted rows: a number of rows from `offset` on. Pages of a fixed size may begin before them. */
interface Goal {
  readonly offset: number
  readonly limit: number | null
  readonly wanted: number
  /** The number of the first page, and the number of its rows that come before the wanted ones. */
  readonly start: number
  readonly skip: number
}

/** The rows so far, and the next page. `null` if there is none. */
interface Walked {
  next: Following | null
  /** The number of fetched pages, and how many of the last ones had no row. */
  number: number
  empty: number
  total: number | null
  /** The number of fetched rows, including those that were left out. */
  came: number
  readonly rows: Array<unknown>
  readonly places: Array<PagePlace>
  readonly asked: Set<string>
  readonly keys: Set<unknown>
}

/** The number of pages without a row that are followed in a row. */
const mostEmpty = 100

/** The rows of a slice, from as many pages as needed, and the total of the first page. */
export const followPages = async (
  listing: Listing,
  { slice }: Query,
): Promise<E.Either<QueryError, Page>> => {
  const { client, pages, keep, urlOf } = listing
  const { offset, limit } = slice ?? { offset: 0, limit: null }
  if (limit === 0) return E.right({ rows: [], total: null })
  const fromStart = pages.by === 'next' || keep !== null
  if (fromStart ? offset > 0 : limit === null) return E.left(unsupported(client, 'this slice'))
  const start = pages.by === 'page' ? Math.floor(offset / pages.size) : 0
  const skip = pages.by === 'page' ? offset - start * pages.size : 0
  const goal: Goal = { offset, limit, wanted: limit ?? Infinity, start, skip }
  const params = paramsFor(listing, goal, 0)
  const first = urlOf(params)
  if (E.isLeft(first)) return first
  const walked: Walked = {
    next: { url: first.right, params },
    number: 0,
    empty: 0,
    total: null,
    came: 0,
    rows: [],
    places: [],
    asked: new Set(),
    keys: new Set(),
  }
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a page, and no more of them than are wanted */
  while (walked.next !== null) {
    const ended = await oneMore(listing, goal, walked, walked.next)
    if (ended !== null) return ended
  }
  // If pages have the service's size, there may be more rows than requested.
  const whole = pages.by === 'offset' && walked.asked.size === 1
  return E.right(pageFrom(walked, whole ? 0 : skip, whole ? Infinity : goal.wanted))
}

const pageFrom = ({ rows, places, total }: Walked, skip: number, wanted: number): Page => ({
  rows: rows.slice(skip, skip + wanted),
  total,
  places: places.map(({ from, row, of }) =>
    from < skip ? { from: 0, row: row + skip - from, of } : { from: from - skip, row, of },
  ),
})

const paramsFor = ({ pages, keep }: Listing, { offset, wanted, start }: Goal, number: number): Params =>
  pages.by === 'offset'
    ? pages.params(offset, wanted)
    : pages.by === 'page'
      ? pages.params(start + number, pages.size)
      : pages.params(keep === null ? Math.min(pages.size, wanted) : pages.size)

const failed = ({ client }: Listing, message: string, retryable = false): E.Either<QueryError, never> =>
  E.left(
    clientFailed(client, 'list', null, { message, hint: 'See how the service is described.', retryable }),
  )

/** Fetches one more page. Returns the result if the list ends there, otherwise `null`. */
const oneMore = async (
  listing: Listing,
  goal: Goal,
  walked: Walked,
  { url, params }: Following,
): Promise<E.Either<QueryError, Page> | null> => {
  const { style, maxPages, get } = listing
  if (walked.asked.has(url)) return failed(listing, 'its pages lead in a circle')
  if (walked.number >= maxPages)
    return failed(
      listing,
      `it has more than ${String(maxPages)} pages: ask for fewer rows, or give a larger 'maxPages'`,
    )
  walked.asked.add(url)
  const got = await get(url)
  if (E.isLeft(got)) return got
  if (got.right.error !== null) return refused(listing, goal, walked, got.right, got.right.error)
  const wrong = taken(listing, goal, walked, got.right)
  if (wrong !== null) return wrong
  const { response } = got.right
  const next = nextOf(style, response, { url, params, page: walked.number - 1 })
  if (E.isLeft(next)) return failed(listing, next.left)
  return follow(listing, goal, walked, got.right, next.right)
}

/** The meaning of a refused page: there are no more rows, or it is an error. */
const refused = async (
  listing: Listing,
  { offset, start, skip }: Goal,
  walked: Walked,
  { status, response }: RowsResponse,
  error: QueryError,
): Promise<E.Either<QueryError, Page>> => {
  const { style, pages } = listing
  // After the last row there is no range.
  const all = status === 416 && pages.by === 'offset' ? (style.total?.(response) ?? null) : null
  if (all !== null && all <= offset) return E.right({ rows: [], total: all })
  if (status !== 404 || pages.by !== 'page' || start + walked.number === 0) return E.left(error)
  return walked.number > 0
    ? E.right(pageFrom(walked, skip, Infinity))
    : beyondLast(listing, offset, error, listing.urlOf(pages.params(0, pages.size)))
}

/** A missing page is after the last page, if the service's total says so. */
const beyondLast = async (
  { style, get }: Listing,
  offset: number,
  error: QueryError,
  url: E.Either<QueryError, string>,
): Promise<E.Either<QueryError, Page>> => {
  const got = E.isLeft(url) ? url : await get(url.right)
  if (E.isLeft(got)) return got
  const total = got.right.error === null ? (style.total?.(got.right.response) ?? null) : null
  return total !== null && total <= offset ? E.right({ rows: [], total }) : E.left(error)
}

/** Takes the rows of a page. Returns an error if they can't be right. */
const taken = (
  listing: Listing,
  goal: Goal,
  walked: Walked,
  got: RowsResponse,
): E.Either<QueryError, never> | null => {
  const { style, resource, keep } = listing
  const total = style.total?.(got.response) ?? null
  if (walked.number === 0) walked.total = total
  // Pages that follow another page needn't repeat the total.
  else if (total !== null && walked.total !== null && total !== walked.total)
    return failed(listing, 'it tells another total on each page: rows came or went meanwhile', true)
  const own = got.rows.map((row) => rowOf(resource, row))
  if (keep === null && own.some((row) => roundedIn(resource, row) !== null))
    return failed(listing, 'a decimal came as a number, of more digits than numbers hold: some may be lost')
  const { primaryKey } = resource.model
  const known = own.flatMap((row) => (isJson(row) && primaryKey in row ? [row[primaryKey]] : []))
  // Checked at once, since pages that repeat might never end.
  if (known.some((key) => walked.keys.has(key) || (walked.keys.add(key), false)))
    return failed(
      listing,
      'a row came twice: rows came or went meanwhile, or it passes over what page is asked for',
      true,
    )
  const first = pagePlaceOf(listing, goal, walked)
  walked.places.push(first)
  own.forEach((row, i) => {
    if (keep?.(row, `row ${String(first.row + i)} of ${first.of}`) !== false) walked.rows.push(row)
  })
  walked.number += 1
  walked.came += own.length
  walked.empty = own.length === 0 ? walked.empty + 1 : 0
  return null
}

/** The place of the rows of the current page. */
const pagePlaceOf = (
  { pages, resource }: Listing,
  { offset, start }: Goal,
  { number, rows }: Walked,
): PagePlace =>
  pages.by === 'offset' && number === 0
    ? { from: 0, row: offset, of: `'${resource.path}'` }
    : { from: rows.length, row: 0, of: `page ${String(start + number + 1)} of '${resource.path}'` }

/** Finds the next page. Returns an error if the page contradicts the facts about the other pages. */
const follow = (
  listing: Listing,
  goal: Goal,
  walked: Walked,
  { rows }: RowsResponse,
  next: Following | null,
): E.Either<QueryError, never> | null => {
  const { style, pages, urlOf } = listing
  const given = rows.length
  const odd = oddSize(listing, goal, walked, given, next)
  if (odd)
    return failed(
      listing,
      `its pages have ${String(given)} rows, and not ${String(pages.size)}${hintOf(pages)}`,
    )
  if (next !== null && walked.empty >= mostEmpty)
    return failed(listing, 'its pages lead on and on without a row')
  const reached = (pages.by === 'page' ? goal.start * pages.size : goal.offset) + walked.came
  // Numbered pages with next links say which page is the last one.
  const isLast = pages.by === 'page' && style.next !== null && next === null
  const { total } = walked
  if (total !== null && (next === null ? isLast && reached < total : reached >= total))
    return failed(
      listing,
      `it says that there are ${String(total)} rows, and that ${String(reached)} are ${isLast ? '' : 'not '}all`,
      true,
    )
  const full = pages.by === 'page' && given >= pages.size
  walked.next = null
  if (isEnough(goal, walked)) return null
  if (next !== null) walked.next = next
  else if (full && style.next === null) {
    const params = paramsFor(listing, goal, walked.number)
    const url = urlOf(params)
    if (E.isLeft(url)) return url
    walked.next = { url: url.right, params }
  }
  return null
}

const isEnough = ({ wanted, skip }: Goal, { rows }: Walked): boolean => rows.length - skip >= wanted

/** Numbered pages were requested by number. Other services may have a page size of their own. */
const hintOf = ({ by }: RestPages): string => (by === 'page' ? '' : ": say so as their 'size'")

/** Whether the number of rows of a page contradicts the style. */
const oddSize = (
  { style, pages }: Listing,
  goal: Goal,
  walked: Walked,
  given: number,
  next: Following | null,
): boolean => {
  if (pages.by === 'page') {
    const due = walked.total === null ? 0 : walked.total - (goal.start + walked.number - 1) * pages.size
    const more = style.next === null ? due > given : next !== null || due > given
    return given > pages.size || (given < pages.size && more)
  }
  if (pages.by === 'next' && given > pages.size) return true
  return (
    pages.full === true &&
    goal.limit !== null &&
    next !== null &&
    !isEnough(goal, walked) &&
    given < pages.size
  )
}
