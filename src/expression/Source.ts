import type { Json, Row } from '../value/Value.js'

/**
 * The rows that relations lead to. `find` gives those whose column has the value.
 *
 * @since 0.1.0
 */
export interface Source {
  readonly all: (model: string) => ReadonlyArray<Row>
  readonly find: (model: string, column: string, value: Json) => ReadonlyArray<Row>
}

/**
 * A source without rows.
 *
 * @since 0.2.0
 */
export const emptySource: Source = { all: () => [], find: () => [] }
