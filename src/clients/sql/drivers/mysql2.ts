/**
 * MySQL and MariaDB through the package `mysql2`.
 *
 * @since 0.2.0
 */
import type { Answered, Driver, SqlValue, StatementOptions } from '../Driver.js'
import { driverOf } from '../driverOf.js'
import { mysqlError } from '../errors/mysqlError.js'
import type { Connection } from '../Pool.js'
import { natural, sql, textOf } from '../Sql.js'
import { inBatches } from './inBatches.js'
import { sessionsOf, type Session } from './session.js'

/**
 * The members that the driver uses of a connection of `mysql2/promise`.
 *
 * @since 0.2.0
 */
export interface Mysql2Connection {
  readonly execute: (options: Mysql2Statement) => Promise<readonly [unknown, unknown]>
  readonly query: (options: Mysql2Statement) => Promise<readonly [unknown, unknown]>
  readonly unprepare: (options: Mysql2Statement) => unknown
  readonly release: () => void
  readonly destroy: () => void
  readonly threadId: number | null
}

/**
 * A statement for a connection of `mysql2`.
 *
 * @since 0.2.0
 */
export interface Mysql2Statement {
  readonly sql: string
  readonly values: Array<string | number | bigint | Date | null | boolean | Buffer>
  readonly rowsAsArray: true
  readonly dateStrings: true
  readonly supportBigNumbers: true
  readonly bigNumberStrings: true
  readonly typeCast?: (field: Mysql2Field, next: () => unknown) => unknown
}

/**
 * A value that `mysql2` reads from text.
 *
 * @since 0.2.0
 */
export interface Mysql2Field {
  readonly type: string
  readonly string: () => string | null
}

/**
 * The members that the driver uses of a pool of `mysql2/promise`.
 *
 * @since 0.2.0
 */
export interface Mysql2Pool {
  readonly getConnection: () => Promise<Mysql2Connection>
  readonly end: () => Promise<void>
}

/**
 * A driver over a pool of `mysql2/promise`. Closing it ends the pool. Statements with parameters are always prepared: what
 * the package quotes by itself can be broken out of where the server has `NO_BACKSLASH_ESCAPES`. The first 500 statements
 * stay prepared. Others are closed after use, since the server limits their number (`max_prepared_stmt_count`).
 *
 * @example
 * import { createPool } from 'mysql2/promise'
 * import { mysql2Driver } from 'queryset-ts/sql/mysql2'
 * // The pool connects when the first statement is sent.
 * const driver = mysql2Driver(createPool('mysql://root@localhost/shop'), { dialect: 'mysql' })
 * console.log(driver.dialect) // => mysql
 * await driver.close()
 *
 * @since 0.2.0
 */
export const mysql2Driver = (
  pool: Mysql2Pool,
  options: Omit<StatementOptions, 'prepare'> & { readonly dialect: 'mariadb' | 'mysql' },
): Driver => {
  const setUp = sessionsOf(options.dialect)
  return driverOf(
    {
      dialect: options.dialect,
      streams: 'alone',
      generatedKeys: options.dialect === 'mysql',
      acquire: async () => {
        const connection = await pool.getConnection()
        await setUp(sessionOf(connection))
        return connectionOf(pool, connection)
      },
      errorOf: mysqlError,
      close: () => pool.end(),
    },
    options,
  )
}

const asked = (sql: string, params: ReadonlyArray<SqlValue>): Mysql2Statement => ({
  sql,
  values: params.map(bound),
  rowsAsArray: true,
  dateStrings: true,
  supportBigNumbers: true,
  bigNumberStrings: true,
})

/** From text, the package reads floats of more than 15 digits inexactly. */
const typeCast: Mysql2Statement['typeCast'] = (field, next) => {
  if (field.type !== 'DOUBLE' && field.type !== 'FLOAT') return next()
  const text = field.string()
  return text === null ? null : Number(text)
}

// Numbers would be sent as doubles, which a limit or an int column takes amiss.
const bound = (value: SqlValue): string | number | null | Buffer => {
  if (value === null || typeof value === 'string') return value
  if (value instanceof Uint8Array) return Buffer.from(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  return String(value)
}

/** The connection that takes callbacks. A pool wraps it in a new object each time. */
const innerOf = (connection: Mysql2Connection): object => {
  const inner: unknown = Reflect.get(connection, 'connection')
  return typeof inner === 'object' && inner !== null ? inner : connection
}

const sessionOf = (connection: Mysql2Connection): Session => ({
  same: innerOf(connection),
  ask: async (sql) => {
    const [answer] = await connection.query(asked(sql, []))
    return isRows(answer) ? answer[0]?.[0] : null
  },
  destroy: () => {
    connection.destroy()
  },
})

const connectionOf = (pool: Mysql2Pool, connection: Mysql2Connection): Connection => ({
  query: async (text, params, { prepare = true }) => {
    // A statement without parameters has no values to quote.
    const how = params.length === 0 && !prepare ? 'query' : 'execute'
    const statement = asked(text, params)
    const [answer] = await connection[how](how === 'query' ? { ...statement, typeCast } : statement)
    if (how === 'execute' && !(prepare && staysPrepared(pool, text))) connection.unprepare(statement)
    return isRows(answer) ? { rows: answer, affected: 0 } : { rows: [], ...headOf(answer) }
  },
  stream: (text, params, { size }) => inBatches(rowsOf(connection, asked(text, params), size), size),
  cancel: async () => {
    const { threadId } = connection
    if (threadId === null) return
    const other = await pool.getConnection()
    await other.query(asked(textOf(sql`kill query ${natural(threadId)}`), [])).finally(() => {
      other.release()
    })
  },
  release: (broken) => {
    if (broken) connection.destroy()
    else connection.release()
  },
})

/** How many statements stay prepared on each connection of a pool. */
const mostPrepared = 500

const prepared = new WeakMap<Mysql2Pool, Set<string>>()

const staysPrepared = (pool: Mysql2Pool, text: string): boolean => {
  const texts = prepared.get(pool) ?? new Set()
  prepared.set(pool, texts)
  if (texts.size < mostPrepared) texts.add(text)
  return texts.has(text)
}

/** Only a connection that takes callbacks gives the rows of a statement one at a time. */
interface Streaming {
  readonly execute: (options: Mysql2Statement) => {
    readonly stream: (options: { readonly highWaterMark: number }) => AsyncIterable<unknown>
  }
}

const isStreaming = (inner: object): inner is Streaming => 'execute' in inner

const failing = (cause: Error): AsyncIterable<never> => ({
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(cause) }),
})

/** The rows that were sent beyond those that are taken wait here, up to a batch. */
async function* rowsOf(
  connection: Mysql2Connection,
  statement: Mysql2Statement,
  size: number,
): AsyncGenerator<unknown, void, undefined> {
  const inner = innerOf(connection)
  yield* isStreaming(inner)
    ? inner.execute(statement).stream({ highWaterMark: size })
    : failing(new TypeError('the connection of mysql2 has no execute'))
  // A connection whose stream was left is closed.
  connection.unprepare(statement)
}

const isRows = (u: unknown): u is ReadonlyArray<ReadonlyArray<unknown>> => Array.isArray(u)

const memberOf = (u: unknown, name: string): unknown =>
  typeof u === 'object' && u !== null ? Reflect.get(u, name) : undefined

/** What the server says of a write. A key beyond the safe integers comes as text. */
const headOf = (answer: unknown): Omit<Answered, 'rows'> => {
  const [affectedRows, insertId] = ['affectedRows', 'insertId'].map((name) => memberOf(answer, name))
  const affected = typeof affectedRows === 'number' ? affectedRows : 0
  return typeof insertId === 'number' || typeof insertId === 'string'
    ? { affected, generatedKey: insertId }
    : { affected }
}
