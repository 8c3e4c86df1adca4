/**
 * PostgreSQL through the package `pg`.
 *
 * @since 0.2.0
 */
import type { Answered, Driver, SqlValue, StatementOptions } from '../Driver.js'
import { driverOf } from '../driverOf.js'
import { postgresError } from '../errors/postgresError.js'
import type { Connection } from '../Pool.js'
import { asText } from './asText.js'
import { withListener } from './withListener.js'

/**
 * The members that the driver uses of a client of `pg`.
 *
 * @since 0.2.0
 */
export interface PgClient {
  readonly query: (config: PgStatement) => Promise<{
    readonly rows: ReadonlyArray<unknown>
    readonly rowCount: number | null
  }>
  readonly release: (broken?: boolean) => void
  readonly on: (event: 'error', listener: (cause: unknown) => void) => unknown
}

/**
 * A statement for a client of `pg`.
 *
 * @since 0.2.0
 */
export interface PgStatement {
  readonly text: string
  readonly values: Array<string | null>
  readonly rowMode: 'array'
  readonly name?: string
  readonly types: { readonly getTypeParser: () => (value: string) => string }
}

/**
 * The members that the driver uses of a pool of `pg`.
 *
 * @since 0.2.0
 */
export interface PgPool {
  readonly connect: () => Promise<PgClient>
  readonly end: () => Promise<void>
}

/**
 * A driver over a pool of the package `pg`. Closing it ends the pool.
 *
 * With `prepare: false` no statement has a name: poolers that hand a connection on with each transaction (pgbouncer in
 * transaction mode, before 1.21) lose named ones.
 *
 * @example
 * import pg from 'pg'
 * import { pgDriver } from 'queryset-ts/sql/pg'
 * // The pool connects when the first statement is sent.
 * const driver = pgDriver(new pg.Pool({ connectionString: 'postgres://localhost/shop' }))
 * console.log(driver.dialect) // => postgres
 * await driver.close()
 *
 * @since 0.2.0
 */
export const pgDriver = (pool: PgPool, options: StatementOptions = {}): Driver => {
  withListener(pool)
  return driverOf(
    {
      dialect: 'postgres',
      streams: 'cursor',
      acquire: () => pool.connect().then((client) => ready.get(client) ?? readied(pool, client)),
      errorOf: postgresError,
      close: () => pool.end(),
    },
    options,
  )
}

const asSent = (value: string): string => value
const types = { getTypeParser: () => asSent }

/** The connections of clients that are set up. */
const ready = new WeakMap<PgClient, Connection>()

/** A client with times in UTC. If it breaks, the statement that runs on it fails. */
const readied = async (pool: PgPool, client: PgClient): Promise<Connection> => {
  // Without a listener it would end the process.
  client.on('error', () => undefined)
  await client.query({
    text: "select set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO, YMD', false)",
    values: [],
    rowMode: 'array',
    types,
  })
  const connection = connectionOf(pool, client)
  ready.set(client, connection)
  return connection
}

const connectionOf = (pool: PgPool, client: PgClient): Connection => ({
  query: (text, params, { prepare = true }) => {
    const send = (name: string | undefined) =>
      client.query({
        text,
        values: params.map(asText),
        rowMode: 'array',
        types,
        ...(name === undefined ? {} : { name }),
      })
    if (!prepare) return send(undefined).then(answered)
    const first = send(nameOf(pool, text))
    return first.then(answered, (cause: unknown) => {
      if (!isOutdated(cause)) return first.then(answered)
      forget(pool, text)
      const second = send(undefined).then(answered)
      // A transaction can't go on after the first, and is run anew as a whole.
      return second.catch((why: unknown) =>
        postgresError(why).code === '25P02' ? first.then(answered) : second,
      )
    })
  },
  cancel: () => cancelled(pool, client),
  release: (broken) => {
    client.release(broken)
  },
})

const answered = ({ rows, rowCount }: Awaited<ReturnType<PgClient['query']>>): Answered => ({
  // All are, in a result of `pg` itself.
  rows: rows.every(isRow) ? rows : rows.filter(isRow),
  affected: rowCount ?? 0,
})

const isRow = (u: unknown): u is ReadonlyArray<unknown> => Array.isArray(u)

/** By another connection: this one is busy. */
const cancelled = async (pool: PgPool, client: PgClient): Promise<void> => {
  const id: unknown = Reflect.get(client, 'processID')
  if (typeof id !== 'number') return
  const other = await pool.connect()
  const values: ReadonlyArray<SqlValue> = [id]
  await other
    .query({ text: 'select pg_cancel_backend($1)', values: values.map(asText), rowMode: 'array', types })
    .finally(() => {
      other.release()
    })
}

/** A connection keeps its prepared statements, so their number is limited. */
const mostNames = 1000

/** The names of a pool's statements, and how many names it has given. */
interface Names {
  readonly known: Map<string, string>
  given: number
}

const names = new WeakMap<PgPool, Names>()

/**
 * A prepared statement that is outdated because its tables were changed is sent once without a name, and prepared again
 * the next time.
 */
const isOutdated = (cause: unknown): boolean =>
  postgresError(cause).kind === 'serialization' && !isConflict(cause)

const isConflict = (cause: unknown): boolean => postgresError(cause).code === '40001'

const forget = (pool: PgPool, text: string): void => {
  names.get(pool)?.known.delete(text)
}

const noNames = (pool: PgPool): Names => {
  const own: Names = { known: new Map<string, string>(), given: 0 }
  names.set(pool, own)
  return own
}

const nameOf = (pool: PgPool, text: string): string | undefined => {
  const own = names.get(pool) ?? noNames(pool)
  const name = own.known.get(text)
  if (name !== undefined || own.given >= mostNames) return name
  const made = `qs_${String(own.given)}`
  own.given += 1
  own.known.set(text, made)
  return made
}
