import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import { hash } from '../value/Order.js'
import type { Json, Row } from '../value/Value.js'
import { storedKeys, validateChange } from '../schema/validate.js'
import type { ChangedRow, KeyOf } from '../expression/Ref.js'
import { writtenModel } from '../query/foldMutation.js'
import type { AnyQueryset, Queryset } from '../queryset/Queryset.js'
import type { WritableClient } from '../client/Client.js'
import type { BulkOptions } from '../client/write.js'
import { together } from '../client/together.js'
import { changeRows } from './unique.js'
import { keyedWith } from './writing.js'

/**
 * Changes some rows of a queryset, each by values of its own, told by primary key. Keys that aren't there are
 * passed over. Gives how many rows were changed.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, field, schema, toArray, updateBulk } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const client = memory(models, { genre: [{ id: 1, name: 'Rok' }, { id: 2, name: 'Jaz' }] })
 * console.log(await pipe(models.genre, updateBulk(client, [[1, { name: 'Rock' }], [2, { name: 'Jazz' }]]))()) // => { _tag: 'Right', right: 2 }
 *
 * @since 0.1.0
 */
export const updateBulk =
  <K, P>(client: WritableClient, changes: ReadonlyArray<readonly [K, P]>, options: BulkOptions = {}) =>
  <R, A, M>(
    queryset: Queryset<R, A, M> & ([K, P] extends [KeyOf<M>, ChangedRow<M>] ? unknown : never),
  ): TE.TaskEither<QueryError, number> =>
    updateRowsBulk(client, queryset, changes, options)

/**
 * As `updateBulk`, of what the types have forgotten.
 *
 * @since 0.1.0
 */
export const updateRowsBulk = (
  client: WritableClient,
  queryset: AnyQueryset,
  changes: ReadonlyArray<readonly [unknown, unknown]>,
  options: BulkOptions = {},
): TE.TaskEither<QueryError, number> =>
  together(client, async (inside) => {
    const model = writtenModel('updateBulk', queryset)
    if (E.isLeft(model)) return model
    const sets = validateChange(
      model.right,
      changes.map(([, set]) => set),
    )
    if (E.isLeft(sets)) return sets
    const own = storedKeys(
      model.right,
      changes.map(([key]) => key),
    )
    if (E.isLeft(own)) return own
    const key = hash(model.right.columns.get(model.right.primaryKey)?.kind ?? 'int')
    const asked = [...new Map(own.right.map((each) => [key(each), each])).values()]
    const there = await keyedWith(inside, queryset, model.right, model.right.primaryKey, asked)()
    if (E.isLeft(there)) return there
    const keys = new Set(there.right.map((row) => key(row['_pk'] ?? null)))
    const wanted = own.right.flatMap((each, i) => {
      const set = sets.right[i]
      return set !== undefined && keys.has(key(each)) ? [{ key: each, set }] : []
    })
    return changeRows(inside, model.right, merged(wanted, key), options)
  })

/** Several changes of one row are one, in which the later ones win. */
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
