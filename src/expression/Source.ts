import type { Json, Row } from '../value/Value.js'

/**
 * Rows by model: all of them, and those with a value in a column. `sorted` says that `all` gives the rows in ascending
 * order of their primary key, the same list each time, and that `find` does too.
 *
 * @since 0.1.0
 */
export interface Source {
  readonly all: (model: string) => ReadonlyArray<Row>
  readonly find: (model: string, column: string, value: Json) => ReadonlyArray<Row>
  readonly sorted?: boolean
}

/**
 * A source without rows.
 *
 * @since 0.2.0
 */
export const emptySource: Source = { all: () => [], find: () => [] }
