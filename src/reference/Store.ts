/**
 * An immutable store: the rows of each model, by value.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { undecodable, type QueryError } from '../value/QueryError.js'
import { hash, compare } from '../value/Order.js'
import type { Json, Row } from '../value/Value.js'
import type { Source } from '../expression/evaluate.js'
import type { Schema } from '../schema/Schema.js'

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
 * The rows of a store, found by any column. What is looked up by a column is indexed the first time.
 *
 * @since 0.1.0
 */
export const sourceOf = (from: Store): Source => {
  const known = sources.get(from) ?? indexed(from)
  sources.set(from, known)
  return known
}

const indexed = (from: Store): Source => {
  const indexes = new Map<string, ReadonlyMap<unknown, ReadonlyArray<Row>>>()
  const indexOf = (model: string, column: string): ReadonlyMap<unknown, ReadonlyArray<Row>> => {
    const name = `${model}.${column}`
    const known = indexes.get(name)
    if (known !== undefined) return known
    const made = new Map<unknown, Array<Row>>()
    const key = hash(from.schema.models.get(model)?.columns.get(column)?.kind ?? 'text')
    from.rows.get(model)?.forEach((row) => {
      const value = row[column] ?? null
      if (value === null) return
      const own = key(value)
      const list = made.get(own)
      if (list === undefined) made.set(own, [row])
      else list.push(row)
    })
    indexes.set(name, made)
    return made
  }
  return {
    all: (model) => from.rows.get(model) ?? none,
    find: (model, column, value: Json) => {
      const kind = from.schema.models.get(model)?.columns.get(column)?.kind ?? 'text'
      return indexOf(model, column).get(hash(kind)(value)) ?? none
    },
  }
}
