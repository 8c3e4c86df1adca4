/**
 * How a REST service writes requests and answers.
 *
 * @since 0.1.0
 */
import type { Json, Kind } from '../../value/Value.js'
import type { Fidelity } from '../../client/Support.js'
import type { ByLookup } from '../../expression/Expression.js'

/**
 * Parameters of a URL, in order, before they are escaped.
 *
 * @since 0.1.0
 */
export type Params = ReadonlyArray<readonly [name: string, value: string]>

/**
 * The answer of a service.
 *
 * @since 0.1.0
 */
export interface RestResponse {
  readonly headers: Pick<Headers, 'get'>
  readonly body: unknown
}

/**
 * A request for a page: its URL, its own parameters, and the number of the page among the requested ones, from 0.
 *
 * @since 0.2.0
 */
export interface RestRequest {
  readonly url: string
  readonly params: Params
  readonly page: number
}

/**
 * Where the next page is. Text is its URL, which may be relative to that of the request. `params` replace the
 * parameters of the same names. The filters, the order and the size of the request stay.
 *
 * @since 0.2.0
 */
export type RestNext = string | { readonly params: Params }

/**
 * How a lookup on a field is written, for values of one of `kinds`. The answer is `exact`, or a `superset`. The
 * function gives `null` for values that can't be written. `isnull` gets `true` or `false`. The result is a separate
 * parameter or, if the service has `joined` filters, text.
 *
 * @since 0.1.0
 */
export interface RestFilter {
  readonly kinds: ReadonlyArray<Kind>
  readonly fidelity: Exclude<Fidelity, 'unsupported'>
  readonly spell: (field: string, values: ReadonlyArray<Json>, kind: Kind) => Params | null
}

/**
 * A field to sort by, which may have missing values.
 *
 * @since 0.1.0
 */
export interface RestOrderKey {
  readonly field: string
  readonly kind: Kind
  readonly nullable: boolean
  readonly direction: 'asc' | 'desc'
  readonly nulls: 'first' | 'last'
}

/**
 * Where the row with a key is.
 *
 * @since 0.1.0
 */
export interface RestItem {
  /** The end of the URL, after the URL of all rows: a segment that is already escaped. */
  readonly path: string
  readonly params: Params
  /** Headers of a write of this row. With `if-match`, a 412 says that the row doesn't exist. */
  readonly headers?: { readonly [name: string]: string }
}

/**
 * How pages of at most `size` rows are requested: by an `offset` and a limit, by the number of a `page` of fixed size,
 * from 0, or by the `next` link of each page.
 *
 * `full` says that a page with a next page has as many rows as requested. It is then known how many requests a slice
 * takes, and fewer rows are an error. Otherwise plans count up to `maxPages` of the service for pages with next links.
 * Pages by number must always be full.
 *
 * @since 0.1.0
 */
export type RestPages =
  | {
      readonly by: 'offset'
      readonly size: number
      readonly full?: boolean
      readonly params: (offset: number, limit: number) => Params
    }
  | { readonly by: 'page'; readonly size: number; readonly params: (page: number, size: number) => Params }
  | {
      readonly by: 'next'
      readonly size: number
      readonly full?: boolean
      readonly params: (size: number) => Params
    }

/**
 * A service's objection to a value: the field by the service's name (`null` for none, or for several), the code, one of
 * Django's, and a message. The message must contain nothing of the row.
 *
 * @since 0.1.0
 */
export interface RestRefusal {
  readonly field: string | null
  readonly code: string
  readonly message: string
}

/**
 * The description of a service.
 *
 * - `filters` are the lookups that the service has, for the kinds of values for which they mean the same as here.
 * - `repeats` says whether a parameter may occur twice so that rows must meet both.
 * - `joined` is the parameter that contains all filters, and what joins them.
 * - `order` writes an order, or gives `null` if the service sorts differently.
 * - `pages` says how pages are requested. `next` gives the next page if a response has it; it is followed until there
 *   are enough rows. It is a URL, or parameters such as the token of a cursor. See `nextToken`.
 * - `total` reads the total number of rows, or gives `null` if the response lacks it.
 * - `rows` finds the rows in a body.
 * - `select` requests only some fields. `null` if the service can't do that.
 * - `collection` is the path of all rows, derived from the model's path. `item` leads to one of them, or is `null` if
 *   its key can't be written.
 * - `one` finds the row in the answer to a GET of one item. Give it if the service answers that. Rows are then
 *   requested by their keys, one by one, if they can't be filtered by key.
 * - `row` finds the row in the answer to a write. `changed` says whether the row existed. Without `changed`, a row that
 *   doesn't exist is a 404 or a 410. The answer to a write has JSON in it.
 * - `headers` are sent with every request.
 * - `refusals` finds in the answer to a write which values the service refused, and why. `null` if it was refused for
 *   another reason. The values are an `Invalid`, or a `Conflict` if all of them are `unique`.
 *
 * @since 0.1.0
 */
export interface RestStyle {
  readonly filters: ByLookup<ReadonlyArray<RestFilter>>
  readonly repeats: boolean
  readonly joined: { readonly name: string; readonly by: string } | null
  readonly order: (keys: ReadonlyArray<RestOrderKey>) => Params | null
  readonly pages: RestPages
  readonly next: ((response: RestResponse, request: RestRequest) => RestNext | null) | null
  readonly total: ((response: RestResponse) => number | null) | null
  readonly rows: (body: unknown) => unknown
  readonly select: ((fields: ReadonlyArray<string>) => Params) | null
  readonly collection: (path: string) => string
  readonly item: (key: Json, kind: Kind, field: string) => RestItem | null
  readonly one?: (body: unknown) => unknown
  readonly row: (body: unknown) => unknown
  readonly changed: ((body: unknown) => boolean) | null
  readonly headers: { readonly [name: string]: string }
  readonly refusals?: (status: number, body: unknown) => ReadonlyArray<RestRefusal> | null
  /** The largest number of members of an `in`. */
  readonly maxMembers: number
}

/**
 * Text as a part of a URL. `null` if it has no UTF-8 form, because it has half of a surrogate pair.
 *
 * @since 0.1.0
 */
export const escaped = (text: string): string | null => {
  try {
    // The other characters have a meaning for some services: an apostrophe, parentheses, an asterisk.
    return encodeURIComponent(text).replace(
      /[!'()*]/gu,
      (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
    )
  } catch {
    return null
  }
}

/**
 * A key as a segment of a path. An empty text, `.` and `..` lead elsewhere, however they are escaped.
 *
 * @since 0.1.0
 */
export const segmentOf = (key: Json): string | null => {
  const text = typeof key === 'string' ? key : typeof key === 'number' ? String(key) : ''
  return text === '' || text === '.' || text === '..' ? null : escaped(text)
}

/**
 * Parameters as the query of a URL. `null` if one of them can't be escaped.
 *
 * @since 0.1.0
 */
export const searchOf = (params: Params): string | null => {
  const parts = params.map(([name, value]) => {
    const [left, right] = [escaped(name), escaped(value)]
    // OData and others expect dollars and commas in names.
    return left === null || right === null ? null : `${left.replace(/%24/gu, '$')}=${right}`
  })
  return parts.includes(null) ? null : parts.join('&')
}

/**
 * A `next` for services that give a token instead of a URL. The token becomes a parameter of the next request, which is
 * otherwise the same. An absent token, an empty text, and anything but text or an int end the pages.
 *
 * @example
 * import { nextToken } from 'queryset-ts/http'
 * const next = nextToken('cursor', ({ body }) => (body as { next_cursor?: unknown }).next_cursor)
 * console.log(next({ headers: new Headers(), body: { next_cursor: 'abc' } })) // => { params: [ [ 'cursor', 'abc' ] ] }
 *
 * @since 0.2.0
 */
export const nextToken =
  (parameter: string, token: (response: RestResponse) => unknown) =>
  (response: RestResponse): RestNext | null => {
    const found = token(response)
    const text = Number.isSafeInteger(found) ? String(found) : found
    return typeof text === 'string' && text !== '' ? { params: [[parameter, text]] } : null
  }
