/**
 * Writes: what clients are asked to change, as plain JSON.
 *
 * @since 0.1.0
 */
import type { Json, Row } from './Value.js'

/**
 * Some columns of the row with a primary key, and what they become. `expect` holds values, by column, that the row must
 * still have when it is written: a row that has others, or that is gone, is a `Conflict`. `repeatable` says that `set`
 * doesn't depend on the row, so that a row which holds it already is as wanted, whoever wrote it.
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
 * In which order the items of a write have to be written, because one frees a unique value that another takes.
 * `sequence` holds the positions of the items. Those from `start` up to `end` of the sequence trade values in a circle,
 * and have to be written in one call.
 *
 * @since 0.2.0
 */
export interface WriteOrder {
  readonly sequence: ReadonlyArray<number>
  readonly start: number
  readonly end: number
}

/**
 * Rows to be made, changed or deleted, all of one model, each told by its primary key. A row to be made has a value
 * for each column, but for a key that the backend counts up, which may be `null`.
 *
 * @since 0.1.0
 */
export type Write =
  | { readonly _tag: 'create'; readonly model: string; readonly rows: ReadonlyArray<Row> }
  | {
      readonly _tag: 'update'
      readonly model: string
      readonly changes: ReadonlyArray<Change>
      /** Left out where any order will do. */
      readonly order?: WriteOrder
    }
  | {
      readonly _tag: 'delete'
      readonly model: string
      readonly keys: ReadonlyArray<Json>
      /** What each row must still hold, in the order of the keys; heeded by clients that check. */
      readonly expect?: ReadonlyArray<Row>
    }
