import { either as E, type taskEither as TE } from 'fp-ts'
import type { WriteError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Json, Row } from '../../value/Value.js'
import type { Model } from '../../schema/Schema.js'
import { stamped } from '../../schema/autoTimes.js'
import { storedKeys, validateChange } from '../../schema/validate.js'
import type { QuerysetLike } from '../../expression/Ref.js'
import type { KeyInput, KeyOf } from '../../expression/Refs.js'
import type { Asked, ChangedRow, Late } from '../../expression/Written.js'
import { writtenModel } from '../../query/foldMutation.js'
import { keyColumn } from '../../query/Mutation.js'
import type { Change } from '../../query/Write.js'
import type { AnyQueryset, Queryset } from '../../queryset/Queryset.js'
import type { WritableClient } from '../../client/Client.js'
import type { BulkOptions } from '../../client/write.js'
import { together } from '../../client/together.js'
import { changeFound, type FindChanges } from './changeFound.js'
import { apart, columnsAsRead, keyedWith } from './writing.js'
import { total } from '../../value/total.js'

const typedUpdateBulk =
  <M, const K, const P>(
    client: WritableClient,
    changes: ReadonlyArray<readonly [Asked<M, K, KeyInput<KeyOf<M>>>, Asked<M, P, ChangedRow<M>>]>,
    options: BulkOptions = {},
  ) =>
  <R, A, T>(
    queryset: Queryset<R, A, T> &
      QuerysetLike<unknown, M> &
      Late<M, K, KeyInput<KeyOf<T>>> &
      Late<M, P, ChangedRow<T>>,
  ): TE.TaskEither<WriteError, number> =>
    updateRowsBulk(client, queryset, changes, options)

/**
 * Changes several rows of a queryset, each with its own values. Rows are identified by primary key. Keys that don't
 * exist are ignored. Gives the number of changed rows.
 *
 * @example
 * import { autoId, field, pipe, schema, toArray, updateBulk } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const client = memory(models, { genre: [{ id: 1, name: 'Rok' }, { id: 2, name: 'Jaz' }] })
 * console.log(await pipe(models.genre, updateBulk(client, [[1, { name: 'Rock' }], [2, { name: 'Jazz' }]]))()) // => { _tag: 'Right', right: 2 }
 *
 * @since 0.1.0
 */
export const updateBulk = total('updateBulk', 2, 'program', typedUpdateBulk)

/**
 * Like `updateBulk`, for values whose types aren't known.
 *
 * @since 0.1.0
 */
export const updateRowsBulk = (
  client: WritableClient,
  queryset: AnyQueryset,
  changes: ReadonlyArray<readonly [unknown, unknown]>,
  options: BulkOptions = {},
): TE.TaskEither<WriteError, number> =>
  together(client, async (inside) => {
    const found = writtenModel('updateBulk', queryset)
    if (E.isLeft(found)) return found
    const model = found.right
    const sets = validateChange(
      model,
      changes.map(([, set]) => set),
    )
    if (E.isLeft(sets)) return sets
    const own = storedKeys(
      model,
      changes.map(([key]) => key),
    )
    if (E.isLeft(own)) return own
    const key = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
    const wanted = merged(
      own.right.flatMap((each, i) => {
        const set = sets.right[i]
        return set === undefined ? [] : [{ key: each, set: stamped(model, set) }]
      }),
      key,
    )
    return changeFound(inside, model, finding(inside, queryset, model, wanted, key), options)
  })

/** Finds the rows to change that are in the queryset. */
const finding =
  (
    client: WritableClient,
    queryset: AnyQueryset,
    model: Model,
    changes: ReadonlyArray<Change>,
    key: (value: Json) => unknown,
  ): FindChanges =>
  async (again) => {
    const asked = again ?? changes.map((change) => change.key)
    const guarded = client.transaction === undefined ? columnsAsRead(model) : []
    const there = await keyedWith(client, queryset, model, model.primaryKey, asked, guarded)()
    return E.map((found: ReadonlyArray<Row>) => {
      const rows = new Map(found.map((row) => [key(row[keyColumn] ?? null), row]))
      return changes.flatMap((change): ReadonlyArray<Change> => {
        const row = rows.get(key(change.key))
        return row === undefined
          ? []
          : [{ ...change, ...(guarded.length === 0 ? {} : { expect: apart(row).before, repeatable: true }) }]
      })
    })(there)
  }

/** Combines several changes of one row into one. Later values win. */
const merged = (
  changes: ReadonlyArray<{ readonly key: Json; readonly set: Row }>,
  key: (value: Json) => unknown,
): ReadonlyArray<{ readonly key: Json; readonly set: Row }> => {
  const rows = new Map<unknown, { readonly key: Json; readonly set: Row }>()
  changes.forEach((each) => {
    const own = key(each.key)
    rows.set(own, { key: each.key, set: { ...rows.get(own)?.set, ...each.set } })
  })
  return [...rows.values()]
}
