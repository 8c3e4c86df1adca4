import type { taskEither as TE } from 'fp-ts'
import type { WriteError } from '../../value/QueryError.js'
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
 * What to do with rows whose unique values are already used, by a stored row or by an earlier row of the same call. By
 * default this is a `Conflict`, and nothing is written.
 *
 * - `ignoreConflicts` leaves these rows out.
 * - `updateConflicts` changes the existing row: it gets the new values of `updateFields`. `uniqueFields` together
 *   identify the existing row. The schema must say that they are unique.
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
  ): TE.TaskEither<WriteError, ReadonlyArray<OwnRow<T>>> =>
    createRowsBulk<OwnRow<T>>(client, items, queryset, options)

// Each item is checked separately, so its error says what it lacks.
type Items<M, I> = unknown extends M ? I : { readonly [K in keyof I]: Given<M, I[K], NewRow<M>> }

// The names of a model's fields, if the model is known.
type FieldOf<M> = unknown extends M ? string : keyof OwnRow<M> & string

/**
 * Creates many rows of the queryset's model, and gives them as they are stored, in the order given.
 *
 * All rows are checked before the first is written. If the client can't do all or nothing, a partial write is an
 * `Incomplete`, which says what became of each row. With `updateConflicts`, the result includes the changed rows, each
 * in the place of the first item that concerns it. With `ignoreConflicts`, it has only the created rows.
 *
 * @example
 * import { autoId, createBulk, field, pipe, schema } from 'queryset-ts'
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
 * Like `createBulk`, for values whose types aren't known.
 *
 * @since 0.1.0
 */
export const createRowsBulk = <A>(
  client: WritableClient,
  items: ReadonlyArray<unknown>,
  queryset: AnyQueryset,
  options: CreateBulkOptions = {},
): TE.TaskEither<WriteError, ReadonlyArray<A>> =>
  createRows<A>(client, items, queryset, options, onConflictOf(options))

const onConflictOf = ({ ignoreConflicts, updateConflicts }: CreateBulkOptions): OnConflict =>
  updateConflicts !== undefined
    ? { _tag: 'update', by: updateConflicts.uniqueFields, set: updateConflicts.updateFields }
    : { _tag: ignoreConflicts === true ? 'ignore' : 'refuse' }
