/**
 * Writes: what clients are asked to change, as plain JSON.
 *
 * @since 0.1.0
 */
import type { Json, Row } from './Value.js'

/**
 * Some columns of the row with a primary key, and what they become.
 *
 * @since 0.1.0
 */
export interface Change {
  readonly key: Json
  readonly set: Row
}

/**
 * Rows to be made, changed or deleted, all of one model, each told by its primary key. A row to be made has a value
 * for each column, but for a key that the backend counts up, which may be `null`.
 *
 * @since 0.1.0
 */
export type Write =
  | { readonly _tag: 'create'; readonly model: string; readonly rows: ReadonlyArray<Row> }
  | { readonly _tag: 'update'; readonly model: string; readonly changes: ReadonlyArray<Change> }
  | { readonly _tag: 'delete'; readonly model: string; readonly keys: ReadonlyArray<Json> }
