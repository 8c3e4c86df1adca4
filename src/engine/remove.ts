import { either as E } from 'fp-ts'
import { hash } from '../value/Order.js'
import { protectedBy, type Protected, type QueryError } from '../value/QueryError.js'
import type { Json, Row } from '../value/Value.js'
import { pointersTo, sortedByDependence, type Pointer } from '../schema/pointers.js'
import type { Model } from '../schema/Schema.js'
import { apply, type Applied } from './apply.js'
import type { Store } from './Store.js'

/**
 * A store without some rows and what goes with them, and how many rows of each model that were.
 *
 * @since 0.2.0
 */
export interface Removed {
  readonly store: Store
  readonly counts: { readonly [model: string]: number }
}

/**
 * Deletes the rows of a model that have these keys, as `onDelete` says of every relation that leads to them. Rows that
 * protected ones point to are a `Protected`, and nothing is deleted.
 *
 * @since 0.2.0
 */
export const remove = (
  store: Store,
  model: Model,
  keys: ReadonlyArray<Json>,
): E.Either<QueryError, Removed> => {
  const { doomed, changed, blocking } = consequences(store, model, keys)
  if (blocking.length > 0) return E.left(protectedBy(model.name, blocking))
  const kept = (each: Model, key: Json): boolean => doomed.get(each.name)?.has(keyed(each)(key)) !== true
  const writes = [
    ...changed.map(({ pointer, rows }) => ({
      _tag: 'update' as const,
      model: pointer.model.name,
      changes: rows
        .map((row) => keyOf(pointer.model, row))
        .filter((key) => kept(pointer.model, key))
        .map((key) => ({ key, set: { [pointer.column]: pointer.fallback } })),
    })),
    ...sortedByDependence(
      store.schema,
      [...doomed.keys()].filter((name) => (doomed.get(name)?.size ?? 0) > 0),
    ).map((name) => ({
      _tag: 'delete' as const,
      model: name,
      keys: [...(doomed.get(name)?.values() ?? [])],
    })),
  ]
  return writes.reduce<E.Either<QueryError, Removed>>(
    (before, write) =>
      E.flatMap(before, ({ store: so, counts }: Removed) =>
        E.map(({ store: next, count }: Applied): Removed => ({
          store: next,
          counts: write._tag === 'delete' ? { ...counts, [write.model]: count } : counts,
        }))(apply(write)(so)),
      ),
    E.right({ store, counts: {} }),
  )
}

interface Consequences {
  /** The keys of the rows that go, by model, and by what tells the keys apart. */
  readonly doomed: ReadonlyMap<string, ReadonlyMap<unknown, Json>>
  readonly changed: ReadonlyArray<{ readonly pointer: Pointer; readonly rows: ReadonlyArray<Row> }>
  readonly blocking: Protected['by']
}

const keyOf = (model: Model, row: Row): Json => row[model.primaryKey] ?? null

const keyed = (model: Model) => hash(model.columns.get(model.primaryKey)?.kind ?? 'int')

const consequences = (store: Store, first: Model, keys: ReadonlyArray<Json>): Consequences => {
  const doomed = new Map<string, Map<unknown, Json>>()
  const changed: Array<Consequences['changed'][number]> = []
  const restricted: Array<Consequences['changed'][number]> = []
  const blocking: Array<Protected['by'][number]> = []
  const add = (model: Model, some: ReadonlyArray<Json>): ReadonlyArray<Json> => {
    const known = doomed.get(model.name) ?? new Map<unknown, Json>()
    doomed.set(model.name, known)
    const key = keyed(model)
    return some.filter((each) => !known.has(key(each)) && known.set(key(each), each))
  }
  const pending: Array<readonly [Model, ReadonlyArray<Json>]> = [[first, add(first, keys)]]
  /* eslint-disable functional/no-loop-statements -- any number of levels, and circles */
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [model, gone] = next
    const own = keyed(model)
    const targets = new Set(gone.map(own))
    for (const pointer of targets.size === 0 ? [] : pointersTo(store.schema, model.name)) {
      const rows = (store.rows.get(pointer.model.name) ?? []).filter((row) => {
        const value = row[pointer.column] ?? null
        return value !== null && targets.has(own(value))
      })
      if (rows.length === 0 || pointer.onDelete === 'doNothing') continue
      if (pointer.onDelete === 'protect') blocking.push(blocker(pointer, rows))
      else if (pointer.onDelete === 'restrict') restricted.push({ pointer, rows })
      else if (pointer.onDelete === 'cascade')
        pending.push([
          pointer.model,
          add(
            pointer.model,
            rows.map((row) => keyOf(pointer.model, row)),
          ),
        ])
      else changed.push({ pointer, rows })
    }
  }
  /* eslint-enable functional/no-loop-statements */
  const still = restricted.flatMap(({ pointer, rows }) => {
    const key = keyed(pointer.model)
    const left = rows.filter(
      (row) => doomed.get(pointer.model.name)?.has(key(keyOf(pointer.model, row))) !== true,
    )
    return left.length === 0 ? [] : [blocker(pointer, left)]
  })
  return { doomed, changed, blocking: [...blocking, ...still] }
}

const blocker = ({ model, column }: Pointer, rows: ReadonlyArray<Row>): Protected['by'][number] => ({
  model: model.name,
  relation: column,
  rows: rows.length,
})
