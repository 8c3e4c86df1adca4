/**
 * An immutable store: the rows of each model, by value.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { undecodable, type QueryError } from '../value/QueryError.js'
import { hash, compare } from '../value/Order.js'
import type { Json, Row } from '../value/Value.js'
import type { Source } from '../expression/Source.js'
import type { Model, Schema } from '../schema/Schema.js'

/**
 * The rows of all models, each list sorted by primary key, and the greatest key that was ever counted up to.
 *
 * @since 0.1.0
 */
export interface Store {
  readonly schema: Schema
  readonly rows: ReadonlyMap<string, ReadonlyArray<Row>>
  readonly greatest: ReadonlyMap<string, number>
}

/**
 * A store of rows that are canonical already. Models that are left out have none. Two rows with the same key are
 * refused.
 *
 * @since 0.1.0
 */
export const store = (
  schema: Schema,
  data: { readonly [model: string]: ReadonlyArray<Row> },
  client = 'store',
): E.Either<QueryError, Store> => {
  const lists = [...schema.models.values()].map((model) => {
    const kind = model.columns.get(model.primaryKey)?.kind ?? 'int'
    const order = compare(kind)
    const key = (row: Row) => row[model.primaryKey] ?? null
    const rows = [...((Object.hasOwn(data, model.name) ? data[model.name] : null) ?? [])].sort((a, b) =>
      order(key(a), key(b)),
    )
    return { model, rows, twice: rows.findIndex((row, i) => i > 0 && key(row) === key(rows[i - 1] ?? {})) }
  })
  const clash = lists.find(({ twice }) => twice !== -1)
  return clash !== undefined
    ? E.left(
        undecodable({
          client,
          model: clash.model.name,
          row: clash.twice,
          path: clash.model.primaryKey,
          expected: 'a key of its own',
          actual: 'the key of the row before',
        }),
      )
    : E.right({
        schema,
        rows: new Map(lists.map(({ model, rows }) => [model.name, rows])),
        greatest: new Map(),
      })
}

const none: ReadonlyArray<Row> = []

/** A store never changes, so that its indexes stay true. */
const sources = new WeakMap<Store, Source>()

/**
 * The rows of a store, found by any column. What is looked up by a column is indexed the first time; by the primary key,
 * by which rows are sorted, only once many are: a store that has just been written to may be asked for one.
 *
 * @since 0.1.0
 */
export const sourceOf = (from: Store): Source => {
  const known = sources.get(from) ?? indexed(from)
  sources.set(from, known)
  return known
}

/** The row with a key, among rows that are sorted by it. */
const byKey = (model: Model, rows: ReadonlyArray<Row>, key: Json): ReadonlyArray<Row> => {
  const order = compare(model.columns.get(model.primaryKey)?.kind ?? 'int')
  const bounds = { low: 0, high: rows.length }
  /* eslint-disable-next-line functional/no-loop-statements -- halves what is left */
  while (bounds.low < bounds.high) {
    const middle = (bounds.low + bounds.high) >>> 1
    if (order(rows[middle]?.[model.primaryKey] ?? null, key) < 0) bounds.low = middle + 1
    else bounds.high = middle
  }
  const row = rows[bounds.low]
  return row !== undefined && order(row[model.primaryKey] ?? null, key) === 0 ? [row] : none
}

/** Rows by the value of a column. */
interface Index {
  readonly key: (value: Json) => unknown
  readonly rows: ReadonlyMap<unknown, ReadonlyArray<Row>>
}

const indexOf = ({ schema, rows }: Store, model: string, column: string): Index => {
  const made = new Map<unknown, Array<Row>>()
  const key = hash(schema.models.get(model)?.columns.get(column)?.kind ?? 'text')
  rows.get(model)?.forEach((row) => {
    const value = row[column] ?? null
    if (value === null) return
    const own = key(value)
    const list = made.get(own)
    if (list === undefined) made.set(own, [row])
    else list.push(row)
  })
  return { key, rows: made }
}

const indexed = (from: Store): Source => {
  const indexes = new Map<string, Map<string, Index>>()
  const asked = new Map<string, number>()
  const isOneOfFew = (model: string): boolean => {
    const before = asked.get(model) ?? 0
    asked.set(model, before + 1)
    return before < 20
  }
  return {
    all: (model) => from.rows.get(model) ?? none,
    find: (model, column, value: Json) => {
      const index = indexes.get(model)?.get(column)
      if (index !== undefined) return index.rows.get(index.key(value)) ?? none
      const known = from.schema.models.get(model)
      if (known !== undefined && column === known.primaryKey && isOneOfFew(model))
        return byKey(known, from.rows.get(model) ?? none, value)
      const made = indexOf(from, model, column)
      const others = indexes.get(model) ?? new Map<string, Index>()
      indexes.set(model, others.set(column, made))
      return made.rows.get(made.key(value)) ?? none
    },
  }
}
