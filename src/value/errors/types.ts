/**
 * The types of everything that can go wrong, and the unions of them that reading and writing give.
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
  /** Whether the same call may succeed when made again. */
  readonly retryable: boolean
}

/**
 * The schema contradicts itself; `model` and `field` are the culprit.
 *
 * @since 0.1.0
 */
export interface InvalidSchema extends Explained {
  readonly _tag: 'InvalidSchema'
  readonly model: string
  readonly field: string | null
}

/**
 * A name that isn't there, or an operand that doesn't fit it. `names` are the valid ones where it is a name that is
 * wrong, `nearest` the one most like it.
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
 * A step that can't be taken: `step` is its name, `index` its place in the queryset, counted from 0.
 *
 * @since 0.1.0
 */
export interface InvalidStep extends Explained {
  readonly _tag: 'InvalidStep'
  readonly step: string
  readonly index: number
}

/**
 * A query in wire form that isn't one, or that exceeds a limit; `path` leads to the place in the JSON.
 *
 * @since 0.1.0
 */
export interface InvalidQuery extends Explained {
  readonly _tag: 'InvalidQuery'
  readonly path: string
}

/**
 * A row was asked for and there is none.
 *
 * @since 0.1.0
 */
export interface NotFound extends Explained {
  readonly _tag: 'NotFound'
  readonly model: string | null
}

/**
 * One row was asked for and there are several.
 *
 * @since 0.1.0
 */
export interface MultipleFound extends Explained {
  readonly _tag: 'MultipleFound'
  readonly model: string | null
}

/**
 * What a client returned isn't what its model says. `key` is the row's primary key, where it has one that can be read;
 * `place` says where the row is stored, where the client knows it (`row 5 of page 2 of 'tracks'`). `row` counts from 0 among
 * the rows that the client returned. `path` leads to the value, `expected` says what should have been there and `actual`
 * of which sort the value was. The message repeats the value too, shortened, unless its field is `secret`.
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
 * A file isn't what a client needs: no JSON, or with a row that its model refuses. `line` and `column` count from 1
 * (columns in UTF-16 units, as editors do) and are `null` where the place isn't known; `row` counts from 0 and is
 * `null` where the file as a whole is bad, `key` is the row's primary key, where it has one that can be read; `path` is
 * the column's name, or empty.
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
 * A write would contradict what is there: a key or a unique value that another row has (`fields` says which), a foreign
 * key that leads to no row, or a row that has changed since it was read. Where it was found before the write, `errors`
 * tells it of each item, of the first 100; `more` is how many errors there are besides.
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
 * Rows can't be deleted, because others point to them whose relation says `protect` or `restrict`. `by` tells how
 * many, of which model, through which relation.
 *
 * @since 0.1.0
 */
export interface Protected extends Explained {
  readonly _tag: 'Protected'
  readonly model: string
  readonly by: ReadonlyArray<{ readonly model: string; readonly relation: string; readonly rows: number }>
}

/**
 * A value that a field can't take: `code` is Django's (`required`, `null`, `invalid`, `max_length`, `unique`, …), with
 * its parameters. `item` counts from 0 among the rows given; `field` is `null` for what concerns several.
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
 * Values that can't be written. Nothing has been. `errors` are the first 100; `more` is how many there are besides.
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
 * What became of one item of a write: `key` of what was done, `error` of what was not, or not for sure.
 *
 * @since 0.1.0
 */
export interface ItemFate {
  readonly _tag: 'done' | 'failed' | 'unknown'
  readonly key: Json
  readonly error: QueryError | null
}

/**
 * What a write that was done in part left to do: of the first of `writes` only what is safe to do again, at these
 * `positions` among its items; the others weren't begun.
 *
 * @since 0.1.0
 */
export interface Rest {
  readonly positions: ReadonlyArray<number>
  readonly writes: ReadonlyArray<Write>
}

/**
 * A write over a client that can't do all or nothing was done in part. `items` tells what became of each, in the
 * order given. `rest` is what `resume` goes on with; it is a function, so that rows don't get into logs.
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
 * A query would cost more than was allowed, or nobody can tell what it would cost. `what` is the limit; `cost` is how
 * much it would take at most, `null` where that isn't known. Of requests, rows and milliseconds this is known before
 * anything is asked. Steps and bytes are counted while the query is evaluated: it was stopped on the way.
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
 * The client tried and failed; `cause` is what it said, whole. `retryAfter` is how many milliseconds it asks to be left
 * alone before it is tried again, where it says so.
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
 * What reading sound data can give: all errors but `Conflict`, `Protected`, `Invalid` and `Incomplete`. Tell them apart
 * by `_tag`.
 *
 * Terminals give a `QueryError`, since a read can be a `Conflict` where the data is not sound: `memory` was given a foreign
 * key that leads to no row, or a service answers that it contradicts what is there.
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
 * What writing can give: what reading can, since a write reads too, and what a write is refused for, or done in part.
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
