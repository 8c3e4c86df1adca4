import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import { hash } from '../value/Order.js'
import type { Json, Row } from '../value/Value.js'
import { clashConflict } from '../schema/clashes.js'
import type { Model } from '../schema/Schema.js'
import { validateNew } from '../schema/validate.js'
import type { NewRow, OwnRow } from '../expression/Ref.js'
import { writtenModel } from '../query/foldMutation.js'
import { allRows, type AnyQueryset, type Queryset } from '../queryset/Queryset.js'
import type { OnConflict } from '../query/Mutation.js'
import { mergedInto } from '../query/mergedInto.js'
import { wrongConflict } from '../query/checkMutation.js'
import { carryOut } from '../client/carryOut.js'
import type { WritableClient } from '../client/Client.js'
import type { BulkOptions } from '../client/write.js'
import { together } from '../client/together.js'
import { createRows, insertOf, made as makeRows, readRows } from './create.js'
import { freedForChange, freeOf, taken } from './unique.js'
import { columnNamed, keyedWith, sentWhole } from './writing.js'

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
export const createBulk =
  <N, F extends string = never>(
    client: WritableClient,
    items: ReadonlyArray<N>,
    options: CreateBulkOptions<F> = {},
  ) =>
  <R, A, M>(
    queryset: Queryset<R, A, M> &
      ([N] extends [NewRow<M>] ? ([F] extends [keyof OwnRow<M>] ? unknown : never) : never),
  ): TE.TaskEither<QueryError, ReadonlyArray<OwnRow<M>>> =>
    createRowsBulk<OwnRow<M>>(client, items, queryset, options)

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
): TE.TaskEither<QueryError, ReadonlyArray<A>> => {
  const { ignoreConflicts, updateConflicts } = options
  if (ignoreConflicts !== true && updateConflicts === undefined)
    return createRows<A>(client, items, queryset, options)
  return async () => {
    const found = writtenModel('createBulk', queryset)
    if (E.isLeft(found)) return found
    const model = found.right
    const rows = validateNew(model, items)
    if (E.isLeft(rows)) return rows
    const onConflict = onConflictOf(updateConflicts)
    const wrong = wrongConflict(model, onConflict)
    if (wrong !== null) return E.left(wrong)
    const whole = await sentWhole(client, options, E.right(insertOf(model, rows.right, onConflict)))
    if (E.isLeft(whole)) return whole
    if (whole.right !== null) return readRows<A>(client, model, whole.right.rows)
    return together(client, async (inside) => {
      if (updateConflicts !== undefined)
        return upserted<A>(inside, model, rows.right, updateConflicts, options)
      const free = await freeOf(inside, model, rows.right)
      return E.isLeft(free) ? free : makeRows<A>(inside, model, free.right, options, true)
    })()
  }
}

const onConflictOf = (updateConflicts: CreateBulkOptions['updateConflicts']): OnConflict =>
  updateConflicts === undefined
    ? { _tag: 'ignore' }
    : { _tag: 'update', by: updateConflicts.uniqueFields, set: updateConflicts.updateFields }

const upserted = async <A>(
  client: WritableClient,
  model: Model,
  rows: ReadonlyArray<Row>,
  { uniqueFields, updateFields }: NonNullable<CreateBulkOptions['updateConflicts']>,
  options: BulkOptions,
): Promise<E.Either<QueryError, ReadonlyArray<A>>> => {
  const there = await taken(client, model, uniqueFields, rows)
  if (E.isLeft(there)) return there
  const { changes, created, order, items } = mergedInto(model, uniqueFields, updateFields, rows, there.right)
  const changed = updateFields.length === 0 ? [] : changes
  const update = await freedForChange(client, model, changed, created, options)
  if (E.isLeft(update))
    return E.left(amongThoseGiven(model, update.left, items.slice(changes.length - changed.length)))
  const written = await carryOut(
    client,
    [update.right, { _tag: 'create', model: model.name, rows: created }],
    options,
  )
  if (E.isLeft(written)) return written
  const made = written.right[1] ?? []
  const keys = order.map((each) => ('key' in each ? each.key : (made[each.made]?.key ?? null)))
  return stored<A>(client, model, keys)
}

/** An error whose items are told by their places among those given. */
const amongThoseGiven = (model: Model, error: QueryError, items: ReadonlyArray<number>): QueryError =>
  error._tag === 'Conflict' && error.errors.length > 0
    ? clashConflict(
        model,
        error.errors.map((each) => ({ ...each, item: items[each.item] ?? each.item })),
      )
    : error

/** The rows with some keys, in the order of these. */
const stored = async <A>(
  client: WritableClient,
  model: Model,
  keys: ReadonlyArray<Json>,
): Promise<E.Either<QueryError, ReadonlyArray<A>>> => {
  const columns = [...model.columns.keys()].map(columnNamed)
  const all = allRows(client.schema, model.name)
  const found = await keyedWith(client, all, model, model.primaryKey, keys, columns)()
  if (E.isLeft(found)) return found
  const key = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  const rows = new Map(found.right.map(({ _pk = null, ...row }) => [key(_pk), row]))
  return readRows<A>(
    client,
    model,
    keys.map((each) => rows.get(key(each))).filter((row) => row !== undefined),
  )
}
