/**
 * MariaDB through the package `mariadb`.
 *
 * @since 0.2.0
 */
import type { Driver, SqlValue, StatementOptions } from '../Driver.js'
import { driverOf } from '../driverOf.js'
import { mysqlError } from '../errors/mysqlError.js'
import type { Connection } from '../Pool.js'
import { natural, sql, textOf } from '../Sql.js'
import { inBatches } from './inBatches.js'
import { withListener } from './withListener.js'
import { sessionsOf, type Session } from './session.js'

/**
 * The members that the driver uses of a connection of `mariadb`.
 *
 * @since 0.2.0
 */
export interface MariadbConnection {
  readonly execute: (options: MariadbStatement, values: ReadonlyArray<unknown>) => Promise<unknown>
  readonly query: (options: MariadbStatement, values: ReadonlyArray<unknown>) => Promise<unknown>
  readonly queryStream: (options: MariadbStatement, values: ReadonlyArray<unknown>) => AsyncIterable<unknown>
  readonly prepare: (options: MariadbStatement) => Promise<MariadbPrepared>
  readonly release: () => Promise<void>
  readonly destroy: () => void
  readonly threadId: number | null
  readonly info?: object | null
}

/**
 * The members that the driver uses of a prepared statement of `mariadb`.
 *
 * @since 0.2.0
 */
export interface MariadbPrepared {
  readonly executeStream: (
    values: ReadonlyArray<unknown>,
    options: MariadbStatement,
  ) => AsyncIterable<unknown>
  readonly close: () => void
}

/**
 * A statement for a connection of `mariadb`.
 *
 * @since 0.2.0
 */
export interface MariadbStatement {
  readonly sql: string
  readonly rowsAsArray: true
  readonly dateStrings: true
  readonly autoJsonMap: false
  readonly bigIntAsNumber: false
  readonly decimalAsNumber: false
  readonly checkDuplicate: false
}

/**
 * The members that the driver uses of a pool of `mariadb`.
 *
 * @since 0.2.0
 */
export interface MariadbPool {
  readonly getConnection: () => Promise<MariadbConnection>
  readonly end: () => Promise<void>
}

/**
 * A driver over a pool of the package `mariadb`. Closing it ends the pool. With `prepare: false` statements are sent
 * with their parameters, which the package quotes.
 *
 * ```text
 * import { createPool } from 'mariadb'
 * import { mariadbDriver } from 'queryset-ts/sql/mariadb'
 * const driver = mariadbDriver(createPool('mariadb://root@localhost/shop'))
 * ```
 *
 * @since 0.2.0
 */
export const mariadbDriver = (
  pool: MariadbPool,
  options: StatementOptions & { readonly dialect?: 'mariadb' | 'mysql' } = {},
): Driver => {
  withListener(pool)
  const dialect = options.dialect ?? 'mariadb'
  const setUp = sessionsOf(dialect)
  return driverOf(
    {
      dialect,
      streams: 'alone',
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

const asked = (sql: string): MariadbStatement => ({
  sql,
  rowsAsArray: true,
  dateStrings: true,
  autoJsonMap: false,
  bigIntAsNumber: false,
  decimalAsNumber: false,
  checkDuplicate: false,
})

const sessionOf = (connection: MariadbConnection): Session => ({
  // A pool wraps a connection in a new object each time. The object inside stays the same.
  same: connection.info ?? connection,
  ask: async (sql) => {
    const answer = await connection.query(asked(sql), [])
    return isRows(answer) ? answer[0]?.[0] : null
  },
  destroy: () => {
    connection.destroy()
  },
})

const connectionOf = (pool: MariadbPool, connection: MariadbConnection): Connection => ({
  query: async (text, params, { prepare = true }) => {
    const answer = await connection[prepare ? 'execute' : 'query'](asked(text), params.map(bound))
    return { rows: isRows(answer) ? answer : [], affected: affectedBy(answer) }
  },
  stream: (text, params, { prepare = true, size }) =>
    prepare
      ? prepared(connection, text, params, size)
      : inBatches(connection.queryStream(asked(text), params.map(bound)), size),
  cancel: async () => {
    const { threadId } = connection
    if (threadId === null) return
    const other = await pool.getConnection()
    await other.query(asked(textOf(sql`kill query ${natural(threadId)}`)), []).finally(() => other.release())
  },
  release: async (broken) => {
    if (broken) connection.destroy()
    else await connection.release()
  },
})

/** Prepared, as `query` has it: numbers in text have fewer digits. */
async function* prepared(
  connection: MariadbConnection,
  text: string,
  params: ReadonlyArray<SqlValue>,
  size: number,
): AsyncGenerator<ReadonlyArray<ReadonlyArray<unknown>>> {
  const statement = await connection.prepare(asked(text))
  try {
    yield* inBatches(statement.executeStream(params.map(bound), asked(text)), size)
  } finally {
    statement.close()
  }
}

const bound = (value: SqlValue): unknown => (value instanceof Uint8Array ? Buffer.from(value) : value)

const isRows = (u: unknown): u is ReadonlyArray<ReadonlyArray<unknown>> => Array.isArray(u)

const affectedBy = (u: unknown): number =>
  typeof u === 'object' && u !== null && 'affectedRows' in u && typeof u.affectedRows === 'number'
    ? u.affectedRows
    : 0
