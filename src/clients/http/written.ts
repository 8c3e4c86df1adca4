/**
 * What is written over HTTP, by whatever functions the server's client has.
 *
 * @since 0.2.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import { clientFailed, unsupported, type QueryError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Json, Row } from '../../value/Value.js'
import { staleConflict, staleErrors } from '../../schema/stale.js'
import { mutatedModel, type Mutated, type Mutation } from '../../query/Mutation.js'
import { allOf } from '../../query/Query.js'
import { kindOfKey, rowsWithKeys } from '../../query/rowsWithKeys.js'
import { decodeRow, shapeOf, type Misfit, type Shape } from '../../query/shape.js'
import type { Write } from '../../query/Write.js'
import { ask, isCount } from '../../client/ask.js'
import type { BulkWrites, Client, SingleWrites, WritableClient } from '../../client/Client.js'
import { narrowed } from '../../client/Outcome.js'
import { checksRows, together } from '../../client/together.js'
import { isHeld } from '../../client/turns.js'
import { isWritable } from '../../client/write.js'
import { mutate } from '../../run/write/mutate.js'
import { storedRows } from '../../run/write/writing.js'

/** What a write gives: rows as they are stored, or how many there were. */
type WireWritten = ReadonlyArray<Row> | number
type WriteWay = (() => TE.TaskEither<QueryError, WireWritten>) | null

/**
 * What mutations did, the rows as their models say that they are.
 *
 * @since 0.2.0
 */
export const mutated = (
  client: Client,
  mutations: ReadonlyArray<Mutation>,
): TE.TaskEither<QueryError, Json> =>
  isWritable(client)
    ? TE.flatMapEither(mutate(client)(mutations), (told: ReadonlyArray<Mutated>) =>
        E.traverseArray(({ rows, counts, model }: Mutated & { readonly model: string }) =>
          E.map((stored: Json): Json => ({ rows: stored, counts }))(storedAs(client, model, rows)),
        )(
          told.map((each, i) => {
            const mutation = mutations[i]
            return { ...each, model: mutation === undefined ? '' : mutatedModel(mutation) }
          }),
        ),
      )
    : TE.left(unsupported(client.name, 'writing'))

/**
 * A write by key whose rows must hold what is expected of them. A client that checks that is told; with any other one
 * the rows are read right before, in a transaction or in a turn.
 */
const expecting = (client: WritableClient, write: Write): TE.TaskEither<QueryError, Json> =>
  together(client, async (inside) => {
    const model = client.schema.models.get(write.model)
    const items = expectedBy(write)
    if (model === undefined) return written(inside, unexpecting(write))()
    if (items.length === 0) return written(inside, write)()
    const found = await storedRows(
      inside,
      rowsWithKeys(
        model,
        items.map(({ key }) => key),
      ),
    )
    if (E.isLeft(found)) return found
    const key = hash(kindOfKey(model))
    const rows = new Map(found.right.map((row) => [key(row[model.primaryKey] ?? null), row]))
    const errors = items.flatMap(({ key: own, expect, item }) =>
      staleErrors(model, rows.get(key(own)), expect, item),
    )
    return errors.length > 0 ? E.left(staleConflict(model, errors)) : written(inside, unexpecting(write))()
  })

/** Whether a write by key has to wait for others: of what is expected, or because others read and then write. */
const needsTurn = (client: WritableClient, write: Write): boolean =>
  !isHeld(client) &&
  !checksRows(client) &&
  (expectedBy(write).length > 0 || (client.transaction === undefined && write._tag !== 'create'))

interface ExpectedRows {
  readonly key: Json
  readonly expect: Row
  readonly item: number
}

/** The keys of a write whose rows must hold something, and what. */
const expectedBy = (write: Write): ReadonlyArray<ExpectedRows> => {
  switch (write._tag) {
    case 'create':
      return []
    case 'update':
      return write.changes.flatMap(({ key, expect }, item) =>
        expect === undefined ? [] : [{ key, expect, item }],
      )
    case 'delete':
      return (write.expect ?? []).map((expect, item) => ({ key: write.keys[item] ?? null, expect, item }))
  }
}

const unexpecting = (write: Write): Write => {
  switch (write._tag) {
    case 'create':
      return write
    case 'update':
      return { ...write, changes: write.changes.map(({ key, set }) => ({ key, set })) }
    case 'delete':
      return { _tag: 'delete', model: write.model, keys: write.keys }
  }
}

/**
 * A write of one row, by whichever function the client has; of several only where it does all of them or none.
 *
 * @since 0.2.0
 */
export const written = (client: Client, write: Write): TE.TaskEither<QueryError, Json> => {
  const { name } = client
  const { transaction }: Partial<WritableClient> = client
  const size = sizeOf(write)
  if (isWritable(client) && needsTurn(client, write)) return expecting(client, write)
  const single = size > 0 ? singly(client, write) : null
  const whole = wholly(client, write)
  const way = size === 1 ? (single ?? whole) : whole
  const told: TE.TaskEither<QueryError, WireWritten> =
    size === 0
      ? TE.right(write._tag === 'create' ? [] : 0)
      : way !== null
        ? ask(name, write._tag, way, fits(write))
        : transaction === undefined || single === null
          ? TE.left(unsupported(name, size === 1 ? 'this write' : 'writing several rows at once'))
          : ask(name, 'transaction', () => transaction((inside) => oneByOne(inside, write)))
  return TE.chainEitherKW((answer: WireWritten): E.Either<QueryError, Json> =>
    typeof answer === 'number' ? E.right(answer) : storedAs(client, write.model, answer),
  )(told)
}

const sizeOf = (write: Write): number =>
  (write._tag === 'create' ? write.rows : write._tag === 'update' ? write.changes : write.keys).length

const fits =
  ({ _tag }: Write) =>
  (u: unknown): boolean =>
    _tag === 'create' ? Array.isArray(u) : isCount(u)

const wholly = (client: Client, write: Write): WriteWay => {
  const { createBulk, updateBulk, deleteBulk }: Client & Partial<BulkWrites> = client
  switch (write._tag) {
    case 'create':
      return createBulk === undefined ? null : () => createBulk(write.model, write.rows)
    case 'update':
      return updateBulk === undefined ? null : () => updateBulk(write.model, write.changes)
    case 'delete':
      return deleteBulk === undefined ? null : () => deleteBulk(write.model, write.keys)
  }
}

/** The write of its first row. */
const singly = (client: Client, write: Write): WriteWay => {
  const { create, update, delete: remove }: Client & Partial<SingleWrites> = client
  const count = TE.map((done: boolean): WireWritten => (done ? 1 : 0))
  switch (write._tag) {
    case 'create': {
      const [row] = write.rows
      return create === undefined || row === undefined
        ? null
        : () => TE.map((made: Row): WireWritten => [made])(create(write.model, row))
    }
    case 'update': {
      const [change] = write.changes
      return update === undefined || change === undefined
        ? null
        : () => count(update(write.model, change.key, change.set, change.expect))
    }
    case 'delete': {
      const [key] = write.keys
      return remove === undefined || key === undefined
        ? null
        : () => count(remove(write.model, key, write.expect?.[0]))
    }
  }
}

/** In a transaction, which makes them one. */
const oneByOne =
  (client: Client, write: Write): TE.TaskEither<QueryError, WireWritten> =>
  async () => {
    const rows: Array<Row> = []
    /* eslint-disable-next-line functional/no-let -- counted by the loop below */
    let count = 0
    /* eslint-disable-next-line functional/no-loop-statements -- in order, and no further once something failed */
    for (let i = 0; i < sizeOf(write); i += 1) {
      const way = singly(client, narrowed(write, [i]))
      if (way === null) return E.left(unsupported(client.name, 'this write'))
      const told = await ask(client.name, write._tag, way, fits(write))()
      if (E.isLeft(told)) return told
      if (typeof told.right === 'number') count += told.right
      else rows.push(...told.right)
    }
    return E.right(write._tag === 'create' ? rows : count)
  }

/** Rows as they are stored, as the model says that they are. */
const storedAs = (client: Client, model: string, rows: ReadonlyArray<unknown>): E.Either<QueryError, Json> =>
  E.flatMap(shapeOf(client.schema, allOf({ _tag: 'model', model })), (shape: Shape) =>
    E.mapLeft(
      // They were written all the same.
      (): QueryError =>
        clientFailed(client.name, 'create', null, {
          message: 'it gave something else back than rows of the model',
          retryable: true,
        }),
    )(E.traverseArray((row: unknown): E.Either<Misfit, Row> => decodeRow(shape, row))(rows)),
  )
