/**
 * Writes within a scope.
 *
 * A write reads the rows that it affects right before it is done, in a transaction if the client has them. A row that
 * has left the scope in the meantime is not changed.
 *
 * @since 0.2.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import {
  invalid,
  leadsNowhere,
  unsupported,
  type ItemFate,
  type QueryError,
  type Rest,
} from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Json, Row } from '../../value/Value.js'
import type { Source } from '../../expression/Source.js'
import type { Model } from '../../schema/Schema.js'
import type { Change } from '../../query/Write.js'
import type { BulkWrites, FullWritableClient, SingleWrites, WritableClient } from '../Client.js'
import { deriveWrites } from '../deriveWrites.js'
import { unfinished } from '../Outcome.js'
import { asOne } from '../together.js'
import { writersOf } from '../write.js'
import type { Held } from './ScopeRule.js'
import { keyHash, reached, keysInColumn, visible } from './scopedReads.js'

/**
 * The writing functions of a client within a scope, as far as the client has them.
 *
 * @since 0.2.0
 */
export const writesOf = (held: Held, client: WritableClient): Partial<SingleWrites & BulkWrites> => {
  const has = writersOf(client)
  const createBulk: BulkWrites['createBulk'] = (model, rows) =>
    making(held, client, model, rows, (inside) => inside.createBulk(model, rows))
  const create: SingleWrites['create'] = (model, row) =>
    making(held, client, model, [row], (inside) => inside.create(model, row))
  const updateBulk: BulkWrites['updateBulk'] = (model, changes) => changing(held, client, model, changes)
  const deleteBulk: BulkWrites['deleteBulk'] = (model, keys) => deleting(held, client, model, keys)
  const some = (n: number): boolean => n > 0
  return {
    ...(has.create === undefined ? {} : { create }),
    ...(has.update === undefined
      ? {}
      : {
          update: (model, key, set, _expect, repeatable = false) =>
            TE.map(some)(updateBulk(model, [{ key, set, repeatable }])),
        }),
    ...(has.delete === undefined ? {} : { delete: (model, key) => TE.map(some)(deleteBulk(model, [key])) }),
    ...(has.createBulk === undefined ? {} : { createBulk }),
    ...(has.updateBulk === undefined ? {} : { updateBulk }),
    ...(has.deleteBulk === undefined ? {} : { deleteBulk }),
  }
}

type ScopedInside = FullWritableClient

const making = <A>(
  held: Held,
  client: WritableClient,
  name: string,
  rows: ReadonlyArray<Row>,
  write: (inside: ScopedInside) => TE.TaskEither<QueryError, A>,
): TE.TaskEither<QueryError, A> => {
  const model = held.schema.models.get(name)
  if (model === undefined) return TE.left(unknown(client, name))
  if (!isHeld(held, model)) return write(deriveWrites(client))
  return asOne(client, async (inside) => {
    const fits = await fitting(held, inside, model, { rows, values: rows, items: [...rows.keys()] })
    return E.isLeft(fits) ? fits : write(deriveWrites(inside))()
  })
}

const changing = (
  held: Held,
  client: WritableClient,
  name: string,
  changes: ReadonlyArray<Change>,
): TE.TaskEither<QueryError, number> => {
  const model = held.schema.models.get(name)
  if (model === undefined) return TE.left(unknown(client, name))
  if (!isHeld(held, model)) return deriveWrites(client).updateBulk(name, changes)
  return asOne(client, async (inside) => {
    const found = await visible(
      held,
      inside,
      model,
      changes.map(({ key }) => key),
    )
    if (E.isLeft(found)) return found
    const key = keyHash(model)
    const before = new Map(found.right.map((row) => [key(row[model.primaryKey] ?? null), row]))
    const own = changes.flatMap((change, item) => {
      const row = before.get(key(change.key))
      return row === undefined ? [] : [{ change, item, row }]
    })
    const fits = await fitting(held, inside, model, {
      rows: own.map(({ change, row }) => ({ ...row, ...change.set })),
      values: own.map(({ change, row }) => changedIn(model, row, change.set)),
      items: own.map(({ item }) => item),
    })
    if (E.isLeft(fits)) return fits
    const allowed = own.map(({ change }) => change)
    if (own.length === 0) return E.right(0)
    const written = await deriveWrites(inside).updateBulk(name, allowed)()
    const keys = changes.map((change) => change.key)
    const places = new Map(own.map(({ item }, i) => [item, i]))
    return E.mapLeft((error: QueryError) => ofAllGiven(error, keys, (place) => places.get(place)))(written)
  })
}

/**
 * Maps the result for the rows that were written to all rows that were given. A hidden row counts as one that doesn't
 * exist: nothing is left to do for it.
 */
const ofAllGiven = (
  error: QueryError,
  keys: ReadonlyArray<Json>,
  writtenAt: (place: number) => number | undefined,
): QueryError => {
  if (error._tag !== 'Incomplete') return error
  const items = keys.map(
    (key, place): ItemFate => error.items[writtenAt(place) ?? -1] ?? { _tag: 'done', key, error: null },
  )
  const places = new Map(keys.map((_, place) => [writtenAt(place), place]))
  const { positions, writes } = error.rest()
  const rest: Rest = { positions: positions.flatMap((position) => places.get(position) ?? []), writes }
  return { ...(unfinished(error.model, items) ?? error), rest: () => rest }
}

/** The values that the row doesn't have already. */
const changedIn = (model: Model, before: Row, set: Row): Row =>
  Object.fromEntries(
    Object.entries(set).filter(([name, value]) => {
      const now = before[name] ?? null
      const key = hash(model.columns.get(name)?.kind ?? 'json')
      return value === null || now === null ? value !== now : key(value) !== key(now)
    }),
  )

const deleting = (
  held: Held,
  client: WritableClient,
  name: string,
  keys: ReadonlyArray<Json>,
): TE.TaskEither<QueryError, number> => {
  const model = held.schema.models.get(name)
  if (model === undefined) return TE.left(unknown(client, name))
  const soft = Object.hasOwn(held.softDelete, name) ? held.softDelete[name] : undefined
  if (!held.rules.has(name) && soft === undefined) return deriveWrites(client).deleteBulk(name, keys)
  return asOne(client, async (inside) => {
    const found = await visible(held, inside, model, keys)
    if (E.isLeft(found)) return found
    const own = found.right.map((row) => row[model.primaryKey] ?? null)
    if (own.length === 0) return E.right(0)
    const full = deriveWrites(inside)
    const written =
      soft === undefined
        ? full.deleteBulk(name, own)
        : full.updateBulk(
            name,
            own.map((key) => ({ key, set: soft() })),
          )
    const hashed = keyHash(model)
    const places = new Map(own.map((key, i) => [hashed(key), i]))
    return E.mapLeft((error: QueryError) =>
      ofAllGiven(error, keys, (place) => places.get(hashed(keys[place] ?? null))),
    )(await written())
  })
}

const unknown = (client: WritableClient, name: string): QueryError =>
  unsupported(client.name, `the model '${name}'`)

/** Whether a model has a rule, or points to rows of a model that has one. */
const isHeld = ({ rules }: Held, model: Model): boolean =>
  rules.has(model.name) ||
  [...model.columns.values()].some(({ target }) => target !== null && rules.has(target))

/** Rows as they would be stored, which of their values are new, and the position of each among the given rows. */
interface ScopedRow {
  readonly rows: ReadonlyArray<Row>
  readonly values: ReadonlyArray<Row>
  readonly items: ReadonlyArray<number>
}

/** Whether rows may be written. */
const fitting = async (
  held: Held,
  client: WritableClient,
  model: Model,
  written: ScopedRow,
): Promise<E.Either<QueryError, null>> => {
  const meet = await meeting(held, client, model, written)
  return E.isLeft(meet) ? meet : pointing(held, client, model, written.values)
}

/** Whether rows meet the predicate of their model. */
const meeting = async (
  held: Held,
  client: WritableClient,
  model: Model,
  { rows, items }: ScopedRow,
): Promise<E.Either<QueryError, null>> => {
  const rule = held.rules.get(model.name)
  if (rule === undefined) return E.right(null)
  if (E.isLeft(rule)) return rule
  const { hops, holds } = rule.right.own
  const source = await reached(held, client, hops, rows)
  return E.flatMap(source, (ends: Source): E.Either<QueryError, null> => {
    const meets = holds(ends, new Date().toISOString())
    const outside = items.filter((_, i) => !meets(rows[i] ?? {}))
    return outside.length === 0
      ? E.right(null)
      : E.left(
          invalid(
            model.name,
            outside.map((item) => ({
              item,
              field: null,
              code: 'scope',
              params: {},
              message: 'is not a row of this scope',
            })),
          ),
        )
  })
}

/**
 * Checks that no written foreign key leads to a hidden row. Keys of rows that don't exist are left to the client, which
 * may accept them until a transaction ends.
 */
const pointing = async (
  held: Held,
  client: WritableClient,
  model: Model,
  written: ReadonlyArray<Row>,
): Promise<E.Either<QueryError, null>> => {
  const whole: Held = { ...held, rules: new Map() }
  /* eslint-disable-next-line functional/no-loop-statements -- one foreign key after the other */
  for (const { name, target: at } of model.columns.values()) {
    const target = held.schema.models.get(at ?? '')
    if (target === undefined || !held.rules.has(target.name)) continue
    const shown = await visible(held, client, target, keysInColumn(target, written, name))
    if (E.isLeft(shown)) return shown
    const key = keyHash(target)
    const known = new Set(shown.right.map((row) => key(row[target.primaryKey] ?? null)))
    const others = keysInColumn(target, written, name).filter((value) => !known.has(key(value)))
    const hidden = await visible(whole, client, target, others)
    if (E.isLeft(hidden)) return hidden
    const [first] = hidden.right
    // The same answer that a client gives if it can't find the row.
    if (first !== undefined)
      return E.left(leadsNowhere(model.name, name, target.name, first[target.primaryKey] ?? null))
  }
  return E.right(null)
}
