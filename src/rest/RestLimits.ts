/**
 * What a request may ask for at most. Every limit has a value unless another is given.
 *
 * @since 0.2.0
 */
export interface RestLimits {
  /** Bytes of a body. */
  readonly bytes: number
  /** How deep JSON is nested. */
  readonly depth: number
  /** Characters of the part of an address behind the question mark. */
  readonly query: number
  /** Filters in an address. */
  readonly filters: number
  /** Values of one `in`, and keys in one list. */
  readonly values: number
  /** The greatest offset that a page may begin at. */
  readonly offset: number
  /** Search terms, and characters of each. */
  readonly terms: number
  readonly termLength: number
  /** Names to order by. */
  readonly orders: number
  /** Characters of a caller's regular expression, where those are allowed. */
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
