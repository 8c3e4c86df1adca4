/**
 * Mutations: writes as data. A mutation describes a write in terms of stored rows, so that the backend that holds the
 * rows can do all of it at once.
 *
 * A mutation is plain JSON, as queries are. `reference/mutate` defines what each one means.
 *
 * @since 0.2.0
 */
import type { Named } from '../expression/Expression.js'
import type { Row } from '../value/Value.js'
import { baseOf } from './parts.js'
import { allOf, type Query } from './Query.js'

/**
 * What to do with a new row whose unique values are already used by another row, either stored or earlier in the same
 * insert.
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
 * New rows. Each has a value for every column. A primary key that the backend generates may be `null`. `expect` applies
 * to the rows that `onConflict` updates.
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
 * A change of the rows of `query`, which must be those of a model. Each column in `set` gets the value of its
 * expression. The expression is evaluated on the row at the time of the write.
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
 * A delete of the rows of `query`, and of the rows that `onDelete` deletes with them.
 *
 * @since 0.2.0
 */
export interface Delete {
  readonly _tag: 'delete'
  readonly query: Query
  readonly expect: Row | null
}

/**
 * A write as data. `expect` holds values, by column, that every affected row must still have at the time of the write.
 * A row with other values is a `Conflict`. So is an update or a delete with `expect` that finds no row. Nothing is
 * written then.
 *
 * @since 0.2.0
 */
export type Mutation = Insert | Update | Delete

/**
 * The result of a mutation. `rows` are the rows that an insert created or updated, as they are stored, each in the
 * place of the first item that concerns it. `counts` is the number of written rows of each model.
 *
 * @since 0.2.0
 */
export interface Mutated {
  readonly rows: ReadonlyArray<Row>
  readonly counts: { readonly [model: string]: number }
}

/**
 * The model that a mutation writes to. The rows that a delete takes with it may belong to other models.
 *
 * @since 0.2.0
 */
export const mutatedModel = (mutation: Mutation): string => {
  if (mutation._tag === 'insert') return mutation.model
  return baseOf(mutation.query)
}

/**
 * The name of the primary key in the rows of `rowsToWrite`.
 *
 * @since 0.2.0
 */
export const keyColumn = '_pk'

/**
 * The query for what an update or a delete writes: the primary key of each row, and its new values.
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
  // A pass projects before it drops duplicates, so the duplicates are dropped in a separate pass.
  const pass = query.distinct ? allOf({ _tag: 'query', query }) : query
  return { ...pass, fields: null, related: [], columns: [key, ...set] }
}
