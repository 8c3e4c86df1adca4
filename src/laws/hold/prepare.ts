/**
 * Prepares the clients of a check.
 *
 * @since 0.2.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import { clientFailed, type QueryError } from '../../value/QueryError.js'
import type { Schema } from '../../schema/Schema.js'
import { schemaOf } from '../../queryset/schema.js'
import type { Client, Page, WritableClient } from '../../client/Client.js'
import { ask } from '../../client/ask.js'
import type { Prepared } from './check.js'
import type { Factory, Io, Options } from '../Options.js'
import type { Rows } from '../case/Rows.js'
import { storeOf } from './Subject.js'

/** @since 0.2.0 */
export const isFactory = (client: Options['client']): client is Factory => typeof client === 'function'

/** Whether a client is only read, and compared with what it lists itself. @since 0.2.0 */
export const isGiven = (options: Options): boolean =>
  !isFactory(options.client) && options.reset === undefined

/** @since 0.2.0 */
export const preparedFor = (options: Options): Prepared => {
  const { client, reset } = options
  const own =
    options.schema === undefined ? (isFactory(client) ? null : client.schema) : schemaOf(options.schema)
  const schema = own === null ? null : withoutClock(own)
  return {
    schema,
    writes: options.readOnly !== true && !isGiven(options),
    laws: options.against === 'laws' || isGiven(options),
    // A check with a short time limit waits less for each call, but long enough for one.
    patience: Math.min(10_000, Math.max(2000, options.timeLimit ?? Infinity)),
    seen: { waiting: false, refused: false, wrapped: false, most: Infinity },
    make: isFactory(client)
      ? (at, rows, io) => made(client, at, rows, io)
      : reset === undefined
        ? () => TE.right(unharmed(client))
        : (_, rows) => TE.map(() => client)(ask('client', 'reset', () => reset(rows))),
  }
}

/** The same schema with a clock that stands still, so two runs of a case write the same values. */
const withoutClock = (schema: Schema): Schema =>
  [...schema.models.values()].some(({ columns }) =>
    [...columns.values()].some(({ field }) => field.autoTime !== null),
  )
    ? {
        ...schema,
        models: new Map(
          [...schema.models].map(([name, model]) => [
            name,
            { ...model, clock: () => new Date('2020-01-01T00:00:00Z') },
          ]),
        ),
      }
    : schema

/**
 * Copies the rows of a case. The check changes rows that it was given, to see whether they are copies, and must not
 * change these.
 */
const unharmed = (client: Client): Client => ({
  ...client,
  list: (query) =>
    TE.map((page: Page) => (isPage(page) ? { ...page, rows: page.rows.map(copied) } : page))(
      client.list(query),
    ),
})

/** A client may be anything, so its parts are checked. */
const isPage = (page: Page | null | undefined): page is Page => Array.isArray(page?.rows)

const copied = (row: unknown): unknown => {
  try {
    return structuredClone(row)
  } catch {
    // A value that can't be copied isn't a row.
    return undefined
  }
}

const made =
  (
    factory: Factory,
    schema: Schema,
    rows: Rows,
    io: Io,
  ): TE.TaskEither<QueryError, Client | WritableClient> =>
  async () => {
    // The client gets its own copies, so its changes affect nobody else.
    const store = storeOf(schema, JSON.parse(JSON.stringify(rows)) as Rows) // rows are plain JSON
    if (E.isLeft(store)) return store
    try {
      return E.right(await Promise.resolve(factory(schema, store.right, io)))
    } catch (cause) {
      return E.left(clientFailed('client', 'setup', cause))
    }
  }
