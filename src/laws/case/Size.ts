/**
 * The size of a failing case: the number of its rows, of its calls, and of the nodes that its calls consist of (steps,
 * conditions, sort keys, computed columns). `total` is their sum.
 *
 * @since 0.1.0
 */
export interface Size {
  readonly rows: number
  readonly calls: number
  readonly nodes: number
  readonly total: number
}
