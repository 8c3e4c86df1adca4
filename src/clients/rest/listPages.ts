/**
 * Following the pages of a REST service until the rows of a slice are complete, and how many requests that takes.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { clientFailed, unsupported, type QueryError } from '../../value/QueryError.js'
import type { Query } from '../../query/Query.js'
import type { Page } from '../../client/Client.js'
import type { Answer } from '../../client/Support.js'
import { isJson } from '../http/isJson.js'
import type { Got } from './getRows.js'
import type { Params, RestResponse, RestStyle } from './RestStyle.js'
import { isRounded, read, type Place } from './Place.js'

/** So many pages are followed for one list, unless said otherwise. */
export const usualPages = 1000

/**
 * How many requests the rows of a query take at most, and how many rows they bring, where it isn't one for just these.
 *
 * - By number, the pages that a slice lies in are fetched whole; and beyond the last one, the first of all is asked for,
 *   since only its total tells that from a place where there is nothing.
 * - What each page says is next is followed until there are enough rows, or no more.
 */
export const sendsFor = (
  { pages, next }: RestStyle,
  maxPages: number,
  { slice }: Query,
): Required<Answer>['sends'] | null => {
  const { size } = pages
  const { offset, limit } = slice ?? { offset: 0, limit: null }
  if (pages.by === 'page') {
    const first = Math.floor(offset / size)
    const count = Math.floor((offset + Math.max(1, limit ?? size) - 1) / size) - first + 1
    const requests = Math.max(count, first > 0 ? 2 : 1)
    return { requests, rows: requests * size }
  }
  if (next === null || (pages.by === 'offset' && pages.full === true)) return null
  const most =
    pages.full === true && limit !== null
      ? Math.min(maxPages, Math.max(1, Math.ceil(limit / size)))
      : maxPages
  return { requests: most, rows: most * size }
}

/** So many pages without a row are followed to a next one, one after the other. */
const mostEmpty = 100

/** The rows of a slice, from as many pages as it takes, and the total that the first of them tells. */
export const pageOf = async (
  client: string,
  style: RestStyle,
  maxPages: number,
  place: Place,
  { slice }: Query,
  urlOf: (params: Params) => E.Either<QueryError, string>,
  get: (url: string) => Promise<E.Either<QueryError, Got>>,
): Promise<E.Either<QueryError, Page>> => {
  const { pages } = style
  const { offset, limit } = slice ?? { offset: 0, limit: null }
  const failed = (message: string, retryable = false) =>
    E.left(
      clientFailed(client, 'list', null, { message, hint: 'See how the service is described.', retryable }),
    )
  if (limit === 0) return E.right({ rows: [], total: null })
  if (pages.by === 'next' ? offset > 0 : limit === null) return E.left(unsupported(client, 'this slice'))
  const wanted = limit ?? Infinity
  // Pages of one size may begin before what is wanted.
  const start = pages.by === 'page' ? Math.floor(offset / pages.size) : 0
  const skip = pages.by === 'page' ? offset - start * pages.size : 0
  const paramsFor = (number: number): Params =>
    pages.by === 'offset'
      ? pages.params(offset, wanted)
      : pages.by === 'page'
        ? pages.params(start + number, pages.size)
        : pages.params(Math.min(pages.size, wanted))
  const first = urlOf(paramsFor(0))
  if (E.isLeft(first)) return first
  const rows: Array<unknown> = []
  const asked = new Set<string>()
  const { primaryKey } = place.model
  const keys = new Set<unknown>()
  const told: { url: string | null; number: number; total: number | null; empty: number } = {
    url: first.right,
    number: 0,
    total: null,
    empty: 0,
  }
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a page, and no more of them than are wanted */
  while (told.url !== null) {
    const url: string = told.url
    if (asked.has(url)) return failed('its pages lead in a circle')
    if (told.number >= maxPages)
      return failed(
        `it has more than ${String(maxPages)} pages: ask for fewer rows, or give a larger 'maxPages'`,
      )
    asked.add(url)
    const got = await get(url)
    if (E.isLeft(got)) return got
    const { error, status, response } = got.right
    if (error !== null) {
      // Beyond the last row there is no range.
      const all = status === 416 && pages.by === 'offset' ? (style.total?.(response) ?? null) : null
      if (all !== null && all <= offset) return E.right({ rows: [], total: all })
      if (status !== 404 || pages.by !== 'page' || start + told.number === 0) return E.left(error)
      return told.number > 0
        ? E.right({ rows: rows.slice(skip), total: told.total })
        : beyond(style, offset, error, urlOf(pages.params(0, pages.size)), get)
    }
    const total = style.total?.(response) ?? null
    if (told.number === 0) told.total = total
    // The pages that another one leads to needn't tell it again.
    else if (total !== null && told.total !== null && total !== told.total)
      return failed('it tells another total on each page: rows came or went meanwhile', true)
    const own = got.right.rows.map((row) => read(place, row))
    if (own.some((row) => isRounded(place, row)))
      return failed('a decimal came as a number, of more digits than numbers hold: some may be lost')
    const known = own.flatMap((row) => (isJson(row) && primaryKey in row ? [row[primaryKey]] : []))
    // At once: pages that come again and again might never end.
    if (known.some((key) => keys.has(key) || (keys.add(key), false)))
      return failed(
        'a row came twice: rows came or went meanwhile, or it passes over what page is asked for',
        true,
      )
    own.forEach((row) => rows.push(row))
    told.number += 1
    told.empty = own.length === 0 ? told.empty + 1 : 0
    const due = told.total === null ? 0 : told.total - (start + told.number - 1) * pages.size
    if (
      pages.by === 'page' &&
      (got.right.rows.length > pages.size ||
        (got.right.rows.length < pages.size &&
          (style.next?.(response) ?? (due > got.right.rows.length ? url : null)) !== null))
    )
      return failed(`its pages have ${String(got.right.rows.length)} rows, and not ${String(pages.size)}`)
    const next = nextOf(style, response, url)
    if (E.isLeft(next)) return failed(next.left)
    if (next.right !== null && told.empty >= mostEmpty)
      return failed('its pages lead on and on without a row')
    const reached = (pages.by === 'page' ? start * pages.size : offset) + rows.length
    // Pages that have numbers, and say which is next, say which is the last.
    const isLast = pages.by === 'page' && style.next !== null && next.right === null
    if (told.total !== null && (next.right === null ? isLast && reached < told.total : reached >= told.total))
      return failed(
        `it says that there are ${String(told.total)} rows, and that ${String(reached)} are ${isLast ? '' : 'not '}all`,
        true,
      )
    const enough = rows.length - skip >= wanted
    const given = own.length
    if (pages.by === 'next' && given > pages.size)
      return failed(
        `its pages have ${String(given)} rows, and not ${String(pages.size)}: say so as their 'size'`,
      )
    if (
      pages.by !== 'page' &&
      pages.full === true &&
      limit !== null &&
      next.right !== null &&
      !enough &&
      given < pages.size
    )
      return failed(
        `its pages have ${String(given)} rows, and not ${String(pages.size)}: say so as their 'size'`,
      )
    const full = pages.by === 'page' && got.right.rows.length >= pages.size
    if (enough) told.url = null
    else if (next.right !== null) told.url = next.right
    else if (full && style.next === null) {
      const following = urlOf(paramsFor(told.number))
      if (E.isLeft(following)) return following
      told.url = following.right
    } else told.url = null
  }
  // Where pages are of the service's size, there may be more than was asked for.
  const given = pages.by === 'offset' && asked.size === 1 ? rows : rows.slice(skip, skip + wanted)
  return E.right({ rows: given, total: told.total })
}

/** A page that isn't there is beyond the last one, if the service says that there are so few rows. */
const beyond = async (
  style: RestStyle,
  offset: number,
  error: QueryError,
  url: E.Either<QueryError, string>,
  get: (url: string) => Promise<E.Either<QueryError, Got>>,
): Promise<E.Either<QueryError, Page>> => {
  const got = E.isLeft(url) ? url : await get(url.right)
  if (E.isLeft(got)) return got
  const total = got.right.error === null ? (style.total?.(got.right.response) ?? null) : null
  return total !== null && total <= offset ? E.right({ rows: [], total }) : E.left(error)
}

/** The URL of the next page. What is sent to the service isn't sent elsewhere. */
const nextOf = (style: RestStyle, response: RestResponse, url: string): E.Either<string, string | null> => {
  const next = style.next?.(response) ?? null
  if (next === null) return E.right(null)
  const found = E.tryCatch(
    () => new URL(next, url),
    () => 'the next page has no URL',
  )
  return E.flatMap(found, (to: URL): E.Either<string, string> =>
    to.origin === new URL(url).origin ? E.right(to.href) : E.left('the next page is elsewhere'),
  )
}
