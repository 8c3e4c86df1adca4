/**
 * Limits of a request. Each has a default.
 *
 * @since 0.2.0
 */
export interface RestLimits {
  /** The size of a body, in bytes. */
  readonly bytes: number
  /** The nesting depth of JSON. */
  readonly depth: number
  /** The number of characters after the `?` of a URL. */
  readonly query: number
  /** The number of filters in a URL. */
  readonly filters: number
  /** The number of values of an `in`, and of keys in a list. */
  readonly values: number
  /** The maximum offset of a page. */
  readonly offset: number
  /** The number of search terms, and of the characters of a term. */
  readonly terms: number
  readonly termLength: number
  /** The number of names to order by. */
  readonly orders: number
  /** The number of characters of a caller's regular expression, if these are allowed. */
  readonly regex: number
}

/** @since 0.2.0 */
export const restLimits: RestLimits = {
  bytes: 1024 * 1024,
  depth: 20,
  query: 8 * 1024,
  filters: 20,
  values: 1000,
  offset: 10_000,
  terms: 10,
  termLength: 100,
  orders: 10,
  regex: 100,
}
