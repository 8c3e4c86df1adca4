/**
 * Inserts rows for clients that don't do inserts at once. Existing rows are looked up first. Then the rows are created
 * with the client's functions for rows.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Json, Row } from '../../value/Value.js'
import { clashConflict } from '../../schema/clashes.js'
import type { Model } from '../../schema/Schema.js'
import { isAboutForeignKey } from '../../schema/isAboutForeignKey.js'
import { withItems } from '../../schema/validate.js'
import { staleAmong } from '../../schema/staleAmong.js'
import { mergedInto } from '../../query/mergedInto.js'
import { keyColumn, type Insert, type OnConflict } from '../../query/Mutation.js'
import { allRows } from '../../queryset/Queryset.js'
import { carryOut, type Written } from '../../client/carryOut.js'
import type { WritableClient } from '../../client/Client.js'
import type { BulkOptions } from '../../client/write.js'
import { mostTries } from './changeFound.js'
import { freedForChange, freeForNew, freeOf, isTaken, taken } from '../read/unique.js'
import { columnNamed, keyedWith } from './writing.js'

/**
 * Carries out an insert, and gives the created or updated rows as they are stored.
 *
 * @since 0.2.0
 */
export const insertByKey = async (
  client: WritableClient,
  model: Model,
  insert: Insert,
  options: BulkOptions,
): Promise<E.Either<QueryError, ReadonlyArray<Row>>> => {
  const { rows, onConflict } = insert
  switch (onConflict._tag) {
    case 'refuse': {
      const free = await freeForNew(client, model, rows)
      return E.isLeft(free) ? free : made(client, model, rows, options)
    }
    case 'ignore': {
      const free = await freeOf(client, model, rows)
      return E.isLeft(free) ? free : made(client, model, free.right, options, true)
    }
    case 'update':
      return upserting(client, model, insert, onConflict, options)
  }
}

/** Creates rows. If requested, conflicts are ignored, since another writer may have been faster. */
const made = async (
  client: WritableClient,
  model: Model,
  rows: ReadonlyArray<Row>,
  options: BulkOptions,
  ignoreConflicts = false,
): Promise<E.Either<QueryError, ReadonlyArray<Row>>> =>
  E.map((written: ReadonlyArray<ReadonlyArray<Written>>) =>
    written.flat().flatMap(({ row }) => (row === null ? [] : [row])),
  )(
    await carryOut(
      client,
      [{ _tag: 'create', model: model.name, rows }],
      options,
      ignoreConflicts
        ? (error) => error._tag === 'Conflict' && !isAboutForeignKey(client.schema, error)
        : null,
    ),
  )

/**
 * Creates or updates rows. If another writer creates one of them between the lookup and the write, it is looked up
 * again and updated.
 */
const upserting = async (
  client: WritableClient,
  model: Model,
  insert: Insert,
  onConflict: Extract<OnConflict, { readonly _tag: 'update' }>,
  options: BulkOptions,
): Promise<E.Either<QueryError, ReadonlyArray<Row>>> => {
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a try */
  for (let tries = 1; ; tries += 1) {
    const meanwhile = { taken: false }
    const outcome = await upserted(client, model, insert, onConflict, options, meanwhile)
    if (!meanwhile.taken || tries >= mostTries) return outcome
  }
}

const upserted = async (
  client: WritableClient,
  model: Model,
  { rows, expect }: Insert,
  { by, set }: Extract<OnConflict, { readonly _tag: 'update' }>,
  options: BulkOptions,
  meanwhile: { taken: boolean },
): Promise<E.Either<QueryError, ReadonlyArray<Row>>> => {
  const there = await taken(client, model, by, rows, Object.keys(expect ?? {}))
  if (E.isLeft(there)) return there
  const stored = [...there.right.values()]
  const stale = stored.length === 0 ? null : staleAmong(model, stored, expect)
  if (stale !== null) return E.left(stale)
  const { changes, created, order, items } = mergedInto(model, by, set, rows, there.right)
  const changed = set.length === 0 ? [] : changes
  const update = await freedForChange(client, model, changed, created, options)
  if (E.isLeft(update)) {
    meanwhile.taken = client.transaction === undefined && isOver(by, update.left)
    return E.left(amongThoseGiven(model, update.left, items.slice(changes.length - changed.length)))
  }
  const written = await carryOut(
    client,
    [update.right, { _tag: 'create', model: model.name, rows: created }],
    options,
  )
  if (E.isLeft(written)) {
    meanwhile.taken = client.transaction === undefined && isTaken(written.left)
    return written
  }
  const rowsMade = written.right[1] ?? []
  return withKeys(
    client,
    model,
    order.map((each) => ('key' in each ? each.key : (rowsMade[each.made]?.key ?? null))),
  )
}

/** Whether a conflict concerns the columns that were looked up. The row must then have been created since. */
const isOver = (by: ReadonlyArray<string>, error: QueryError): boolean =>
  error._tag === 'Conflict' &&
  error.errors.some(
    ({ params: { fields } }) =>
      Array.isArray(fields) &&
      fields.length === by.length &&
      fields.every((each) => by.includes(String(each))),
  )

/** The same error, with the positions of its items among all given rows. */
const amongThoseGiven = (model: Model, error: QueryError, items: ReadonlyArray<number>): QueryError =>
  error._tag === 'Invalid'
    ? withItems(error, items)
    : error._tag === 'Conflict' && error.errors.length > 0
      ? clashConflict(
          model,
          error.errors.map((each) => ({ ...each, item: items[each.item] ?? each.item })),
        )
      : error

/** The rows with some keys, in the order of the keys. */
const withKeys = async (
  client: WritableClient,
  model: Model,
  keys: ReadonlyArray<Json>,
): Promise<E.Either<QueryError, ReadonlyArray<Row>>> => {
  const columns = [...model.columns.keys()].map(columnNamed)
  const all = allRows(client.schema, model.name)
  const found = await keyedWith(client, all, model, model.primaryKey, keys, columns)()
  const key = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  return E.map((there: ReadonlyArray<Row>) => {
    const rows = new Map(there.map(({ [keyColumn]: own = null, ...row }) => [key(own), row]))
    return keys.map((each) => rows.get(key(each))).filter((row) => row !== undefined)
  })(found)
}
