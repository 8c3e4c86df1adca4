/**
 * The types of all errors, and their unions for reads and writes.
 *
 * @since 0.2.0
 */
import type { Json } from '../Value.js'
import type { Write } from '../Write.js'

interface Explained {
  /** What happened, in one sentence. */
  readonly message: string
  /** What to do about it. */
  readonly hint: string
  /** Whether the same call may succeed if it is made again. */
  readonly retryable: boolean
}

/**
 * The schema contradicts itself. `model` and `field` name the cause.
 *
 * @since 0.1.0
 */
export interface InvalidSchema extends Explained {
  readonly _tag: 'InvalidSchema'
  readonly model: string
  readonly field: string | null
}

/**
 * A name doesn't exist, or an operand doesn't fit. For a wrong name, `names` are the valid names, and `nearest` is the
 * most similar one.
 *
 * @since 0.1.0
 */
export interface InvalidField extends Explained {
  readonly _tag: 'InvalidField'
  readonly model: string | null
  readonly path: string
  readonly names: ReadonlyArray<string>
  readonly nearest: string | null
}

/**
 * A step is invalid. `step` is its name, and `index` its position in the queryset, counted from 0.
 *
 * @since 0.1.0
 */
export interface InvalidStep extends Explained {
  readonly _tag: 'InvalidStep'
  readonly step: string
  readonly index: number
}

/**
 * A query in wire form is invalid or exceeds a limit. `path` is the place in the JSON.
 *
 * @since 0.1.0
 */
export interface InvalidQuery extends Explained {
  readonly _tag: 'InvalidQuery'
  readonly path: string
}

/**
 * One row was requested and none exists.
 *
 * @since 0.1.0
 */
export interface NotFound extends Explained {
  readonly _tag: 'NotFound'
  readonly model: string | null
}

/**
 * One row was requested and several exist.
 *
 * @since 0.1.0
 */
export interface MultipleFound extends Explained {
  readonly _tag: 'MultipleFound'
  readonly model: string | null
}

/**
 * A row from a client doesn't fit its model.
 *
 * - `key` is the row's primary key, if it can be read.
 * - `place` says where the row is stored, if the client knows it (`row 5 of page 2 of 'tracks'`).
 * - `row` counts from 0 among the rows of the client's answer.
 * - `path` is the place of the value in the row.
 * - `expected` says what is expected there, and `actual` the type of the value. The message also includes the value,
 *   shortened, unless its field is `secret`.
 *
 * @since 0.1.0
 */
export interface Undecodable extends Explained {
  readonly _tag: 'Undecodable'
  readonly client: string
  readonly model: string | null
  readonly key: Json
  readonly place: string | null
  readonly row: number
  readonly path: string
  readonly expected: string
  readonly actual: string
}

/**
 * A file isn't valid for a client: it isn't JSON, or has a row that doesn't fit its model.
 *
 * - `line` and `column` count from 1, or are `null` if the place isn't known. Columns count UTF-16 units, as editors
 *   do.
 * - `row` counts from 0, or is `null` if the whole file is invalid.
 * - `key` is the row's primary key, if it can be read.
 * - `path` is the column's name, or empty.
 *
 * @since 0.1.0
 */
export interface BadFile extends Explained {
  readonly _tag: 'BadFile'
  readonly client: string
  readonly file: string
  readonly line: number | null
  readonly column: number | null
  readonly model: string
  readonly row: number | null
  readonly key: Json
  readonly path: string
  readonly reason: string
}

/**
 * A write contradicts the stored rows: another row has the key or a unique value (`fields` says which), a foreign key
 * leads to no row, or a row has changed since it was read. If this was found before the write, `errors` has an error
 * for each item, at most 100. `more` is the number of further errors.
 *
 * @since 0.1.0
 */
export interface Conflict extends Explained {
  readonly _tag: 'Conflict'
  readonly model: string
  readonly fields: ReadonlyArray<string>
  readonly errors: ReadonlyArray<FieldError>
  readonly more: number
}

/**
 * Rows can't be deleted, because rows point to them through a relation that says `protect` or `restrict`. `by` gives
 * their number, their model and the relation.
 *
 * @since 0.1.0
 */
export interface Protected extends Explained {
  readonly _tag: 'Protected'
  readonly model: string
  readonly by: ReadonlyArray<{ readonly model: string; readonly relation: string; readonly rows: number }>
}

/**
 * A value that a field can't hold. `code` is Django's (`required`, `null`, `invalid`, `max_length`, `unique`, …), with
 * its parameters. `item` counts from 0 among the given rows. `field` is `null` if the error concerns several fields.
 *
 * @since 0.1.0
 */
export interface FieldError {
  readonly item: number
  readonly field: string | null
  readonly code: string
  readonly params: { readonly [name: string]: Json }
  readonly message: string
}

/**
 * Some values can't be written. Nothing has been written. `errors` has at most 100 errors, and `more` is the number of
 * further ones.
 *
 * @since 0.1.0
 */
export interface Invalid extends Explained {
  readonly _tag: 'Invalid'
  readonly model: string
  readonly errors: ReadonlyArray<FieldError>
  readonly more: number
}

/**
 * What became of one item of a write: `key` if it was done, `error` if it wasn't, or if that is unknown.
 *
 * @since 0.1.0
 */
export interface ItemFate {
  readonly _tag: 'done' | 'failed' | 'unknown'
  readonly key: Json
  readonly error: QueryError | null
}

/**
 * What a partial write left to do. Of the first of `writes`, only the items at `positions` remain, which are safe to
 * repeat. The others weren't started.
 *
 * @since 0.1.0
 */
export interface Rest {
  readonly positions: ReadonlyArray<number>
  readonly writes: ReadonlyArray<Write>
}

/**
 * A client that can't do all or nothing did a write in part. `items` says what became of each item, in the order given.
 * `rest` is what `resume` continues with. It is a function, so that logs don't contain rows.
 *
 * @since 0.1.0
 */
export interface Incomplete extends Explained {
  readonly _tag: 'Incomplete'
  readonly model: string
  readonly items: ReadonlyArray<ItemFate>
  readonly rest: () => Rest
}

/**
 * The client can't do what was asked.
 *
 * @since 0.1.0
 */
export interface Unsupported extends Explained {
  readonly _tag: 'Unsupported'
  readonly client: string
  readonly feature: string
}

/**
 * A query may cost more than is allowed, or its cost is unknown. `what` is the limit. `cost` is the largest possible
 * cost, or `null` if it is unknown. Requests, rows and milliseconds are known before anything is requested. Steps and
 * bytes are counted during the evaluation, which was then stopped.
 *
 * @since 0.1.0
 */
export interface OverBudget extends Explained {
  readonly _tag: 'OverBudget'
  readonly client: string
  readonly what: 'requests' | 'rows' | 'milliseconds' | 'steps' | 'bytes'
  readonly cost: number | null
  readonly budget: number
}

/**
 * The client tried and failed. `cause` is what the client reported, unchanged. `retryAfter` is the number of
 * milliseconds that it asks to wait before a retry, if it says so.
 *
 * @since 0.1.0
 */
export interface ClientFailed extends Explained {
  readonly _tag: 'ClientFailed'
  readonly client: string
  readonly operation: string
  readonly cause: unknown
  readonly retryAfter: number | null
}

/**
 * The errors that a read can give: all except `Conflict`, `Protected`, `Invalid` and `Incomplete`. Tell them apart by
 * `_tag`.
 *
 * A client may answer a read with one of these four, such as a `Conflict` if its data is inconsistent. The read is then
 * `ClientFailed`, with that error as its `cause`.
 *
 * @example
 * import { unsupported, type ReadError } from 'queryset-ts'
 * const advice = (error: ReadError): string => (error.retryable ? 'Try again.' : error.hint)
 * console.log(advice(unsupported('shop', 'joins'))) // => Ask for something that it supports, or use another client.
 *
 * @since 0.2.0
 */
export type ReadError =
  | InvalidSchema
  | InvalidField
  | InvalidStep
  | InvalidQuery
  | NotFound
  | MultipleFound
  | Undecodable
  | BadFile
  | Unsupported
  | OverBudget
  | ClientFailed

/**
 * The errors that a write can give: those of reads, since a write also reads, and those for refused and partial writes.
 * Tell them apart by `_tag`.
 *
 * @example
 * import { conflict, type WriteError } from 'queryset-ts'
 * const taken = (error: WriteError): ReadonlyArray<string> => (error._tag === 'Conflict' ? error.fields : [])
 * console.log(taken(conflict('genre', ['name'], 'the name is taken'))) // => [ 'name' ]
 *
 * @since 0.2.0
 */
export type WriteError = ReadError | Conflict | Protected | Invalid | Incomplete

/**
 * All errors. Tell them apart by `_tag`.
 *
 * @since 0.1.0
 */
export type QueryError = ReadError | WriteError
