/**
 * The rows of a list, by their values in a column or in some.
 *
 * @since 0.2.0
 */
import { compare, hash } from '../value/Order.js'
import type { Json, Row } from '../value/Value.js'
import { valuesOf, type Model } from '../schema/Schema.js'

/**
 * The rows by value, in the order of the list, and those of some values that have changed since `rows` was made.
 *
 * @since 0.2.0
 */
export interface Index {
  /** Equal values of the first column have the same key. */
  readonly key: (value: Json) => unknown
  /** Rows with equal values in all columns have the same key. `null` if a value is missing. */
  readonly of: (row: Row) => unknown
  readonly rows: ReadonlyMap<unknown, ReadonlyArray<Row>>
  readonly since: ReadonlyMap<unknown, ReadonlyArray<Row>>
}

/**
 * A row before a write and after it; `null` where there was none, or is none.
 *
 * @since 0.2.0
 */
export interface ChangedRow {
  readonly before: Row | null
  readonly after: Row | null
}

const none: ReadonlyArray<Row> = []

/**
 * Makes an index of a list of rows.
 *
 * @since 0.2.0
 */
export const indexOf = (model: Model, rows: ReadonlyArray<Row>, columns: ReadonlyArray<string>): Index => {
  const made = new Map<unknown, Array<Row>>()
  const key = hash(model.columns.get(columns[0] ?? '')?.kind ?? 'text')
  const of = valuesOf(model, columns)
  rows.forEach((row) => {
    const own = of(row)
    if (own === null) return
    const list = made.get(own)
    if (list === undefined) made.set(own, [row])
    else list.push(row)
  })
  return { key, of, rows: made, since: new Map() }
}

/**
 * The rows with a value, in an index of one column.
 *
 * @since 0.2.0
 */
export const rowsWith = (index: Index, value: Json): ReadonlyArray<Row> => rowsLike(index, index.key(value))

/**
 * The rows with the same values as another row, given what `of` returns for that row.
 *
 * @since 0.2.0
 */
export const rowsLike = ({ rows, since }: Index, own: unknown): ReadonlyArray<Row> =>
  since.get(own) ?? rows.get(own) ?? none

/**
 * With more changes than this, an index is built again when it is needed.
 *
 * @since 0.2.0
 */
export const mostChanges = 200

/**
 * The index of a list of rows, sorted by key, after a write; `null` where so much has changed that a new one is better.
 *
 * @since 0.2.0
 */
export const changedIndex = (
  model: Model,
  index: Index,
  changes: ReadonlyArray<ChangedRow>,
): Index | null => {
  if (index.since.size + changes.length > mostChanges) return null
  const since = new Map(index.since)
  const rowsAt = (own: unknown) => rowsLike({ ...index, since }, own)
  changes.forEach(({ before, after }) => {
    const [old, now] = [before === null ? null : index.of(before), after === null ? null : index.of(after)]
    if (before !== null && old !== null)
      since.set(
        old,
        rowsAt(old).filter((row) => row !== before),
      )
    if (after !== null && now !== null) since.set(now, inserted(model, rowsAt(now), after))
  })
  return { ...index, since }
}

/** Rows that are sorted by key, with another one. */
const inserted = (model: Model, rows: ReadonlyArray<Row>, row: Row): ReadonlyArray<Row> => {
  const at = placeFor(model, rows, row[model.primaryKey] ?? null)
  return [...rows.slice(0, at), row, ...rows.slice(at)]
}

/**
 * The first place in rows that are sorted by key whose key is not less than this one.
 *
 * @since 0.2.0
 */
export const placeFor = (model: Model, rows: ReadonlyArray<Row>, key: Json): number => {
  const order = compare(model.columns.get(model.primaryKey)?.kind ?? 'int')
  const bounds = { low: 0, high: rows.length }
  /* eslint-disable-next-line functional/no-loop-statements -- halves what is between the bounds */
  while (bounds.low < bounds.high) {
    const middle = (bounds.low + bounds.high) >>> 1
    if (order(rows[middle]?.[model.primaryKey] ?? null, key) < 0) bounds.low = middle + 1
    else bounds.high = middle
  }
  return bounds.low
}
