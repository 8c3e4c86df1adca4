/**
 * Foreign keys: whether each leads to an existing row.
 *
 * A write may leave keys that lead nowhere until it ends, as in a database with deferred constraints. Rows of one bulk
 * can therefore refer to each other, and a transaction can create rows in any order.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { leadsNowhere, stillPointedTo, type QueryError } from '../value/QueryError.js'
import { compare, hash } from '../value/Order.js'
import type { Json, Row } from '../value/Value.js'
import type { Model, ModelColumn, Schema } from '../schema/Schema.js'
import type { Store } from './Store.js'

/**
 * A foreign key to a row that doesn't exist: the position of its row in its model, its column, and the target model.
 *
 * @since 0.2.0
 */
export interface Stray {
  readonly row: number
  readonly column: string
  readonly target: string
  readonly key: Json
}

/**
 * The rows of a model that were created or changed, and the keys of those that were deleted.
 *
 * @since 0.2.0
 */
export interface Difference {
  readonly put: ReadonlyArray<Row>
  readonly gone: ReadonlyArray<Json>
}

/** The foreign keys of a model whose target models are here. */
const keysOf = (
  model: Model,
  elsewhere: ReadonlySet<string>,
): ReadonlyArray<ModelColumn & { readonly target: string }> =>
  [...model.columns.values()].flatMap((column) =>
    column.target === null || elsewhere.has(column.target) ? [] : [{ ...column, target: column.target }],
  )

/**
 * The first row of a model with a foreign key that leads nowhere. Keys to models that are `elsewhere` aren't checked.
 *
 * @since 0.2.0
 */
export const strayOf = (
  schema: Schema,
  rows: ReadonlyMap<string, ReadonlyArray<Row>>,
  model: Model,
  elsewhere: ReadonlySet<string>,
): Stray | null => {
  const own = rows.get(model.name) ?? []
  if (own.length === 0) return null
  const found = keysOf(model, elsewhere).flatMap(({ name, kind, target }): ReadonlyArray<Stray> => {
    const pk = schema.models.get(target)?.primaryKey ?? ''
    const key = hash(kind)
    const there = new Set((rows.get(target) ?? []).map((row) => key(row[pk] ?? null)))
    const row = own.findIndex((each) => {
      const value = each[name] ?? null
      return value !== null && !there.has(key(value))
    })
    return row === -1 ? [] : [{ row, column: name, target, key: own[row]?.[name] ?? null }]
  })
  return found.reduce<Stray | null>(
    (first, each) => (first === null || each.row < first.row ? each : first),
    null,
  )
}

/**
 * Checks that every foreign key of a store leads to a row. Otherwise the result is a `Conflict`.
 *
 * @since 0.2.0
 */
export const linked = (store: Store, elsewhere: ReadonlySet<string>): E.Either<QueryError, Store> => {
  /* eslint-disable-next-line functional/no-loop-statements -- ends at the first that is found */
  for (const model of store.schema.models.values()) {
    const stray = strayOf(store.schema, store.rows, model, elsewhere)
    if (stray !== null) return E.left(leadsNowhere(model.name, stray.column, stray.target, stray.key))
  }
  return E.right(store)
}

/**
 * Checks that a write left no foreign key that leads nowhere. Only the changes of the write are checked.
 *
 * @since 0.2.0
 */
export const stillLinked = (
  before: Store,
  after: Store,
  elsewhere: ReadonlySet<string>,
): E.Either<QueryError, Store> => {
  const models = [...after.schema.models.values()]
  const keys = models.map((model) => keysOf(model, elsewhere))
  const targets = new Set(keys.flatMap((own) => own.map(({ target }) => target)))
  const changed = models.flatMap((model, i) => {
    // Comparing two lists takes longer than writing a row.
    if (keys[i]?.length === 0 && !targets.has(model.name)) return []
    const [old, now] = [before.rows.get(model.name) ?? [], after.rows.get(model.name) ?? []]
    return old === now ? [] : [[model.name, differenceOf(model, old, now)] as const]
  })
  const problem = danglingOf(after.schema, after.rows, new Map(changed), elsewhere)
  return problem === null ? E.right(after) : E.left(problem)
}

/**
 * The differences between two lists of a model's rows, both sorted by key.
 *
 * @since 0.2.0
 */
export const differenceOf = (model: Model, old: ReadonlyArray<Row>, now: ReadonlyArray<Row>): Difference => {
  const key = (row: Row): Json => row[model.primaryKey] ?? null
  const order = compare(model.columns.get(model.primaryKey)?.kind ?? 'int')
  const [put, gone]: [Array<Row>, Array<Json>] = [[], []]
  const at = { old: 0, now: 0 }
  /* eslint-disable-next-line functional/no-loop-statements -- called for each row */
  for (;;) {
    /* eslint-disable-next-line functional/no-loop-statements -- most rows are the same */
    while (at.old < old.length && old[at.old] === now[at.now]) {
      at.old += 1
      at.now += 1
    }
    const [a, b] = [old[at.old], now[at.now]]
    if (a === undefined && b === undefined) return { put, gone }
    const side = a === b ? 0 : a === undefined ? 1 : b === undefined ? -1 : order(key(a), key(b))
    if (side <= 0) at.old += 1
    if (side >= 0) at.now += 1
    if (side < 0 && a !== undefined) gone.push(key(a))
    if (side > 0 && b !== undefined) put.push(b)
    if (side === 0 && a !== b && b !== undefined && JSON.stringify(a) !== JSON.stringify(b)) put.push(b)
  }
}

/**
 * The `Conflict` of a foreign key that leads nowhere after some differences: in a row that was written, or in one whose
 * target was deleted.
 *
 * @since 0.2.0
 */
export const danglingOf = (
  schema: Schema,
  rows: ReadonlyMap<string, ReadonlyArray<Row>>,
  differences: ReadonlyMap<string, Difference>,
  elsewhere: ReadonlySet<string>,
): QueryError | null => {
  /* eslint-disable functional/no-loop-statements -- ends at the first that is found */
  for (const model of schema.models.values())
    for (const column of keysOf(model, elsewhere)) {
      const target = schema.models.get(column.target)
      const { put } = differences.get(model.name) ?? none
      const { gone } = differences.get(column.target) ?? none
      const problem =
        target === undefined
          ? null
          : (lostOf(model, column, rows.get(model.name) ?? [], gone) ??
            missingOf(model, column, target, put, rows.get(column.target) ?? []))
      if (problem !== null) return problem
    }
  /* eslint-enable functional/no-loop-statements */
  return null
}

const none: Difference = { put: [], gone: [] }

/** A row that points to a deleted row. */
const lostOf = (
  model: Model,
  { name, kind, target }: ModelColumn,
  rows: ReadonlyArray<Row>,
  gone: ReadonlyArray<Json>,
): QueryError | null => {
  if (gone.length === 0) return null
  const key = hash(kind)
  const keys = new Set(gone.map(key))
  const row = rows.find((each) => {
    const value = each[name] ?? null
    return value !== null && keys.has(key(value))
  })
  return row === undefined
    ? null
    : stillPointedTo(target ?? '', row[name] ?? null, model.name, name, row[model.primaryKey] ?? null)
}

/** A row that was written and points to no row. */
const missingOf = (
  model: Model,
  { name }: ModelColumn,
  target: Model,
  put: ReadonlyArray<Row>,
  rows: ReadonlyArray<Row>,
): QueryError | null => {
  const row = put.find((each) => {
    const value = each[name] ?? null
    return value !== null && !holds(target, rows, value)
  })
  return row === undefined ? null : leadsNowhere(model.name, name, target.name, row[name] ?? null)
}

/** Whether rows that are sorted by key include one with a key. */
const holds = (model: Model, rows: ReadonlyArray<Row>, key: Json): boolean => {
  const order = compare(model.columns.get(model.primaryKey)?.kind ?? 'int')
  const sideOf = (at: number): number => {
    const row = rows[at]
    return row === undefined ? 1 : order(row[model.primaryKey] ?? null, key)
  }
  const bounds = { low: 0, high: rows.length }
  /* eslint-disable-next-line functional/no-loop-statements -- halves what is left */
  while (bounds.low < bounds.high) {
    const middle = (bounds.low + bounds.high) >>> 1
    if (sideOf(middle) < 0) bounds.low = middle + 1
    else bounds.high = middle
  }
  return sideOf(bounds.low) === 0
}
