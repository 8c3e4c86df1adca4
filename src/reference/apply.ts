/**
 * What a write means: a store without it, and a store with it.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { conflict, invalidField, type QueryError } from '../value/QueryError.js'
import { compare, hash } from '../value/Order.js'
import type { Json, Row } from '../value/Value.js'
import type { Model } from '../schema/Schema.js'
import type { Write } from '../query/Write.js'
import type { Store } from './Store.js'

/**
 * A store after a write; the rows made, as they are stored, in the order given; and how many rows it touched.
 *
 * @since 0.1.0
 */
export interface Applied {
  readonly store: Store
  readonly rows: ReadonlyArray<Row>
  readonly count: number
}

/**
 * Applies a write, whole or not at all. A key or unique value that another row has is a `Conflict`. Keys that the
 * store counts up go on from the greatest there ever was.
 *
 * @since 0.1.0
 */
export const apply =
  (write: Write) =>
  (store: Store): E.Either<QueryError, Applied> => {
    const model = store.schema.models.get(write.model)
    if (model === undefined)
      return E.left(invalidField(null, write.model, 'is no model', [...store.schema.models.keys()]))
    switch (write._tag) {
      case 'create':
        return create(store, model, write.rows)
      case 'update': {
        const sets = new Map(write.changes.map(({ key, set }) => [key, set]))
        const rows = rowsOf(store, model)
        const changed = rows.map((row) => {
          const set = sets.get(row[model.primaryKey] ?? null)
          return set === undefined
            ? row
            : { ...row, ...set, [model.primaryKey]: row[model.primaryKey] ?? null }
        })
        const count = rows.filter((row) => sets.has(row[model.primaryKey] ?? null)).length
        return E.map((): Applied => ({ store: withRows(store, model, changed), rows: [], count }))(
          unique(model, changed),
        )
      }
      case 'delete': {
        const keys = new Set(write.keys)
        const rows = rowsOf(store, model)
        const left = rows.filter((row) => !keys.has(row[model.primaryKey] ?? null))
        return E.right({ store: withRows(store, model, left), rows: [], count: rows.length - left.length })
      }
    }
  }

const rowsOf = (store: Store, model: Model): ReadonlyArray<Row> => store.rows.get(model.name) ?? []

const withRows = (store: Store, model: Model, rows: ReadonlyArray<Row>): Store => ({
  ...store,
  rows: new Map([...store.rows, [model.name, rows]]),
})

const create = (store: Store, model: Model, given: ReadonlyArray<Row>): E.Either<QueryError, Applied> => {
  const pk = model.primaryKey
  const auto = model.columns.get(pk)?.auto === true
  const before = rowsOf(store, model)
  const greatest = before.reduce(
    (most, row) => Math.max(most, numberOf(row[pk])),
    store.greatest.get(model.name) ?? 0,
  )
  const made = given.reduce<{ readonly rows: Array<Row>; greatest: number }>(
    (so, row) => {
      const key = row[pk] ?? null
      const own = key === null && auto ? so.greatest + 1 : key
      so.rows.push(own === key ? row : { ...row, [pk]: own })
      so.greatest = auto ? Math.max(so.greatest, numberOf(own)) : so.greatest
      return so
    },
    { rows: [], greatest },
  )
  const order = compare(model.columns.get(pk)?.kind ?? 'int')
  const rows = [...before, ...made.rows].sort((a, b) => order(a[pk] ?? null, b[pk] ?? null))
  return E.map((): Applied => {
    const after = withRows(store, model, rows)
    return {
      store: { ...after, greatest: new Map([...store.greatest, [model.name, made.greatest]]) },
      rows: made.rows,
      count: made.rows.length,
    }
  })(unique(model, rows))
}

const numberOf = (key: Json | undefined): number => (typeof key === 'number' ? key : 0)

/** Missing values don't collide. */
const unique = (model: Model, rows: ReadonlyArray<Row>): E.Either<QueryError, null> => {
  const clash = [...model.columns.values()].find((column) => {
    if (!column.unique) return false
    const key = hash(column.kind)
    const values = rows.flatMap((row) => {
      const value = row[column.name] ?? null
      return value === null ? [] : [key(value)]
    })
    return new Set(values).size < values.length
  })
  return clash === undefined
    ? E.right(null)
    : E.left(conflict(model.name, [clash.name], `another row has this ${clash.name} already`))
}
