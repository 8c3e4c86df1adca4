/**
 * Writes: the changes that clients are asked to make, as plain JSON.
 *
 * @since 0.1.0
 */
import type { Json, Row } from './Value.js'

/**
 * A change of some columns of the row with a primary key. `expect` holds values, by column, that the row must still
 * have at the time of the write. If the row has other values, or is gone, the result is a `Conflict`. `repeatable` says
 * that `set` doesn't depend on the row. A row that has the new values already is then as wanted, whoever wrote them.
 *
 * @since 0.1.0
 */
export interface Change {
  readonly key: Json
  readonly set: Row
  readonly expect?: Row
  readonly repeatable?: boolean
}

/**
 * The order in which the items of a write must be written, because one frees a unique value that another takes.
 * `sequence` holds the positions of the items. The items from `start` up to but not including `end` of the sequence
 * swap values in a circle, and must be written in one call.
 *
 * @since 0.2.0
 */
export interface WriteOrder {
  readonly sequence: ReadonlyArray<number>
  readonly start: number
  readonly end: number
}

/**
 * Rows of one model to create, change or delete, each identified by its primary key. A row to create has a value for
 * each column. Only a key that the backend generates can be `null`.
 *
 * @since 0.1.0
 */
export type Write =
  | { readonly _tag: 'create'; readonly model: string; readonly rows: ReadonlyArray<Row> }
  | {
      readonly _tag: 'update'
      readonly model: string
      readonly changes: ReadonlyArray<Change>
      /** Left out if any order will do. */
      readonly order?: WriteOrder
    }
  | {
      readonly _tag: 'delete'
      readonly model: string
      readonly keys: ReadonlyArray<Json>
      /** The values that each row must still have, in the order of the keys. Clients that check rows obey it. */
      readonly expect?: ReadonlyArray<Row>
    }
