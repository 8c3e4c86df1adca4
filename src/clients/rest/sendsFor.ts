import type { Query } from '../../query/Query.js'
import type { Answer } from '../../client/Support.js'
import type { RestPages, RestStyle } from './RestStyle.js'

/** So many pages are followed for one list, unless said otherwise. */
export const usualPages = 1000

/**
 * How pages are asked for. Where rows are left out, a place among the rows that fit is none among all rows: pages are gone
 * through from the first one then.
 */
export const pagesFor = ({ pages, next }: RestStyle, skips: boolean): RestPages =>
  !skips || pages.by !== 'offset'
    ? pages
    : next === null
      ? { by: 'page', size: pages.size, params: (page, size) => pages.params(page * size, size) }
      : {
          by: 'next',
          size: pages.size,
          ...(pages.full === undefined ? {} : { full: pages.full }),
          params: (size) => pages.params(0, size),
        }

/**
 * How many requests the rows of a query take at most, and how many rows they bring, where it isn't one for just these.
 * `known` is how many rows there are at most, `null` where nobody says so.
 *
 * - By number, the pages that a slice lies in are fetched whole; and beyond the last one, the first of all is asked for,
 *   since only its total tells that from a place where there is nothing.
 * - What each page says is next is followed until there are enough rows, or no more.
 * - Where rows are left out, nobody can tell how many of them: all pages may be needed.
 */
export const sendsFor = (
  style: RestStyle,
  maxPages: number,
  known: number | null,
  skips: boolean,
  { slice }: Query,
): Required<Answer>['sends'] | null => {
  const pages = pagesFor(style, skips)
  const { size } = pages
  const { offset, limit } = slice ?? { offset: 0, limit: null }
  const all = known === null ? maxPages : Math.min(maxPages, Math.max(1, Math.ceil(known / size)))
  // Of pages that are full, one more may be empty.
  if (skips)
    return sendsOf(pages.by === 'next' && pages.full !== true ? maxPages : Math.min(maxPages, all + 1), size)
  if (pages.by === 'page') {
    const first = Math.floor(offset / size)
    const count = Math.floor((offset + Math.max(1, limit ?? size) - 1) / size) - first + 1
    return sendsOf(Math.max(count, first > 0 ? 2 : 1), size)
  }
  if (style.next === null || (pages.by === 'offset' && pages.full === true)) return null
  if (pages.full !== true) return sendsOf(maxPages, size)
  return sendsOf(limit === null ? all : Math.min(maxPages, Math.max(1, Math.ceil(limit / size))), size)
}

const sendsOf = (requests: number, size: number): Required<Answer>['sends'] => ({
  requests,
  rows: requests * size,
})
