/**
 * How a REST service spells what it is asked, and what it answers.
 *
 * @since 0.1.0
 */
import type { Json, Kind } from '../../value/Value.js'
import type { Fidelity } from '../../client/Support.js'
import type { ByLookup } from '../../expression/Expression.js'

/**
 * Parameters of a URL, in their order, as they are before they are escaped.
 *
 * @since 0.1.0
 */
export type Params = ReadonlyArray<readonly [name: string, value: string]>

/**
 * What a service answered.
 *
 * @since 0.1.0
 */
export interface RestResponse {
  readonly headers: Pick<Headers, 'get'>
  readonly body: unknown
}

/**
 * A request for a page: its URL, its own parameters, and the number of the page among those that were asked for, from 0.
 *
 * @since 0.2.0
 */
export interface RestRequest {
  readonly url: string
  readonly params: Params
  readonly page: number
}

/**
 * Where the next page is. Text is its URL, which may be relative to that of the request. `params` are parameters in the
 * place of those of the same names; the filters, the order and the size of the request stay.
 *
 * @since 0.2.0
 */
export type RestNext = string | { readonly params: Params }

/**
 * How a lookup is spelled of a field, whose values have one of `kinds`. What comes back is `exact`, or a `superset`
 * of it: `null` where these values can't be spelled. `isnull` is given `true` or `false`. It is a parameter of its own,
 * or, where the service has `joined` filters, text.
 *
 * @since 0.1.0
 */
export interface RestFilter {
  readonly kinds: ReadonlyArray<Kind>
  readonly fidelity: Exclude<Fidelity, 'unsupported'>
  readonly spell: (field: string, values: ReadonlyArray<Json>, kind: Kind) => Params | null
}

/**
 * A field to order by, which may hold missing values.
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
 * Where a row is, by its key.
 *
 * @since 0.1.0
 */
export interface RestItem {
  /** What follows the URL of all rows: a segment that is escaped already. */
  readonly path: string
  readonly params: Params
  /** What goes with a write of this row besides. With `if-match`, a 412 says that it isn't there. */
  readonly headers?: { readonly [name: string]: string }
}

/**
 * How pages are asked for, of `size` rows at most: by an `offset` and a limit; by the number of a `page`, from 0, of
 * always the same size; or by what each page says is `next`.
 *
 * `full` says that a page which leads to a next one has as many rows as it was asked for: then it is known how many
 * requests a slice takes, and it is an error where they are fewer. Otherwise, where pages lead on, anything up to the
 * service's `maxPages` is counted with. Pages by number always have to be full.
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
 * What a service says against a value: of which field, as it is called there (`null`: of none, or of several), with
 * which of Django's codes, and in which words. There must be nothing of the row in them.
 *
 * @since 0.1.0
 */
export interface RestRefusal {
  readonly field: string | null
  readonly code: string
  readonly message: string
}

/**
 * A service, described.
 *
 * - `filters` are the lookups that it knows, for the kinds of values for which it means by them what they mean here.
 * - `repeats` says whether a parameter may come twice, and rows have to meet both.
 * - `joined` is the parameter that all filters stand in, with what joins them.
 * - `order` spells an order: `null` where it sorts otherwise than asked for.
 * - `pages`, and where the `next` one is, if a response says so: then it is followed until there are enough rows. It is
 *   a URL, or parameters such as the token of a cursor: see `nextToken`.
 * - `total` reads how many rows there are in all; `null` where that isn't told.
 * - `rows` finds the rows in a body.
 * - `select` asks for some fields only; `null` where that isn't known.
 * - `collection` is the path of all rows, made of the model's; `item` leads to one of them, `null` where its key can't
 *   be spelled.
 * - `one` finds the row in the answer to a GET of one item: give it where the service answers that. Then rows are asked
 *   for by their keys one by one, where they can't be filtered by it.
 * - `row` finds the row in the answer to a write, `changed` says whether the row was there. Without `changed`, a row
 *   that isn't there is a 404 or a 410. What an answer to a write has in it is JSON.
 * - `headers` go with every request.
 * - `refusals` finds in the answer to a write which values the service refused, and why; `null` where it was refused for
 *   something else. They are an `Invalid`, or a `Conflict` where all of them are `unique`.
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
  /** How many members an `in` may have, at most. */
  readonly maxMembers: number
}

/**
 * Text as a part of a URL. `null` where it has no UTF-8: a half of a surrogate pair.
 *
 * @since 0.1.0
 */
export const escaped = (text: string): string | null => {
  try {
    // What is left as it is means something to some: an apostrophe, parentheses, an asterisk.
    return encodeURIComponent(text).replace(
      /[!'()*]/gu,
      (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
    )
  } catch {
    return null
  }
}

/**
 * A key as a segment of a path. Nothing, `.` and `..` lead elsewhere, however they are escaped.
 *
 * @since 0.1.0
 */
export const segmentOf = (key: Json): string | null => {
  const text = typeof key === 'string' ? key : typeof key === 'number' ? String(key) : ''
  return text === '' || text === '.' || text === '..' ? null : escaped(text)
}

/**
 * Parameters as the query of a URL. `null` where one of them can't be escaped.
 *
 * @since 0.1.0
 */
export const searchOf = (params: Params): string | null => {
  const parts = params.map(([name, value]) => {
    const [left, right] = [escaped(name), escaped(value)]
    // Dollars and commas in names are what OData and others look for.
    return left === null || right === null ? null : `${left.replace(/%24/gu, '$')}=${right}`
  })
  return parts.includes(null) ? null : parts.join('&')
}

/**
 * A `next` for services that give a token, rather than a URL: it becomes a parameter of the next request, which is the same
 * otherwise. Nothing, empty text and anything but text or an int end the pages.
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
