/**
 * Finding out before a write whether its unique values are taken, and writing once they aren't.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { conflict, type QueryError } from '../value/QueryError.js'
import type { Json, Row } from '../value/Value.js'
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

/** The columns of some rows whose values are taken, by each other or by rows that are there; `null` if none are. */
const clash = async (
  client: WritableClient,
  model: Model,
  rows: ReadonlyArray<Row>,
  isOwn: (key: Json) => boolean,
  sets: ReadonlyArray<ReadonlyArray<string>>,
): Promise<E.Either<QueryError, ReadonlyArray<string> | null>> => {
  /* eslint-disable-next-line functional/no-loop-statements -- the first that clashes ends it */
  for (const columns of sets) {
    const values = valuesOf(model, columns)
    const own = rows.flatMap((row) => values(row) ?? [])
    if (new Set(own).size < own.length) return E.right(columns)
    const there = await taken(client, model, columns, rows)
    if (E.isLeft(there)) return there
    if ([...there.right.values()].some((row) => !isOwn(row['_pk'] ?? null))) return E.right(columns)
  }
  return E.right(null)
}

const told = (model: Model) => (columns: ReadonlyArray<string> | null): E.Either<QueryError, null> =>
  columns === null
    ? E.right(null)
    : E.left(
        conflict(model.name, columns, `another row has this ${columns.join(' and ')} already; nothing was written`),
      )

/**
 * Whether new rows' unique values are free. Only over a client that can't take back what it has written: the others
 * find out themselves, and nothing stays.
 *
 * @since 0.1.0
 */
export const freeForNew = async (
  client: WritableClient,
  model: Model,
  rows: ReadonlyArray<Row>,
): Promise<E.Either<QueryError, null>> =>
  client.transaction !== undefined
    ? E.right(null)
    : E.chain(told(model))(await clash(client, model, rows, () => false, model.unique))

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
  const free = client.transaction === undefined ? await freeForChange(client, model, changes) : E.right(null)
  if (E.isLeft(free)) return free
  return E.map((written: ReadonlyArray<ReadonlyArray<Written>>) => written.flat().length)(
    await carryOut(client, [{ _tag: 'update', model: model.name, changes }], options),
  )
}

const freeForChange = async (
  client: WritableClient,
  model: Model,
  changes: ReadonlyArray<Change>,
): Promise<E.Either<QueryError, null>> => {
  const set = new Set(changes.flatMap((change) => Object.keys(change.set)))
  const sets = model.unique.filter((columns) => columns.some((name) => set.has(name)))
  if (sets.length === 0) return E.right(null)
  const all = allRows(client.schema, model.name)
  const keys = changes.map(({ key }) => key)
  const now = await keyedWith(client, all, model, model.primaryKey, keys, sets.flat().map(columnNamed))()
  if (E.isLeft(now)) return now
  const byKey = new Map(changes.map((change) => [change.key, change.set]))
  const after = now.right.map((row): Row => ({ ...row, ...byKey.get(row['_pk'] ?? null) }))
  return E.chain(told(model))(await clash(client, model, after, (key) => byKey.has(key), sets))
}
