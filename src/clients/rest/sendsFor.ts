import type { Query } from '../../query/Query.js'
import type { Answer } from '../../client/Support.js'
import type { RestPages, RestStyle } from './RestStyle.js'

/** The default for the largest number of pages that are followed in one list. */
export const usualPages = 1000

/**
 * How pages are requested. If rows are left out, a position among the rows that fit is not a position among all rows.
 * Pages are then read from the first one on.
 */
export const restPagesFor = ({ pages, next }: RestStyle, skips: boolean): RestPages =>
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
 * The largest number of requests and rows for a query, if it isn't one request for exactly these rows. `known` is the
 * largest number of rows, or `null` if it is unknown.
 *
 * - By page number, all pages that a slice overlaps are fetched whole. Beyond the last page, the first page is
 *   requested too, since only its total shows that nothing is there.
 * - Next links are followed until there are enough rows, or no more.
 * - If rows are left out, their number is unknown, and all pages may be needed.
 */
export const sendsFor = (
  style: RestStyle,
  maxPages: number,
  known: number | null,
  skips: boolean,
  { slice }: Query,
): Required<Answer>['sends'] | null => {
  const pages = restPagesFor(style, skips)
  const { size } = pages
  const { offset, limit } = slice ?? { offset: 0, limit: null }
  const all = known === null ? maxPages : Math.min(maxPages, Math.max(1, Math.ceil(known / size)))
  // If pages are full, one more page may be empty.
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
