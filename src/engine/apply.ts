/**
 * Applies a write to a store, and gives a new store.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import {
  conflict,
  invalidField,
  type FieldError,
  type Invalid,
  type QueryError,
} from '../value/QueryError.js'
import { compare } from '../value/Order.js'
import { copyJson } from '../value/copyJson.js'
import type { Json, Row } from '../value/Value.js'
import { takenError } from '../schema/clashes.js'
import { columnOfPart, valuesOf, type Model } from '../schema/Schema.js'
import { staleConflict, staleErrors } from '../schema/stale.js'
import { checkedRows, withItems } from '../schema/validate.js'
import type { Change, Write } from '../query/Write.js'
import { placeFor, type ChangedRow } from './Index.js'
import { holdersOf, keepIndexes, type Store } from './Store.js'

/**
 * A store after a write, the created rows as they are stored, in the order given, and the number of rows that were
 * written.
 *
 * @since 0.1.0
 */
export interface Applied {
  readonly store: Store
  readonly rows: ReadonlyArray<Row>
  readonly count: number
}

/**
 * Applies a write completely or not at all. A key or a unique value that another row has is a `Conflict`. So is a row
 * that doesn't have the values that its change expects. Generated keys continue from the greatest key that ever
 * existed, including keys that are given in the same write.
 *
 * A write of a few rows costs little more than a copy of the list of rows, since only the changed rows are compared.
 *
 * @since 0.1.0
 */
export const apply =
  (write: Write) =>
  (store: Store): E.Either<QueryError, Applied> => {
    const model = store.schema.models.get(write.model)
    if (model === undefined)
      return E.left(invalidField(null, write.model, 'is not a model', [...store.schema.models.keys()]))
    switch (write._tag) {
      case 'create':
        return create(store, model, write.rows)
      case 'update':
        return update(store, model, write.changes)
      case 'delete': {
        const keys = new Set(write.keys)
        const rows = storedRows(store, model)
        const stale = (write.expect ?? []).flatMap((expect, item) => {
          const at = placeOf(model, rows, write.keys[item] ?? null)
          return staleErrors(model, at === null ? undefined : rows[at], expect, item)
        })
        if (stale.length > 0) return E.left(staleConflict(model, stale))
        const left = rows.filter((row) => !keys.has(keyOf(model, row)))
        if (keys.size < 100)
          keepIndexes(
            model,
            rows,
            left,
            [...keys].flatMap((key): ReadonlyArray<ChangedRow> => {
              const at = placeOf(model, rows, key)
              return at === null ? [] : [{ before: rows[at] ?? null, after: null }]
            }),
          )
        return E.right({
          store: withRows(store, model, left, greatestOf(store, model)),
          rows: [],
          count: rows.length - left.length,
        })
      }
    }
  }

const storedRows = (store: Store, model: Model): ReadonlyArray<Row> => store.rows.get(model.name) ?? []

const keyOf = (model: Model, row: Row): Json => row[model.primaryKey] ?? null

const withRows = (store: Store, model: Model, rows: ReadonlyArray<Row>, greatest: number): Store => ({
  ...store,
  rows: new Map([...store.rows, [model.name, rows]]),
  greatest: new Map([...store.greatest, [model.name, greatest]]),
})

/** Rows are sorted by key, so the last one has the greatest key. */
const greatestOf = (store: Store, model: Model): number => {
  const last = storedRows(store, model).at(-1)
  return Math.max(last === undefined ? 0 : numberOf(keyOf(model, last)), store.greatest.get(model.name) ?? 0)
}

const numberOf = (key: Json | undefined): number => (typeof key === 'number' ? key : 0)

const orderOf = (model: Model) => compare(model.columns.get(model.primaryKey)?.kind ?? 'int')

const create = (store: Store, model: Model, given: ReadonlyArray<Row>): E.Either<QueryError, Applied> => {
  if (given.length === 0) return E.right({ store, rows: [], count: 0 })
  const pk = model.primaryKey
  const auto = model.columns.get(pk)?.auto === true
  const before = storedRows(store, model)
  // Rows with a given key are created first, wherever they are in the write.
  const taken = auto ? given.reduce((most, row) => Math.max(most, numberOf(row[pk])), 0) : 0
  const first = given.some((row) => (row[pk] ?? null) === null) ? taken : 0
  const made = given.reduce<{ readonly rows: Array<Row>; greatest: number }>(
    (so, row) => {
      const key = row[pk] ?? null
      const own = key === null && auto ? so.greatest + 1 : key
      so.rows.push(copyJson({ ...row, [pk]: own }))
      so.greatest = auto ? Math.max(so.greatest, numberOf(own)) : so.greatest
      return so
    },
    { rows: [], greatest: Math.max(greatestOf(store, model), first) },
  )
  if (!Number.isSafeInteger(made.greatest))
    return E.left(conflict(model.name, [pk], 'there is no greater key to count up to'))
  return E.map((): Applied => {
    const rows = merged(model, before, made.rows)
    keepIndexes(
      model,
      before,
      rows,
      made.rows.map((row) => ({ before: null, after: row })),
    )
    return { store: withRows(store, model, rows, made.greatest), rows: made.rows, count: made.rows.length }
  })(unique(model, made.rows, { stored: before, replaced: new Set() }, null))
}

/** Merges two lists of rows into one that is sorted by key. The first list is sorted already. */
const merged = (model: Model, before: ReadonlyArray<Row>, more: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const order = orderOf(model)
  const byKey = (a: Row, b: Row) => order(keyOf(model, a), keyOf(model, b))
  const sorted = [...more].sort(byKey)
  const [last, first] = [before.at(-1), sorted[0]]
  const rows = before.concat(sorted)
  return last === undefined || first === undefined || byKey(last, first) < 0 ? rows : rows.sort(byKey)
}

const update = (
  store: Store,
  model: Model,
  changes: ReadonlyArray<Change>,
): E.Either<QueryError, Applied> => {
  if (changes.length === 0) return E.right({ store, rows: [], count: 0 })
  const before = storedRows(store, model)
  const after = [...before]
  const changed = new Map<number, number>()
  const columns = new Set<string>()
  const stale: Array<FieldError> = []
  changes.forEach(({ key, set, expect }, item) => {
    const at = placeOf(model, before, key)
    if (expect !== undefined)
      staleErrors(model, at === null ? undefined : after[at], expect, item).forEach((error) =>
        stale.push(error),
      )
    if (at === null) return
    changed.set(at, item)
    Object.keys(set).forEach((name) => columns.add(name))
    after[at] = { ...after[at], ...copyJson(set), [model.primaryKey]: key }
  })
  if (stale.length > 0) return E.left(staleConflict(model, stale))
  const places = [...changed.keys()].sort((a, b) => a - b)
  const rows = places.flatMap((at): ReadonlyArray<Row> => rowAt(after, at))
  const replaced = new Set(places.flatMap((at): ReadonlyArray<Row> => rowAt(before, at)))
  const valid = E.mapLeft((error: Invalid) =>
    withItems(
      error,
      places.map((at) => changed.get(at) ?? 0),
    ),
  )(checkedRows(model, rows))
  return E.map((): Applied => {
    keepIndexes(
      model,
      before,
      after,
      places.map((at) => ({ before: before[at] ?? null, after: after[at] ?? null })),
    )
    return {
      store: withRows(store, model, after, greatestOf(store, model)),
      rows: [],
      count: changed.size,
    }
  })(E.flatMap(valid, () => unique(model, rows, { stored: before, replaced }, columns)))
}

const rowAt = (rows: ReadonlyArray<Row>, at: number): ReadonlyArray<Row> => {
  const row = rows[at]
  return row === undefined ? [] : [row]
}

/** The position of the row with a key in rows that are sorted by key. */
const placeOf = (model: Model, rows: ReadonlyArray<Row>, key: Json): number | null => {
  const at = placeFor(model, rows, key)
  const found = rows[at]
  return found !== undefined && keyOf(model, found) === key ? at : null
}

/**
 * Compares the written rows with each other, and with the stored rows that they don't replace. Missing values don't
 * clash.
 */
const unique = (
  model: Model,
  written: ReadonlyArray<Row>,
  { stored, replaced }: StoredRows,
  changed: ReadonlySet<string> | null,
): E.Either<QueryError, null> => {
  const clash = model.keptApart.find((columns) => {
    if (changed !== null && !columns.some((name) => changed.has(columnOfPart(name)))) return false
    const values = valuesOf(model, columns)
    const own = written.flatMap((row) => values(row) ?? [])
    if (own.length === 0) return false
    if (new Set(own).size < own.length) return true
    // Generated keys come after all others.
    if (columns[0] === model.primaryKey && replaced.size === 0 && follows(model, written, stored))
      return false
    const holders = holdersOf(model, stored, columns, written)
    return own.some((value) => holders(value).some((row) => !replaced.has(row)))
  })
  if (clash === undefined) return E.right(null)
  const { message } = takenError(model, 0, clash)
  return E.left(conflict(model.name, [...new Set(clash.map(columnOfPart))], message))
}

/** The rows before a write, and those of them that it replaces. */
interface StoredRows {
  readonly stored: ReadonlyArray<Row>
  readonly replaced: ReadonlySet<Row>
}

const follows = (model: Model, written: ReadonlyArray<Row>, others: ReadonlyArray<Row>): boolean => {
  const order = orderOf(model)
  const last = others.at(-1)
  return last === undefined || written.every((row) => order(keyOf(model, last), keyOf(model, row)) < 0)
}
