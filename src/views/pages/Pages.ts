/**
 * Pages of a list.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { noPage, type ViewError } from '../View.js'
import { readKeyInt } from '../../serializers/numbers.js'

/**
 * `size` is the number of rows of a page. Up to `orphans` rows more are added to the last page instead of a page of
 * their own. `parameter` is the name in the URL. With `allowEmpty: false`, an empty list is a 404.
 *
 * @since 0.2.0
 */
export interface PageOptions {
  readonly size: number
  readonly orphans?: number
  readonly parameter?: string
  readonly allowEmpty?: boolean
}

/**
 * A page with the rows `start` to `end`, counted from 1, of `count` rows.
 *
 * @since 0.2.0
 */
export interface Page {
  readonly number: number
  readonly pages: number
  readonly count: number
  readonly start: number
  readonly end: number
  readonly hasNext: boolean
  readonly hasPrevious: boolean
  readonly parameter: string
}

/**
 * The page of so many rows that an address asks for: a number, or `last`.
 *
 * @since 0.2.0
 */
export const pageIn = (url: URL, count: number, options: PageOptions): E.Either<ViewError, Page> => {
  const { orphans = 0, parameter = 'page', allowEmpty = true } = options
  const size = Math.max(1, Math.trunc(options.size))
  if (count === 0 && !allowEmpty) return E.left(noPage('the list is empty'))
  const pages = Math.max(1, Math.ceil(Math.max(1, count - orphans) / size))
  const text = url.searchParams.getAll(parameter).at(-1) ?? ''
  const number = text === '' ? 1 : text === 'last' ? pages : readKeyInt(text)
  if (number === null || number < 1 || number > pages) return E.left(noPage('there is no such page'))
  const end = number === pages ? count : number * size
  return E.right({
    number,
    pages,
    count,
    start: count === 0 ? 0 : (number - 1) * size + 1,
    end,
    hasNext: number < pages,
    hasPrevious: number > 1,
    parameter,
  })
}
