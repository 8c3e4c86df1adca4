/**
 * Mutations: writes as data. A mutation says what to write in terms of what is stored, so that whoever holds the rows
 * can do all of it at once.
 *
 * A mutation is plain JSON, as queries are. `reference/mutate` says what each one means.
 *
 * @since 0.2.0
 */
import type { Named } from '../expression/Expression.js'
import type { Row } from '../value/Value.js'
import { baseOf } from './parts.js'
import { allOf, type Query } from './Query.js'

/**
 * What to do about a new row whose unique values another row has already: a row that is stored, or an earlier one of
 * the same insert.
 *
 * - `refuse`: the whole insert is a `Conflict`.
 * - `ignore`: the new row is left out.
 * - `update`: the row with the same values in the columns `by` gets the new values of the columns `set`. The schema
 *   must say that `by` is unique. A clash over any other unique value is a `Conflict`.
 *
 * @since 0.2.0
 */
export type OnConflict =
  | { readonly _tag: 'refuse' }
  | { readonly _tag: 'ignore' }
  | { readonly _tag: 'update'; readonly by: ReadonlyArray<string>; readonly set: ReadonlyArray<string> }

/**
 * New rows. Each has a value for every column; a primary key that the backend counts up may be `null`. `expect` is about
 * the rows that `onConflict` updates.
 *
 * @since 0.2.0
 */
export interface Insert {
  readonly _tag: 'insert'
  readonly model: string
  readonly rows: ReadonlyArray<Row>
  readonly onConflict: OnConflict
  readonly expect: Row | null
}

/**
 * A change of the rows of `query`, whose rows are those of a model. Each column named by `set` becomes the value of its
 * expression, which is evaluated over the row as it is when it is written.
 *
 * @since 0.2.0
 */
export interface Update {
  readonly _tag: 'update'
  readonly query: Query
  readonly set: ReadonlyArray<Named<Query>>
  readonly expect: Row | null
}

/**
 * A deletion of the rows of `query`, and of what `onDelete` says goes with them.
 *
 * @since 0.2.0
 */
export interface Delete {
  readonly _tag: 'delete'
  readonly query: Query
  readonly expect: Row | null
}

/**
 * A write as data. `expect` holds values, by column, that every affected row must still have when it is written. A row
 * that has others is a `Conflict`, and so is an update or a delete with `expect` that finds no row; nothing is written
 * then.
 *
 * @since 0.2.0
 */
export type Mutation = Insert | Update | Delete

/**
 * What a mutation did. `rows` are those that an insert made or updated, as they are stored: each in the place of the
 * first item that is about it. `counts` says how many rows were written, by model.
 *
 * @since 0.2.0
 */
export interface Mutated {
  readonly rows: ReadonlyArray<Row>
  readonly counts: { readonly [model: string]: number }
}

/**
 * The model that a mutation is about; the rows that a delete takes along are of other models too.
 *
 * @since 0.2.0
 */
export const mutatedModel = (mutation: Mutation): string => {
  if (mutation._tag === 'insert') return mutation.model
  return baseOf(mutation.query)
}

/**
 * The name of the primary key in what `rowsToWrite` gives.
 *
 * @since 0.2.0
 */
export const keyColumn = '_pk'

/**
 * The query for what an update or a delete writes: the primary key of each row, and the new values beside it.
 *
 * @since 0.2.0
 */
export const rowsToWrite = (
  query: Query,
  primaryKey: string,
  set: ReadonlyArray<Named<Query>> = [],
): Query => {
  const key: Named<Query> = {
    name: keyColumn,
    expression: { _tag: 'column', path: [primaryKey], level: 0 },
  }
  // A pass projects before it drops duplicates, so that these have to be dropped in a pass of their own.
  const pass = query.distinct ? allOf({ _tag: 'query', query }) : query
  return { ...pass, fields: null, related: [], columns: [key, ...set] }
}
