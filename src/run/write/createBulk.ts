import type { taskEither as TE } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { QuerysetLike } from '../../expression/Ref.js'
import type { OwnRow } from '../../expression/Refs.js'
import type { Given, Late, NewRow } from '../../expression/Written.js'
import type { OnConflict } from '../../query/Mutation.js'
import type { AnyQueryset, Queryset } from '../../queryset/Queryset.js'
import type { WritableClient } from '../../client/Client.js'
import type { BulkOptions } from '../../client/write.js'
import { createRows } from './create.js'
import { total } from '../../value/total.js'

/**
 * What becomes of rows whose unique values other rows have already, those that are there or earlier ones of the same
 * call. Without a word about it, that is a `Conflict`, and nothing is written.
 *
 * - `ignoreConflicts` leaves them out;
 * - `updateConflicts` changes the row that is there: it gets the new values of `updateFields`. `uniqueFields` are
 *   those by which it is known, together; the schema must say that they are unique.
 *
 * @since 0.1.0
 */
export type CreateBulkOptions<F extends string = string> = BulkOptions &
  (
    | { readonly ignoreConflicts?: boolean; readonly updateConflicts?: never }
    | {
        readonly ignoreConflicts?: never
        readonly updateConflicts: {
          readonly uniqueFields: ReadonlyArray<F>
          readonly updateFields: ReadonlyArray<F>
        }
      }
  )

const typedCreateBulk =
  <M, const I extends ReadonlyArray<unknown>, const F extends string = never>(
    client: WritableClient,
    items: Items<M, I>,
    options: CreateBulkOptions<F & FieldOf<M>> = {},
  ) =>
  <R, A, T>(
    queryset: Queryset<R, A, T> &
      QuerysetLike<unknown, M> &
      Late<M, I[number], NewRow<T>> &
      Late<M, F, keyof OwnRow<T>>,
  ): TE.TaskEither<QueryError, ReadonlyArray<OwnRow<T>>> =>
    createRowsBulk<OwnRow<T>>(client, items, queryset, options)

// Each of the items is told by itself what it lacks.
type Items<M, I> = unknown extends M ? I : { readonly [K in keyof I]: Given<M, I[K], NewRow<M>> }

// The names of a model's fields, where it is known.
type FieldOf<M> = unknown extends M ? string : keyof OwnRow<M> & string

/**
 * Makes many rows of the queryset's model, and gives them as they are stored, in the order given. All of them are
 * checked before the first is written. Over a client that can't do all or nothing, what was done in part is an
 * `Incomplete`, which tells it of each. With `updateConflicts` it also gives the rows that it has changed, each in
 * the place of the first item that is about it; with `ignoreConflicts` only those that it has made.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, createBulk, field, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text({ unique: true }), rank: field.int() } })
 * const client = memory(models, {})
 * const genres = [{ name: 'Rock', rank: 1 }, { name: 'Jazz', rank: 2 }]
 * console.log(await pipe(models.genre, createBulk(client, genres))()) // => { _tag: 'Right', right: [ { id: 1, name: 'Rock', rank: 1 }, { id: 2, name: 'Jazz', rank: 2 } ] }
 * const updateConflicts = { uniqueFields: ['name'], updateFields: ['rank'] } as const
 * console.log(await pipe(models.genre, createBulk(client, [{ name: 'Rock', rank: 5 }], { updateConflicts }))()) // => { _tag: 'Right', right: [ { id: 1, name: 'Rock', rank: 5 } ] }
 *
 * @since 0.1.0
 */
export const createBulk = total('createBulk', 2, 'program', typedCreateBulk)

/**
 * As `createBulk`, of what the types have forgotten.
 *
 * @since 0.1.0
 */
export const createRowsBulk = <A>(
  client: WritableClient,
  items: ReadonlyArray<unknown>,
  queryset: AnyQueryset,
  options: CreateBulkOptions = {},
): TE.TaskEither<QueryError, ReadonlyArray<A>> =>
  createRows<A>(client, items, queryset, options, onConflictOf(options))

const onConflictOf = ({ ignoreConflicts, updateConflicts }: CreateBulkOptions): OnConflict =>
  updateConflicts !== undefined
    ? { _tag: 'update', by: updateConflicts.uniqueFields, set: updateConflicts.updateFields }
    : { _tag: ignoreConflicts === true ? 'ignore' : 'refuse' }
