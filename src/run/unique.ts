/**
 * Finding out before a write whether its unique values are taken, and writing once they aren't.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { conflict, type FieldError, type QueryError } from '../value/QueryError.js'
import { hash } from '../value/Order.js'
import type { Row } from '../value/Value.js'
import { valuesOf, type Model } from '../schema/Schema.js'
import type { Change } from '../query/Write.js'
import { allRows } from '../queryset/Queryset.js'
import { carryOut, type Written } from '../client/carryOut.js'
import type { WritableClient } from '../client/Client.js'
import type { BulkOptions } from '../client/write.js'
import { columnNamed, keyedWith } from './writing.js'

type Taken = ReadonlyMap<string | number | boolean, Row>

/**
 * The rows there are that have the same values in these columns as one of some rows; by what `valuesOf` tells of them.
 *
 * @since 0.1.0
 */
export const taken = async (
  client: WritableClient,
  model: Model,
  columns: ReadonlyArray<string>,
  rows: ReadonlyArray<Row>,
  also: ReadonlyArray<string> = [],
): Promise<E.Either<QueryError, Taken>> => {
  const values = valuesOf(model, columns)
  const wanted = new Map(
    rows.flatMap((row) => {
      const value = values(row)
      return value === null ? [] : [[value, row] as const]
    }),
  )
  if (wanted.size === 0) return E.right(new Map())
  // The rows are asked for by the column that tells most of them apart.
  const [best] = columns
    .map((name) => {
      const key = valuesOf(model, [name])
      return { name, values: new Map([...wanted.values()].map((row) => [key(row), row[name] ?? null])) }
    })
    .sort((a, b) => b.values.size - a.values.size)
  if (best === undefined) return E.right(new Map())
  const found = await keyedWith(
    client,
    allRows(client.schema, model.name),
    model,
    best.name,
    [...best.values.values()],
    [...new Set([...columns, ...also])].map(columnNamed),
  )()
  return E.map(
    (there: ReadonlyArray<Row>): Taken =>
      new Map(
        there.flatMap((row) => {
          const value = values(row)
          return value !== null && wanted.has(value) ? [[value, row] as const] : []
        }),
      ),
  )(found)
}

/** The errors of all rows some of whose values are taken, by rows before them or by rows that are there. */
const clashes = async (
  client: WritableClient,
  model: Model,
  rows: ReadonlyArray<Row>,
  isOwn: (row: Row) => boolean,
  sets: ReadonlyArray<ReadonlyArray<string>>,
): Promise<E.Either<QueryError, null>> => {
  const errors: Array<FieldError> = []
  const fields = new Set<string>()
  /* eslint-disable-next-line functional/no-loop-statements -- one request after the other */
  for (const columns of sets) {
    const there = await taken(client, model, columns, rows)
    if (E.isLeft(there)) return there
    const values = valuesOf(model, columns)
    const seen = new Set<unknown>()
    rows.forEach((row, item) => {
      const value = values(row)
      if (value === null) return
      const other = there.right.get(value)
      if (seen.has(value) || (other !== undefined && !isOwn(other))) {
        errors.push(takenError(item, columns))
        columns.forEach((column) => fields.add(column))
      }
      seen.add(value)
    })
  }
  return errors.length === 0
    ? E.right(null)
    : E.left(
        conflict(
          model.name,
          [...fields],
          `${errors
            .slice(0, 3)
            .map(({ item, message }) => `item ${String(item)}: ${message}`)
            .join('; ')}${errors.length > 3 ? '; and more' : ''}; nothing was written`,
          errors,
        ),
      )
}

const takenError = (item: number, columns: ReadonlyArray<string>): FieldError => {
  const [only, ...more] = columns
  return {
    item,
    field: more.length === 0 ? (only ?? null) : null,
    code: more.length === 0 ? 'unique' : 'unique_together',
    params: { fields: columns },
    message: `another row has this ${columns.join(' and ')} already`,
  }
}

/**
 * Whether new rows' unique values are free.
 *
 * @since 0.1.0
 */
export const freeForNew = (
  client: WritableClient,
  model: Model,
  rows: ReadonlyArray<Row>,
): Promise<E.Either<QueryError, null>> => clashes(client, model, rows, () => false, model.unique)

/**
 * Those of some new rows whose unique values are free, of several with the same values the first.
 *
 * @since 0.1.0
 */
export const freeOf = async (
  client: WritableClient,
  model: Model,
  rows: ReadonlyArray<Row>,
): Promise<E.Either<QueryError, ReadonlyArray<Row>>> => {
  const sets: Array<{ readonly values: ReturnType<typeof valuesOf>; readonly seen: Set<unknown> }> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one request after the other */
  for (const columns of model.unique) {
    const there = await taken(client, model, columns, rows)
    if (E.isLeft(there)) return there
    sets.push({ values: valuesOf(model, columns), seen: new Set(there.right.keys()) })
  }
  return E.right(
    rows.filter((row) => {
      const own = sets.map(({ values }) => values(row))
      if (sets.some(({ seen }, i) => own[i] !== null && seen.has(own[i]))) return false
      sets.forEach(({ seen }, i) => own[i] !== null && seen.add(own[i]))
      return true
    }),
  )
}

/**
 * Changes rows, once their unique values are known to be free; gives how many.
 *
 * @since 0.1.0
 */
export const changeRows = async (
  client: WritableClient,
  model: Model,
  changes: ReadonlyArray<Change>,
  options: BulkOptions = {},
): Promise<E.Either<QueryError, number>> => {
  const free = await freeForChange(client, model, changes)
  if (E.isLeft(free)) return free
  return E.map((written: ReadonlyArray<ReadonlyArray<Written>>) => written.flat().length)(
    await carryOut(client, [{ _tag: 'update', model: model.name, changes }], options),
  )
}

export const freeForChange = async (
  client: WritableClient,
  model: Model,
  changes: ReadonlyArray<Change>,
): Promise<E.Either<QueryError, null>> => {
  const set = new Set(changes.flatMap((change) => Object.keys(change.set)))
  const sets = model.unique.filter((columns) => columns.some((name) => set.has(name)))
  if (sets.length === 0) return E.right(null)
  const all = allRows(client.schema, model.name)
  const key = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  const keys = changes.map((change) => change.key)
  const columns = [...new Set(sets.flat())].map(columnNamed)
  const now = await keyedWith(client, all, model, model.primaryKey, keys, columns)()
  if (E.isLeft(now)) return now
  const before = new Map(now.right.map((row) => [key(row['_pk'] ?? null), row]))
  const after = changes.map((change): Row => ({ ...before.get(key(change.key)), ...change.set }))
  const own = new Set(keys.map(key))
  return clashes(client, model, after, (row) => own.has(key(row['_pk'] ?? null)), sets)
}
