/**
 * An immutable store: the rows of each model.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { undecodable, type QueryError } from '../value/QueryError.js'
import { compare } from '../value/Order.js'
import type { Json, Row } from '../value/Value.js'
import type { Source } from '../expression/Source.js'
import { valuesOf, type Model, type Schema } from '../schema/Schema.js'
import {
  changedIndex,
  indexOf,
  mostChanges,
  placeFor,
  rowsLike,
  rowsWith,
  type ChangedRow,
  type Index,
} from './Index.js'

/**
 * The rows of all models, each list sorted by primary key, and the greatest key that was ever generated.
 *
 * @since 0.1.0
 */
export interface Store {
  readonly schema: Schema
  readonly rows: ReadonlyMap<string, ReadonlyArray<Row>>
  readonly greatest: ReadonlyMap<string, number>
}

/**
 * A store of rows in canonical form. Models that are left out have no rows. Two rows with the same key are rejected.
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

/** A store never changes, so its indexes stay valid. */
const sources = new WeakMap<Store, Source>()

/**
 * The rows of a store, found by any column. A column is indexed at its first lookup. The primary key, by which rows are
 * sorted, is indexed only after many lookups, since a store may be read only once after a write.
 *
 * @since 0.1.0
 */
export const sourceOf = (from: Store): Source => {
  const known = sources.get(from) ?? indexed(from)
  sources.set(from, known)
  return known
}

/** What is known of a list of rows. Stores that share the list share this. */
interface IndexedRows {
  readonly model: Model
  /** By the names of the columns, with NUL between them. */
  readonly indexes: Map<string, Index>
  /** How often all rows were searched for values in unique columns, since the first list that this one comes from. */
  readonly searched: Map<string, number>
  /** How often a row was looked up by its key. */
  asked: number
}

const tables = new WeakMap<ReadonlyArray<Row>, IndexedRows>()

const tableOf = (model: Model, rows: ReadonlyArray<Row>): IndexedRows => {
  const known = tables.get(rows)
  if (known !== undefined && known.model === model) return known
  const made: IndexedRows = { model, indexes: new Map(), searched: new Map(), asked: 0 }
  tables.set(rows, made)
  return made
}

/**
 * Keeps the indexes of a list of rows for the list after a write.
 *
 * @since 0.2.0
 */
export const keepIndexes = (
  model: Model,
  before: ReadonlyArray<Row>,
  after: ReadonlyArray<Row>,
  changes: ReadonlyArray<ChangedRow>,
): void => {
  const known = tables.get(before)
  if (known === undefined || known.model !== model) return
  const { indexes, searched } = tableOf(model, after)
  known.indexes.forEach((index, columns) => {
    const changed = changedIndex(model, index, changes)
    if (changed !== null) indexes.set(columns, changed)
  })
  known.searched.forEach((times, columns) => searched.set(columns, times))
}

/** The number of searches of all rows after which an index is built. Building it takes as long as a few searches. */
const rarely = 3

/**
 * Finds the stored rows that have the same values in unique columns as some other rows. The result takes a key as
 * `valuesOf` returns it. A few rows are looked up in an index, which is built after some searches of all rows.
 *
 * @since 0.2.0
 */
export const holdersOf = (
  model: Model,
  stored: ReadonlyArray<Row>,
  columns: ReadonlyArray<string>,
  others: ReadonlyArray<Row>,
): ((value: unknown) => ReadonlyArray<Row>) => {
  const values = valuesOf(model, columns)
  const wanted = new Set(others.map(values))
  wanted.delete(null)
  if (wanted.size === 0 || stored.length === 0) return () => none
  const small = wanted.size <= mostChanges && wanted.size * 4 <= stored.length
  if (small && columns.length === 1 && columns[0] === model.primaryKey) {
    const found = new Map<unknown, ReadonlyArray<Row>>()
    others.forEach((row) => {
      const key = row[model.primaryKey] ?? null
      if (key !== null) found.set(values(row), byKey(model, stored, key))
    })
    return (value) => found.get(value) ?? none
  }
  const table = tableOf(model, stored)
  // No name has NUL, so two lists of columns have different names.
  const name = columns.join('\0')
  const times = table.searched.get(name) ?? 0
  const index = table.indexes.get(name)
  if (small && (index !== undefined || times >= rarely)) {
    const made = index ?? indexOf(model, stored, columns)
    table.indexes.set(name, made)
    return (value) => rowsLike(made, value)
  }
  table.searched.set(name, times + 1)
  const found = indexOf(
    model,
    stored.filter((row) => wanted.has(values(row))),
    columns,
  )
  return (value) => rowsLike(found, value)
}

/** The row with a key, among rows that are sorted by it. */
const byKey = (model: Model, rows: ReadonlyArray<Row>, key: Json): ReadonlyArray<Row> => {
  const order = compare(model.columns.get(model.primaryKey)?.kind ?? 'int')
  const row = rows[placeFor(model, rows, key)]
  return row !== undefined && order(row[model.primaryKey] ?? null, key) === 0 ? [row] : none
}

/** How many lookups by key are done in a sorted list before an index is built. */
const few = 20

const indexed = (from: Store): Source => ({
  sorted: true,
  all: (model) => from.rows.get(model) ?? none,
  find: (name, column, value: Json) => {
    const rows = from.rows.get(name)
    const model = from.schema.models.get(name)
    if (rows === undefined || model === undefined) return none
    const table = tableOf(model, rows)
    const index = table.indexes.get(column)
    if (index !== undefined) return rowsWith(index, value)
    if (column === model.primaryKey && table.asked < few) {
      table.asked += 1
      return byKey(model, rows, value)
    }
    const made = indexOf(model, rows, [column])
    table.indexes.set(column, made)
    return rowsWith(made, value)
  },
})
