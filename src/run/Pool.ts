/**
 * Rows that have been fetched to evaluate a query here: a source that grows.
 *
 * @since 0.1.0
 */
import { compare, hash } from '../value/Order.js'
import type { Json, Row } from '../value/Value.js'
import type { Source } from '../expression/Source.js'
import type { Schema } from '../schema/Schema.js'

interface PooledRows {
  /** The owner of the table. Another pool copies the table before it adds rows. */
  readonly owner: unknown
  readonly rows: Map<unknown, Row>
  /** All rows, sorted by key. `null` since a row was added. */
  sorted: ReadonlyArray<Row> | null
  readonly indexes: Map<string, Map<unknown, { rows: Array<Row>; sorted: boolean }>>
  /** Whether all rows of the model are here. */
  whole: boolean
  /** For each column, the values for which all rows are here. */
  readonly asked: Map<string, Set<unknown>>
}

/**
 * A source that grows. `missing` gives the values of a column whose rows are not yet known to be here.
 *
 * @since 0.1.0
 */
export interface Pool extends Source {
  readonly add: (model: string, rows: ReadonlyArray<Row>) => void
  readonly isWhole: (model: string) => boolean
  readonly setWhole: (model: string) => void
  readonly missing: (model: string, column: string, values: ReadonlyArray<Json>) => ReadonlyArray<Json>
  readonly setAsked: (model: string, column: string, values: ReadonlyArray<Json>) => void
  /** Another pool that starts with the rows of this one. It shares the models that are complete. */
  readonly fork: () => Pool
}

/** @since 0.1.0 */
export const pool = (schema: Schema): Pool => over(schema, new Map(), null)

const over = (
  schema: Schema,
  tables: Map<string, PooledRows>,
  root: Map<string, PooledRows> | null,
): Pool => {
  const keyOf = (model: string) => schema.models.get(model)?.primaryKey ?? 'id'
  const kindOf = (model: string, column: string) =>
    schema.models.get(model)?.columns.get(column)?.kind ?? 'text'
  /** The table of a model. If rows will be added and another pool owns the table, it is copied first. */
  const table = (model: string, adding = false): PooledRows => {
    const known = tables.get(model)
    if (known !== undefined && (!adding || known.whole || known.owner === tables)) return known
    const made: PooledRows = {
      owner: tables,
      rows: new Map(known?.rows),
      sorted: null,
      indexes: new Map(),
      whole: false,
      asked: new Map([...(known?.asked ?? [])].map(([column, values]) => [column, new Set(values)])),
    }
    tables.set(model, made)
    return made
  }
  const byKey = (model: string, rows: Iterable<Row>): Array<Row> => {
    const key = keyOf(model)
    const order = compare(kindOf(model, key))
    return [...rows].sort((a, b) => order(a[key] ?? null, b[key] ?? null))
  }
  const index = (model: string, column: string) => {
    const { indexes, rows } = table(model)
    const known = indexes.get(column)
    if (known !== undefined) return known
    const made = new Map<unknown, { rows: Array<Row>; sorted: boolean }>()
    const own = hash(kindOf(model, column))
    rows.forEach((row) => {
      enter(made, own, row[column] ?? null, row)
    })
    indexes.set(column, made)
    return made
  }
  return {
    sorted: true,
    all: (model) => {
      const at = table(model)
      at.sorted ??= byKey(model, at.rows.values())
      return at.sorted
    },
    find: (model, column, value) => {
      const found = index(model, column).get(hash(kindOf(model, column))(value))
      if (found === undefined) return []
      if (!found.sorted) {
        found.rows = byKey(model, found.rows)
        found.sorted = true
      }
      return found.rows
    },
    add: (model, rows) => {
      const at = table(model, true)
      const key = keyOf(model)
      const own = hash(kindOf(model, key))
      rows.forEach((row) => {
        const id = own(row[key] ?? null)
        if (at.rows.has(id)) return
        at.rows.set(id, row)
        at.sorted = null
        at.indexes.forEach((each, column) => {
          enter(each, hash(kindOf(model, column)), row[column] ?? null, row)
        })
      })
    },
    isWhole: (model) => table(model).whole,
    setWhole: (model) => {
      const at = table(model, true)
      at.whole = true
      root?.set(model, at)
    },
    missing: (model, column, values) => {
      const at = table(model)
      if (at.whole) return []
      const own = hash(kindOf(model, column))
      const asked = at.asked.get(column)
      const isKey = column === keyOf(model)
      const once = new Map(values.map((value) => [own(value), value]))
      return [...once].flatMap(([id, value]) =>
        asked?.has(id) === true || (isKey && at.rows.has(id)) ? [] : [value],
      )
    },
    setAsked: (model, column, values) => {
      const { asked } = table(model, true)
      const own = hash(kindOf(model, column))
      const known = asked.get(column) ?? new Set<unknown>()
      asked.set(column, known)
      values.forEach((value) => known.add(own(value)))
    },
    fork: () => over(schema, new Map(tables), root ?? tables),
  }
}

const enter = (
  index: Map<unknown, { rows: Array<Row>; sorted: boolean }>,
  own: (value: Json) => unknown,
  value: Json,
  row: Row,
): void => {
  if (value === null) return
  const id = own(value)
  const known = index.get(id)
  if (known === undefined) index.set(id, { rows: [row], sorted: true })
  else {
    known.rows.push(row)
    known.sorted = false
  }
}
