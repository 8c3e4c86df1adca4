import { either as E, type taskEither as TE } from 'fp-ts'
import { asClient } from '../asClient.js'
import type { Meter } from '../../value/Meter.js'
import type { QueryError } from '../../value/QueryError.js'
import type { Json, Row } from '../../value/Value.js'
import { mutatedModel, type Mutation } from '../../query/Mutation.js'
import type { Query } from '../../query/Query.js'
import type { Change } from '../../query/Write.js'
import type { Client, TransactionNeeds, WritableClient } from '../Client.js'
import { isOwn, owning, streamOf } from '../own.js'
import { sharesTurns } from '../turns.js'

/**
 * The functions of a client that ask its backend something.
 *
 * @since 0.1.0
 */
export type Operation =
  | 'list'
  | 'count'
  | 'getPks'
  | 'stream'
  | 'create'
  | 'update'
  | 'delete'
  | 'createBulk'
  | 'updateBulk'
  | 'deleteBulk'
  | 'write'
  | 'transaction'

/**
 * A call of one of a client's functions.
 *
 * - `model` is the model that is written to, or the one that a query starts from. It is `''` for a transaction. A call
 *   of `write` has the model of its first mutation.
 * - `query` is the query of a reading call. A call of `stream` is about one batch of its rows.
 * - `items` is the number of rows of a writing call, the number of mutations of a call of `write`, and otherwise
 *   `null`.
 * - `changes` are the changes of an update.
 * - `inside` says whether a transaction is open.
 *
 * @since 0.1.0
 */
export interface Call {
  readonly operation: Operation
  readonly model: string
  readonly query: Query | null
  readonly items: number | null
  readonly changes?: ReadonlyArray<Change>
  readonly inside: boolean
}

/**
 * Runs around each call of a client. `client` is the one that is called. Inside a transaction it is the transaction's
 * client, which may be able to do more, or less, than the outer one.
 *
 * @since 0.1.0
 */
export type Around = <A>(
  call: Call,
  run: TE.TaskEither<QueryError, A>,
  client: Client,
) => TE.TaskEither<QueryError, A>

/** `inside` says that the client is that of a transaction. */
interface AroundOptions {
  readonly batches?: boolean
  readonly inside?: boolean
}

type Batch = E.Either<QueryError, ReadonlyArray<unknown>>
type Ask = (...args: ReadonlyArray<never>) => TE.TaskEither<QueryError, unknown>
type Program = (client: WritableClient) => TE.TaskEither<QueryError, unknown>

const reading = ['list', 'count', 'getPks'] as const
const writing = ['create', 'update', 'delete', 'createBulk', 'updateBulk', 'deleteBulk'] as const

/**
 * Passes each call of a client through `by`, which can make the call any number of times. The new client has the same
 * functions as the given one, except `stream`. The client inside a transaction is treated the same way.
 *
 * With `batches`, the new client has `stream` too. Each batch is then a call, which `by` makes once. The call that finds no
 * more rows gives an empty batch.
 *
 * @since 0.1.0
 */
export const around =
  (by: Around, { batches = false, inside = false }: AroundOptions = {}) =>
  <C extends Client>(given: C): C => {
    const client = asClient(given)
    // The functions of a client, by name. Each is returned with the type that it had.
    const own = client as unknown as { readonly [name: string]: Ask | undefined }
    const wrapped: { [name: string]: unknown } = {}
    reading.forEach((operation) => {
      const ask = own[operation]
      // What the asker can do without isn't passed on: `by` may keep an answer for others.
      if (ask !== undefined)
        wrapped[operation] = (query: Query, meter?: Meter) =>
          by(
            { operation, model: modelOf(query), query, items: null, inside },
            () => ask(query as never, meter as never)(),
            client,
          )
    })
    writing.forEach((operation) => {
      const ask = own[operation]
      if (ask !== undefined)
        wrapped[operation] = (model: string, ...rest: ReadonlyArray<never>) =>
          by(
            {
              operation,
              model,
              query: null,
              items: itemsIn(operation, rest[0]),
              inside,
              ...changesIn(operation, rest),
            },
            () => ask(model as never, ...rest)(),
            client,
          )
    })
    const stream = batches ? streamOf(client) : undefined
    if (stream !== undefined) wrapped['stream'] = batchesBy(by, inside, client, stream)
    const { write } = client as Client & Pick<Partial<WritableClient>, 'write'>
    if (write !== undefined && isOwn(client))
      wrapped['write'] = (mutations: ReadonlyArray<Mutation>, meter?: Meter) =>
        by(
          {
            operation: 'write',
            model: mutations[0] === undefined ? '' : mutatedModel(mutations[0]),
            query: null,
            items: mutations.length,
            inside,
          },
          () => write(mutations, meter)(),
          client,
        )
    const transaction = own['transaction'] as
      ((program: Program, needs?: TransactionNeeds) => TE.TaskEither<QueryError, unknown>) | undefined
    if (transaction !== undefined)
      wrapped['transaction'] = (program: Program, needs?: TransactionNeeds) =>
        by(
          { operation: 'transaction', model: '', query: null, items: null, inside },
          transaction((within) => program(around(by, { batches, inside: true })(within)), needs),
          client,
        )
    // A `write` or `stream` whose functions were replaced is ignored. So it would be after wrapping them here.
    const { write: _, stream: __, ...rest } = client as Client & Pick<Partial<WritableClient>, 'write'>
    // It has the same functions as before.
    return sharesTurns(client, owning({ ...rest, ...wrapped } as unknown as C))
  }

/** Passes each batch of a client's `stream` through `by`. */
const batchesBy = (
  by: Around,
  inside: boolean,
  client: Client,
  stream: NonNullable<Client['stream']>,
): NonNullable<Client['stream']> =>
  async function* (query, size, meter) {
    const call: Call = { operation: 'stream', model: modelOf(query), query, items: null, inside }
    const iterator = stream(query, size, meter)[Symbol.asyncIterator]()
    const state = { waits: false, done: false }
    const next = async (): Promise<Batch> => {
      state.waits = true
      const come = await iterator.next()
      state.waits = false
      state.done = come.done === true
      return come.done === true ? E.right([]) : come.value
    }
    try {
      /* eslint-disable-next-line functional/no-loop-statements -- one turn a batch */
      for (;;) {
        const batch = await by(call, next, client)()
        if (state.done && E.isRight(batch)) return
        yield batch
        if (E.isLeft(batch)) return
      }
    } finally {
      const closed = Promise.resolve(iterator.return?.())
      // A batch that `by` doesn't wait for any more may be long in coming. What it holds is given back after it.
      if (state.waits) closed.catch(() => undefined)
      else await closed
    }
  }

/**
 * Whether a call changes rows.
 *
 * @since 0.1.0
 */
export const isWrite = ({ operation }: Call): boolean =>
  operation === 'write' || (writing as ReadonlyArray<string>).includes(operation)

/** The model that a query starts from. */
const modelOf = (query: Query): string => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let at = query
  /* eslint-disable-next-line functional/no-loop-statements -- nesting can be as deep as a queryset is long */
  while (at.from._tag === 'query') at = at.from.query
  return at.from._tag === 'model' ? at.from.model : ''
}

/** The changes that an update is given, of one row or of several. */
const changesIn = (
  operation: Operation,
  rest: ReadonlyArray<unknown>,
): { readonly changes?: ReadonlyArray<Change> } => {
  // The arguments are those of the function's type.
  if (operation === 'updateBulk') return { changes: rest[0] as ReadonlyArray<Change> }
  if (operation !== 'update') return {}
  const [key, set, expect, repeatable = false] = rest as readonly [Json, Row, Row?, boolean?]
  return { changes: [{ key, set, ...(expect === undefined ? {} : { expect, repeatable }) }] }
}

const itemsIn = (operation: Operation, first: unknown): number =>
  operation.endsWith('Bulk') && Array.isArray(first) ? first.length : 1
