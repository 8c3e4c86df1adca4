/**
 * Checks before a write whether its unique values are already used, and writes if they aren't.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { unsupported, type FieldError, type Invalid, type QueryError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Row } from '../../value/Value.js'
import { clashConflict, clashErrors } from '../../schema/clashes.js'
import { columnOfPart, valuesOf, type Model } from '../../schema/Schema.js'
import { checkedRows, withItems } from '../../schema/validate.js'
import { keyColumn } from '../../query/Mutation.js'
import type { Change, Write } from '../../query/Write.js'
import { allRows } from '../../queryset/Queryset.js'
import { carryOut, type Written } from '../../client/carryOut.js'
import type { Client, WritableClient } from '../../client/Client.js'
import { rowsACall, type BulkOptions } from '../../client/write.js'
import { writeOrder } from '../../client/writeOrder.js'
import { columnNamed, keyedWith } from '../write/writing.js'

type TakenValues = ReadonlyMap<string | number | boolean, Row>

/**
 * The stored rows that share the values of one of the given rows in these columns, by the `valuesOf` of those values.
 *
 * @since 0.1.0
 */
export const taken = async (
  client: Client,
  model: Model,
  columns: ReadonlyArray<string>,
  rows: ReadonlyArray<Row>,
  also: ReadonlyArray<string> = [],
): Promise<E.Either<QueryError, TakenValues>> => {
  const values = valuesOf(model, columns)
  const wanted = new Map(
    rows.flatMap((row) => {
      const value = values(row)
      return value === null ? [] : [[value, row] as const]
    }),
  )
  if (wanted.size === 0) return E.right(new Map())
  // The lookup uses the column with the most distinct values.
  const [best] = columns
    .filter((name) => columnOfPart(name) === name)
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
    [...new Set([...columns.map(columnOfPart), ...also])].map(columnNamed),
  )()
  return E.map(
    (there: ReadonlyArray<Row>): TakenValues =>
      new Map(
        there.flatMap((row) => {
          const value = values(row)
          return value !== null && wanted.has(value) ? [[value, row] as const] : []
        }),
      ),
  )(found)
}

/** The errors of all rows with values that are already used, by earlier rows or by stored rows. */
const clashes = async (
  client: WritableClient,
  model: Model,
  rows: ReadonlyArray<Row>,
  isOwn: (row: Row) => boolean,
  sets: ReadonlyArray<ReadonlyArray<string>>,
): Promise<E.Either<QueryError, null>> => {
  const errors: Array<FieldError> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one request after the other */
  for (const columns of sets) {
    const there = await taken(client, model, columns, rows)
    if (E.isLeft(there)) return there
    const isTaken = (value: string | number | boolean): boolean => {
      const other = there.right.get(value)
      return other !== undefined && !isOwn(other)
    }
    clashErrors(model, columns, rows, isTaken).forEach((error) => errors.push(error))
  }
  return errors.length === 0 ? E.right(null) : E.left(clashConflict(model, errors))
}

/**
 * Checks that the unique values of new rows are free.
 *
 * @since 0.1.0
 */
export const freeForNew = (
  client: WritableClient,
  model: Model,
  rows: ReadonlyArray<Row>,
): Promise<E.Either<QueryError, null>> => clashes(client, model, rows, () => false, model.keptApart)

/**
 * The new rows whose unique values are free. Of several with the same values, the first is kept.
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
  for (const columns of model.keptApart) {
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
 * Changes rows if their unique values are free, and gives their number.
 *
 * @since 0.1.0
 */
export const changeRows = async (
  client: WritableClient,
  model: Model,
  changes: ReadonlyArray<Change>,
  options: BulkOptions = {},
): Promise<E.Either<QueryError, number>> => {
  const write = await freedForChange(client, model, changes, [], options)
  if (E.isLeft(write)) return write
  return E.map((written: ReadonlyArray<ReadonlyArray<Written>>) => written.flat().length)(
    await carryOut(client, [write.right], options),
  )
}

/**
 * The write that changes rows, in an order in which no two rows ever share a unique value. It is a `Left` if two rows
 * would share one in the end, including the rows that are `created` afterwards. It is also a `Left` if rows swap values
 * in a circle that the client can't write in one call. The items of errors count the changes first and then the created
 * rows.
 *
 * @since 0.2.0
 */
export const freedForChange = async (
  client: WritableClient,
  model: Model,
  changes: ReadonlyArray<Change>,
  created: ReadonlyArray<Row> = [],
  options: BulkOptions = {},
): Promise<E.Either<QueryError, Extract<Write, { readonly _tag: 'update' }>>> => {
  const write = { _tag: 'update', model: model.name, changes } as const
  const set = new Set(changes.flatMap((change) => Object.keys(change.set)))
  const changed = model.keptApart.filter((columns) => columns.some((name) => set.has(columnOfPart(name))))
  const sets = created.length > 0 ? model.keptApart : changed
  const whole = model.validate !== null && changes.length > 0
  if (sets.length === 0 && !whole) return E.right(write)
  const all = allRows(client.schema, model.name)
  const key = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  const keys = changes.map((change) => change.key)
  const columns = (whole ? [...model.columns.keys()] : [...new Set(sets.flat().map(columnOfPart))]).map(
    columnNamed,
  )
  const now =
    keys.length === 0 ? E.right([]) : await keyedWith(client, all, model, model.primaryKey, keys, columns)()
  if (E.isLeft(now)) return now
  const rows = new Map(now.right.map((row) => [key(row[keyColumn] ?? null), row]))
  const before = changes.map((change): Row => rows.get(key(change.key)) ?? {})
  const after = changes.map((change, i): Row => ({ ...before[i], ...change.set }))
  const valid = whole ? validAfter(model, before, after) : E.right(null)
  if (E.isLeft(valid)) return valid
  const own = new Set(keys.map(key))
  const free = await clashes(
    client,
    model,
    [...after, ...created],
    (row) => own.has(key(row[keyColumn] ?? null)),
    sets,
  )
  if (E.isLeft(free)) return free
  const order = writeOrder(model, changed, before, after)
  if (order === null) return E.right(write)
  return order.end - order.start > rowsACall(client, write, options)
    ? E.left(tradesValues(client, model, changed))
    : E.right({ ...write, order })
}

/** Checks that the rows are valid as a whole after the change. Rows that no longer exist are ignored. */
const validAfter = (
  model: Model,
  before: ReadonlyArray<Row>,
  after: ReadonlyArray<Row>,
): E.Either<QueryError, null> => {
  const there = after.flatMap((row, item) => (keyColumn in (before[item] ?? {}) ? [{ row, item }] : []))
  return E.bimap(
    (error: Invalid): QueryError =>
      withItems(
        error,
        there.map(({ item }) => item),
      ),
    () => null,
  )(
    checkedRows(
      model,
      there.map(({ row: { [keyColumn]: _, ...row } }) => row),
    ),
  )
}

const tradesValues = (
  { name }: WritableClient,
  model: Model,
  sets: ReadonlyArray<ReadonlyArray<string>>,
): QueryError => ({
  ...unsupported(
    name,
    `trading unique values (${sets.map((columns) => columns.join(' and ')).join(', ')}) between rows of ${model.name} in one call`,
  ),
  hint: 'Nothing was written. Give one of the rows a free value first, or allow more rows in a call.',
})

/**
 * Whether a write failed only because other rows have its values.
 *
 * @since 0.2.0
 */
export const isTaken = (error: QueryError): boolean =>
  error._tag === 'Conflict' ||
  (error._tag === 'Incomplete' &&
    error.items.every(({ error: own }) => own === null || own._tag === 'Conflict'))
