/**
 * Carries out writes with whatever functions a client has: all at once, in chunks, or a row at a time.
 *
 * @since 0.1.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import { clientFailed, type Incomplete, type QueryError } from '../value/QueryError.js'
import type { Json, Row } from '../value/Value.js'
import { allOf } from '../query/Query.js'
import type { Change, Write, WriteOrder } from '../query/Write.js'
import { ask } from './ask.js'
import type { BulkWrites, Client, SingleWrites, WritableClient } from './Client.js'
import { done, undone, type Item, type Outcome } from './Outcome.js'
import { answerOf } from './Support.js'
import { checksRows } from './together.js'

/** How one type of item is written: many at once, or one at a time. `null` if the client lacks the function. */
interface WriteWay<I, A> {
  readonly name: Write['_tag']
  readonly bulk: ((items: ReadonlyArray<I>) => TE.TaskEither<QueryError, ReadonlyArray<A>>) | null
  readonly single: ((item: I) => TE.TaskEither<QueryError, A>) | null
  /** The result of a finished item, if the client gives only its key. */
  readonly given: (item: I, key: Json) => A
  /** Whether a chunk that fails is halved, to find out which of its items fails. */
  readonly halving: boolean
  /** The order in which the items must be written. `null` if any order will do. */
  readonly order?: WriteOrder | null
  /** Whether later items in the order are skipped once an earlier item wasn't written. */
  readonly stops?: boolean
}

/**
 * The progress of a write: how many of its items are done, failed or unknown, and how many there are.
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
 * How many rows are written at once.
 *
 * `batchSize` is the largest number of rows in a call; the client's `maxPerRequest` also applies. `concurrency` is the
 * largest number of calls at the same time. A client with transactions gets one call after the other, whatever
 * `concurrency` says. `onProgress` is called with the progress after each call.
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
 * The writing functions that a client has.
 *
 * @since 0.1.0
 */
export const writersOf = (client: WritableClient): Bulk & Single => client

/**
 * Whether a client has all the functions that are needed to write.
 *
 * @since 0.1.0
 */
export const isWritable = (client: Client): client is WritableClient =>
  (['create', 'update', 'delete'] as const).every((name) => name in client || `${name}Bulk` in client)

/**
 * Creates rows, and gives each as it is stored. A chunk that fails is halved, unless all or nothing is kept anyway.
 * With `apart`, each chunk is independent: one that fails leaves the others unchanged.
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
  const { createBulk, create } = writersOf(client)
  const { transaction } = client
  const pk = client.schema.models.get(model)?.primaryKey ?? ''
  const alone = <A>(
    ask: (inside: Bulk & Single) => TE.TaskEither<QueryError, A> | undefined,
  ): TE.TaskEither<QueryError, A> => {
    const asked = (parts: Bulk & Single) => ask(parts) ?? TE.left(cantCreate(client))
    return apart && transaction !== undefined
      ? transaction((inside) => asked(writersOf(inside)))
      : asked(writersOf(client))
  }
  return each(client, model, rows, options, {
    name: 'create',
    bulk: createBulk === undefined ? null : (items) => alone((parts) => parts.createBulk?.(model, items)),
    single: create === undefined ? null : (row) => alone((parts) => parts.create?.(model, row)),
    given: (row, key) => ({ ...row, [pk]: key }),
    halving: apart || transaction === undefined,
    order: givenKeysFirst(rows, pk),
  })
}

/** Puts rows with a given key first, so that a counter doesn't take that key before. */
const givenKeysFirst = (rows: ReadonlyArray<Row>, pk: string): WriteOrder | null => {
  const places = rows.map((_, i) => i)
  const given = places.filter((i) => (rows[i]?.[pk] ?? null) !== null)
  if (given.length === 0 || given.length === rows.length) return null
  const counted = places.filter((i) => (rows[i]?.[pk] ?? null) === null)
  return { sequence: [...given, ...counted], start: 0, end: 0 }
}

const cantCreate = ({ name }: WritableClient): QueryError =>
  clientFailed(name, 'create', null, { message: 'within a transaction it brings no way to write' })

/**
 * Changes rows, in the requested order, and gives the key of each.
 *
 * @since 0.1.0
 */
export const updateAll = (
  client: WritableClient,
  { model, changes, order }: Extract<Write, { readonly _tag: 'update' }>,
  options: BulkOptions = {},
): Promise<Outcome<Json>> => {
  const { updateBulk, update } = writersOf(client)
  const keys = (items: ReadonlyArray<Change>) => items.map(({ key }) => key)
  return each(client, model, changes, options, {
    name: 'update',
    bulk: updateBulk === undefined ? null : (items) => giving(keys(items), updateBulk(model, items)),
    single:
      update === undefined
        ? null
        : ({ key, set, expect, repeatable }) =>
            giving(
              key,
              expect === undefined ? update(model, key, set) : update(model, key, set, expect, repeatable),
            ),
    given: ({ key }) => key,
    halving: client.transaction === undefined,
    order: order ?? null,
    stops: true,
  })
}

/**
 * Deletes rows, and gives the key of each.
 *
 * @since 0.1.0
 */
export const deleteAll = (
  client: WritableClient,
  { model, keys, expect }: Extract<Write, { readonly _tag: 'delete' }>,
  options: BulkOptions = {},
): Promise<Outcome<Json>> => {
  const { deleteBulk, delete: remove } = writersOf(client)
  // Only a delete of a single row can have an `expect`.
  const checked = checksRows(client) && remove !== undefined && expect !== undefined
  const items = keys.map((key, i) => ({ key, expect: checked ? expect[i] : undefined }))
  return each(client, model, items, options, {
    name: 'delete',
    bulk:
      deleteBulk === undefined || checked
        ? null
        : (some) => {
            const own = some.map(({ key }) => key)
            return giving(own, deleteBulk(model, own))
          },
    single:
      remove === undefined
        ? null
        : ({ key, expect: own }) =>
            giving(key, own === undefined ? remove(model, key) : remove(model, key, own)),
    given: ({ key }) => key,
    halving: client.transaction === undefined,
  })
}

const giving =
  <A>(value: A, written: TE.TaskEither<QueryError, unknown>): TE.TaskEither<QueryError, A> =>
  async () =>
    E.map(() => value)(await written())

const atLeastOne = (n: number): number => (n >= 1 ? Math.floor(n) : 1)

/**
 * How many calls a write takes if none of them fails. A write that is forwarded to another client takes as many calls
 * as that client needs.
 *
 * @since 0.1.0
 */
export const callsFor = (client: WritableClient, write: Write, options: BulkOptions = {}): number =>
  chunksOf(sizeOf(write), rowsACall(client, write, options), orderIn(write)).length

/**
 * The largest number of rows of a write that go into one call.
 *
 * @since 0.2.0
 */
export const rowsACall = (client: WritableClient, write: Write, options: BulkOptions = {}): number => {
  const answer = answerOf(client, allOf({ _tag: 'model', model: write.model }))
  const own = answer.client === undefined ? Infinity : (answer.maxPerRequest ?? Infinity)
  return writersOf(client)[`${write._tag}Bulk`] === undefined
    ? 1
    : atLeastOne(Math.min(...limits(client, options, sizeOf(write)), own))
}

const orderIn = (write: Write): WriteOrder | null => (write._tag === 'update' ? (write.order ?? null) : null)

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

/** The positions of the items of each call. Items that must be written together are in one call. */
const chunksOf = (
  n: number,
  size: number,
  order: WriteOrder | null,
): ReadonlyArray<ReadonlyArray<number>> => {
  const { sequence, start, end } = order ?? {
    sequence: Array.from({ length: n }, (_, i) => i),
    start: 0,
    end: 0,
  }
  const parts = (from: number, to: number, most: number) =>
    Array.from({ length: Math.ceil((to - from) / most) }, (_, i) =>
      sequence.slice(from + i * most, Math.min(to, from + (i + 1) * most)),
    )
  return [
    ...parts(0, start, size),
    ...parts(start, end, Math.max(1, end - start)),
    ...parts(end, sequence.length, size),
  ]
}

const each = async <I, A>(
  client: WritableClient,
  model: string,
  items: ReadonlyArray<I>,
  options: BulkOptions,
  way: WriteWay<I, A>,
): Promise<Outcome<A>> => {
  const { order = null, stops = false } = way
  const size = way.bulk === null ? 1 : atLeastOne(Math.min(...limits(client, options, items.length)))
  const chunks = chunksOf(items.length, size, order)
  const most = client.transaction === undefined && order === null ? atLeastOne(options.concurrency ?? 1) : 1
  const outcome: Array<Item<A>> = []
  const told = { done: 0, failed: 0, unknown: 0, next: 0 }
  const work = async (): Promise<void> => {
    /* eslint-disable-next-line functional/no-loop-statements -- one turn a chunk, in order */
    while (told.next < chunks.length) {
      const positions = chunks[told.next] ?? []
      told.next += 1
      const blocked = stops && order !== null && told.failed + told.unknown > 0
      const chunk = blocked
        ? positions.map(() => undone(blockedBy(client)))
        : await chunkOf(
            client,
            positions.flatMap((at) => items.slice(at, at + 1)),
            way,
          )
      chunk.forEach((item, i) => {
        outcome[positions[i] ?? 0] = item
        told[item._tag] += 1
      })
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
  await Promise.all(Array.from({ length: Math.min(most, chunks.length) }, work))
  return outcome
}

const blockedBy = ({ name }: WritableClient): QueryError =>
  clientFailed(name, 'update', null, {
    message: 'a row before it, which may hold a unique value that this one takes, was not written',
    hint: "See the other items' errors; 'resume' goes on in the same order.",
  })

const limits = (client: WritableClient, options: BulkOptions, all: number): ReadonlyArray<number> => [
  client.maxPerRequest ?? all,
  options.batchSize ?? all,
  all,
]

/**
 * Reports the progress of a write. A listener that throws doesn't stop the write.
 *
 * @since 0.2.0
 */
export const tell = ({ onProgress }: BulkOptions, progress: Progress): void => {
  E.tryCatch(
    () => onProgress?.(progress),
    () => null,
  )
}

/** Halves a chunk that fails until it is clear which of its items fails, unless the client says so itself. */
const chunkOf = async <I, A>(
  client: WritableClient,
  items: ReadonlyArray<I>,
  way: WriteWay<I, A>,
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
  if (written.left._tag === 'Incomplete') return toldOf(written.left, items, way)
  if (written.left.retryable || !way.halving || items.length <= 1)
    return items.map(() => undone(written.left))
  const middle = Math.ceil(items.length / 2)
  const first = await chunkOf(client, items.slice(0, middle), way)
  return [...first, ...(await chunkOf(client, items.slice(middle), way))]
}

/** For a call that was done in part, says what became of each item. None of them may be written again. */
const toldOf = <I, A>(error: Incomplete, items: ReadonlyArray<I>, { given }: WriteWay<I, A>): Outcome<A> =>
  items.map((item, i) => {
    const fate = error.items.length === items.length ? error.items[i] : undefined
    return fate?._tag === 'done'
      ? done(given(item, fate.key))
      : { _tag: fate?._tag ?? 'unknown', error: fate?.error ?? error }
  })

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
          // Something was written, but it is unknown what.
          retryable: true,
        }),
      )
