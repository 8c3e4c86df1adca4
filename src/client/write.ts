/**
 * Carrying out writes over whatever a client can do: all at once, in chunks, or a row at a time.
 *
 * @since 0.1.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import { clientFailed, type QueryError } from '../value/QueryError.js'
import type { Json, Row } from '../value/Value.js'
import { allOf } from '../query/Query.js'
import type { Change, Write } from '../query/Write.js'
import { ask } from './ask.js'
import type { BulkWrites, Client, SingleWrites, WritableClient } from './Client.js'
import { done, undone, type Outcome } from './Outcome.js'
import { answerOf } from './Support.js'

/** How one sort of item is written: many at once, or one. `null` where the client doesn't bring it. */
interface Way<I, A> {
  readonly name: Write['_tag']
  readonly bulk: ((items: ReadonlyArray<I>) => TE.TaskEither<QueryError, ReadonlyArray<A>>) | null
  readonly single: ((item: I) => TE.TaskEither<QueryError, A>) | null
  /** Whether a chunk that fails is halved, to find out which of its items fails. */
  readonly halving: boolean
}

/**
 * How far a write has got: how many of its items are done, failed, or of unknown fate, and how many there are.
 *
 * @since 0.1.0
 */
export interface Progress {
  readonly model: string
  readonly operation: Write['_tag']
  readonly done: number
  readonly failed: number
  readonly unknown: number
  readonly total: number
}

/**
 * How many rows are written: `batchSize` rows in a call at most (and never more than the client's
 * `maxPerRequest`), `concurrency` calls at the same time at most, and after each call `onProgress` is told how far
 * it is. A client with transactions gets one call after the other whatever `concurrency` says.
 *
 * @since 0.1.0
 */
export interface BulkOptions {
  readonly batchSize?: number
  readonly concurrency?: number
  readonly onProgress?: (progress: Progress) => void
}

type Bulk = Partial<BulkWrites>
type Single = Partial<SingleWrites>

/**
 * What a client has of the functions that write.
 *
 * @since 0.1.0
 */
export const partsOf = (client: WritableClient): Bulk & Single => client

/**
 * Whether a client has all that it takes to write.
 *
 * @since 0.1.0
 */
export const isWritable = (client: Client): client is WritableClient =>
  (['create', 'update', 'delete'] as const).every((name) => name in client || `${name}Bulk` in client)

/**
 * Makes rows, and gives each as it is stored. A chunk that fails is halved, unless all or nothing is kept anyway:
 * `apart`, each chunk is one of its own then, so that what fails leaves the others alone.
 *
 * @since 0.1.0
 */
export const createAll = (
  client: WritableClient,
  model: string,
  rows: ReadonlyArray<Row>,
  options: BulkOptions = {},
  apart = false,
): Promise<Outcome<Row>> => {
  const { createBulk, create } = partsOf(client)
  const { transaction } = client
  const alone = <A>(
    ask: (inside: Bulk & Single) => TE.TaskEither<QueryError, A> | undefined,
  ): TE.TaskEither<QueryError, A> => {
    const asked = (parts: Bulk & Single) => ask(parts) ?? TE.left(cantCreate(client))
    return apart && transaction !== undefined
      ? transaction((inside) => asked(partsOf(inside)))
      : asked(partsOf(client))
  }
  return each(client, model, rows, options, {
    name: 'create',
    bulk: createBulk === undefined ? null : (items) => alone((parts) => parts.createBulk?.(model, items)),
    single: create === undefined ? null : (row) => alone((parts) => parts.create?.(model, row)),
    halving: apart || transaction === undefined,
  })
}

const cantCreate = ({ name }: WritableClient): QueryError =>
  clientFailed(name, 'create', null, { message: 'within a transaction it brings no way to write' })

/**
 * Changes rows, and gives the key of each.
 *
 * @since 0.1.0
 */
export const updateAll = (
  client: WritableClient,
  model: string,
  changes: ReadonlyArray<Change>,
  options: BulkOptions = {},
): Promise<Outcome<Json>> => {
  const { updateBulk, update } = partsOf(client)
  const keys = (items: ReadonlyArray<Change>) => items.map(({ key }) => key)
  return each(client, model, changes, options, {
    name: 'update',
    bulk: updateBulk === undefined ? null : (items) => giving(keys(items), updateBulk(model, items)),
    single: update === undefined ? null : ({ key, set }) => giving(key, update(model, key, set)),
    halving: client.transaction === undefined,
  })
}

/**
 * Deletes rows, and gives the key of each.
 *
 * @since 0.1.0
 */
export const deleteAll = (
  client: WritableClient,
  model: string,
  keys: ReadonlyArray<Json>,
  options: BulkOptions = {},
): Promise<Outcome<Json>> => {
  const { deleteBulk, delete: remove } = partsOf(client)
  return each(client, model, keys, options, {
    name: 'delete',
    bulk: deleteBulk === undefined ? null : (items) => giving(items, deleteBulk(model, items)),
    single: remove === undefined ? null : (key) => giving(key, remove(model, key)),
    halving: client.transaction === undefined,
  })
}

const giving =
  <A>(value: A, written: TE.TaskEither<QueryError, unknown>): TE.TaskEither<QueryError, A> =>
  async () =>
    E.map(() => value)(await written())

const atLeastOne = (n: number): number => (n >= 1 ? Math.floor(n) : 1)

/**
 * How many calls a write takes, if none of them fails. What is sent on to another client takes as many as that one
 * does.
 *
 * @since 0.1.0
 */
export const callsFor = (client: WritableClient, write: Write, options: BulkOptions = {}): number => {
  const n = sizeOf(write)
  const answer = answerOf(client, allOf({ _tag: 'model', model: write.model }))
  const own = answer.client === undefined ? Infinity : (answer.maxPerRequest ?? Infinity)
  const parts = partsOf(client)
  return parts[`${write._tag}Bulk`] === undefined
    ? n
    : Math.ceil(n / atLeastOne(Math.min(...limits(client, options, n), own)))
}

const sizeOf = (write: Write): number => {
  switch (write._tag) {
    case 'create':
      return write.rows.length
    case 'update':
      return write.changes.length
    case 'delete':
      return write.keys.length
  }
}

const each = async <I, A>(
  client: WritableClient,
  model: string,
  items: ReadonlyArray<I>,
  options: BulkOptions,
  way: Way<I, A>,
): Promise<Outcome<A>> => {
  const size = way.bulk === null ? 1 : atLeastOne(Math.min(...limits(client, options, items.length)))
  const most = client.transaction === undefined ? atLeastOne(options.concurrency ?? 1) : 1
  const chunks: Array<Outcome<A>> = []
  const told = { done: 0, failed: 0, unknown: 0, next: 0 }
  const work = async (): Promise<void> => {
    /* eslint-disable-next-line functional/no-loop-statements -- one turn a chunk, in order */
    while (told.next * size < items.length) {
      const at = told.next
      told.next += 1
      const chunk = await chunkOf(client, items.slice(at * size, (at + 1) * size), way)
      chunks[at] = chunk
      chunk.forEach(({ _tag }) => (told[_tag] += 1))
      tell(options, {
        model,
        operation: way.name,
        done: told.done,
        failed: told.failed,
        unknown: told.unknown,
        total: items.length,
      })
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, Math.ceil(items.length / size)) }, work))
  return chunks.flat()
}

const limits = (client: WritableClient, options: BulkOptions, all: number): ReadonlyArray<number> => [
  client.maxPerRequest ?? all,
  options.batchSize ?? all,
  all,
]

/** Who listens doesn't stop the write by throwing. */
const tell = ({ onProgress }: BulkOptions, progress: Progress): void => {
  E.tryCatch(
    () => onProgress?.(progress),
    () => null,
  )
}

/** A chunk that fails is halved until it shows which of its items fails. */
const chunkOf = async <I, A>(
  client: WritableClient,
  items: ReadonlyArray<I>,
  way: Way<I, A>,
): Promise<Outcome<A>> => {
  const { bulk, single, name } = way
  const [only] = items
  const written: E.Either<QueryError, ReadonlyArray<A>> = items.length === 1 &&
  only !== undefined &&
  single !== null
    ? E.map((value: A): ReadonlyArray<A> => [value])(await ask(client.name, name, () => single(only))())
    : bulk !== null
      ? E.flatMap(await ask(client.name, `${name}Bulk`, () => bulk(items))(), (values: ReadonlyArray<A>) =>
          complete(client.name, name, items.length, values),
        )
      : E.left(clientFailed(client.name, name, null, { message: 'the client brings no way to write' }))
  if (E.isRight(written)) return written.right.map(done)
  if (written.left.retryable || !way.halving || items.length <= 1)
    return items.map(() => undone(written.left))
  const middle = Math.ceil(items.length / 2)
  const first = await chunkOf(client, items.slice(0, middle), way)
  return [...first, ...(await chunkOf(client, items.slice(middle), way))]
}

const complete = <A>(
  client: string,
  name: string,
  expected: number,
  values: ReadonlyArray<A>,
): E.Either<QueryError, ReadonlyArray<A>> =>
  values.length === expected
    ? E.right(values)
    : E.left(
        clientFailed(client, name, null, {
          message: `was given ${String(expected)} rows and gave ${String(values.length)} back`,
          hint: 'Give each row back as it is stored, in the order given.',
          // Something was written, but it isn't known what.
          retryable: true,
        }),
      )
