/**
 * How small a failing case is: its rows, its calls, and what its calls are made of (steps, conditions, keys, columns
 * that are computed). `total` is their sum.
 *
 * @since 0.1.0
 */
export interface Size {
  readonly rows: number
  readonly calls: number
  readonly nodes: number
  readonly total: number
}
