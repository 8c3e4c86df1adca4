/**
 * Whatever a kysely instance speaks to.
 *
 * @since 0.2.0
 */
import type { DialectName, Driver, SqlValue, StatementOptions } from '../Driver.js'
import { driverOf } from '../driverOf.js'
import { mysqlError } from '../errors/mysqlError.js'
import { postgresError } from '../errors/postgresError.js'
import { sqliteError } from '../errors/sqliteError.js'
import type { Connection } from '../Pool.js'
import { sqlError, type SqlError } from '../SqlError.js'
import { asText } from './asText.js'
import { settingsOf } from './session.js'

/**
 * A query of kysely that is ready to run.
 *
 * @since 0.2.0
 */
export interface KyselyQuery {
  readonly sql: string
  readonly parameters: ReadonlyArray<unknown>
  readonly query: {
    readonly kind: 'RawNode'
    readonly sqlFragments: ReadonlyArray<string>
    readonly parameters: readonly []
  }
  readonly queryId: { readonly queryId: string }
}

/**
 * The members that the driver uses of a kysely instance, and of one that is bound to a connection.
 *
 * @since 0.2.0
 */
export interface KyselyLike extends KyselyConnection {
  readonly connection: () => {
    readonly execute: <A>(run: (db: KyselyConnection) => Promise<A>) => Promise<A>
  }
  readonly destroy: () => Promise<void>
}

/** @since 0.2.0 */
export interface KyselyConnection {
  readonly executeQuery: (query: KyselyQuery) => Promise<{
    readonly rows: ReadonlyArray<unknown>
    readonly numAffectedRows?: bigint | undefined
    readonly insertId?: bigint | undefined
  }>
}

/**
 * A driver over a kysely instance. It is slower than the driver of the package that kysely itself uses. Closing it destroys
 * the instance.
 *
 * The package beneath must give values as they are: text for what PostgreSQL sends (for `pg`, a pool with
 * `types: { getTypeParser: () => (value) => value }`), and `dateStrings` for mysql2. Dates that it has made of values are
 * refused, since they have lost their precision.
 *
 * On SQLite, pass the database to `registerFunctions` of `queryset-ts/sql/sqlite` first, and have it give ints as `bigint`s
 * (`defaultSafeIntegers(true)` of `better-sqlite3`).
 *
 * @example
 * import { Kysely, PostgresDialect } from 'kysely'
 * import pg from 'pg'
 * import { kyselyDriver } from 'queryset-ts/sql/kysely'
 * // Values as PostgreSQL sends them.
 * const types = { getTypeParser: () => (value: string) => value }
 * const db = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ types }) }) })
 * const driver = kyselyDriver(db, 'postgres')
 * console.log(driver.dialect) // => postgres
 * await driver.close()
 *
 * @since 0.2.0
 */
export const kyselyDriver = (db: KyselyLike, dialect: DialectName, options: StatementOptions = {}): Driver =>
  driverOf(
    {
      dialect,
      generatedKeys: dialect === 'mysql',
      acquire: () => connectionOf(db, dialect),
      errorOf: errorsOf(dialect),
      close: () => db.destroy(),
    },
    options,
  )

const errorsOf =
  (dialect: DialectName) =>
  (cause: unknown): SqlError => {
    if (cause === madeDates)
      return sqlError('failed', 'kysely returned dates instead of text: set up its driver to return text')
    switch (dialect) {
      case 'postgres':
        return postgresError(cause)
      case 'sqlite':
        return sqliteError(cause)
      case 'mariadb':
      case 'mysql':
        return mysqlError(cause)
    }
  }

/** Kysely lends a connection to a function, which here lasts until the connection is released. */
const connectionOf = (db: KyselyLike, dialect: DialectName): Promise<Connection> =>
  new Promise((resolve, reject) => {
    db.connection()
      .execute(async (bound) => {
        await readied(bound, dialect)
        await new Promise<void>((done) => {
          resolve({
            query: (text, params) => queried(bound, dialect, text, params),
            release: () => {
              done()
            },
          })
        })
      })
      .catch(reject)
  })

const raw = (sql: string, parameters: ReadonlyArray<unknown>): KyselyQuery => ({
  sql,
  parameters,
  query: { kind: 'RawNode', sqlFragments: [sql], parameters: [] },
  queryId: { queryId: '' },
})

const readied = async (db: KyselyConnection, dialect: DialectName): Promise<void> => {
  const send = (sql: string): Promise<unknown> => db.executeQuery(raw(sql, []))
  switch (dialect) {
    case 'postgres':
      await send("select set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO, YMD', false)")
      return
    case 'sqlite':
      await send('pragma foreign_keys = on')
      return
    case 'mariadb':
    case 'mysql':
      await send(settingsOf(dialect))
      // With mysql2, kysely puts values into the text and escapes them by backslashes.
      await send("set session sql_mode = replace(@@sql_mode, 'NO_BACKSLASH_ESCAPES', '')")
  }
}

const madeDates = new Error('dates')

const queried = async (
  db: KyselyConnection,
  dialect: DialectName,
  text: string,
  params: ReadonlyArray<SqlValue>,
): ReturnType<Connection['query']> => {
  const { rows, numAffectedRows, insertId } = await db.executeQuery(raw(text, params.map(bound(dialect))))
  // All columns of a statement have different names, and none is a number, so objects keep them all in order.
  const values = rows.map((row): ReadonlyArray<unknown> =>
    typeof row === 'object' && row !== null ? Object.values(row) : [],
  )
  if (values.some((row) => row.some((value) => value instanceof Date))) return Promise.reject(madeDates)
  return {
    rows: dialect === 'postgres' ? values.map((row) => row.map(told)) : values,
    affected: numAffectedRows === undefined ? values.length : Number(numAffectedRows),
    ...(insertId === undefined ? {} : { generatedKey: insertId }),
  }
}

/** As PostgreSQL writes it, where it was read already. */
const told = (value: unknown): unknown => {
  if (value === null || typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 't' : 'f'
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value)
}

const bound =
  (dialect: DialectName) =>
  (value: SqlValue): unknown => {
    if (dialect === 'postgres') return asText(value)
    if (typeof value === 'boolean') return value ? 1 : 0
    return dialect === 'sqlite' || typeof value !== 'bigint' ? value : String(value)
  }
