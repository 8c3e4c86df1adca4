/**
 * SQLite through the package `better-sqlite3`, and those that have its functions.
 *
 * @since 0.2.0
 */
import type { Driver, SqlValue, StatementOptions } from '../Driver.js'
import { driverOf } from '../driverOf.js'
import { sqliteError } from '../errors/sqliteError.js'
import { onlyOne } from '../Pool.js'
import { registerFunctions, type Registering } from './registered.js'
import { keeping } from './Statements.js'

/**
 * The members that the driver uses of a statement of `better-sqlite3`.
 *
 * @since 0.2.0
 */
export interface BetterSqliteStatement {
  readonly reader: boolean
  readonly raw: (on: boolean) => unknown
  readonly safeIntegers: (on: boolean) => unknown
  readonly all: (...params: ReadonlyArray<unknown>) => ReadonlyArray<unknown>
  readonly run: (...params: ReadonlyArray<unknown>) => { readonly changes: number | bigint }
}

/**
 * The members that the driver uses of a database of `better-sqlite3`.
 *
 * @since 0.2.0
 */
export interface BetterSqliteDatabase extends Registering {
  readonly prepare: (text: string) => BetterSqliteStatement
  readonly close: () => unknown
}

/**
 * A driver over a database of `better-sqlite3`, which has one connection: transactions wait for each other. Closing it
 * closes the database. Ints are read as `bigint`s, so that none is rounded. It has no `stream`: while the package iterates
 * over rows, its connection refuses other statements.
 *
 * ```text
 * import Database from 'better-sqlite3'
 * import { betterSqliteDriver } from 'queryset-ts/sql/sqlite'
 * const driver = betterSqliteDriver(new Database('shop.sqlite'))
 * ```
 *
 * @since 0.2.0
 */
export const betterSqliteDriver = (db: BetterSqliteDatabase, options: StatementOptions = {}): Driver => {
  const prepared = keeping((text: string) => {
    const statement = db.prepare(text)
    if (statement.reader) {
      statement.raw(true)
      statement.safeIntegers(true)
    }
    return statement
  })
  const changes = db.prepare('select changes()')
  const state = { ready: false }
  const readied = (): void => {
    if (state.ready) return
    registerFunctions(db)
    db.prepare('pragma foreign_keys = on').run()
    db.prepare('pragma busy_timeout = 5000').all()
    state.ready = true
  }
  return driverOf(
    onlyOne(
      {
        dialect: 'sqlite',
        errorOf: sqliteError,
        close: () => {
          db.close()
          return Promise.resolve()
        },
      },
      {
        query: (text, params) =>
          now(() => {
            readied()
            const statement = prepared(text)
            const values = params.map(bound)
            if (!statement.reader) return { rows: [], affected: Number(statement.run(...values).changes) }
            const rows = statement.all(...values).filter(isRow)
            return { rows, affected: isRead(text) ? 0 : countIn(changes.all()[0]) }
          }),
      },
    ),
    options,
  )
}

/** An exception becomes a rejection. */
const now = async <A>(run: () => A): Promise<A> => Promise.resolve().then(run)

/** SQLite has no booleans. */
const bound = (value: SqlValue): unknown => (typeof value === 'boolean' ? (value ? 1n : 0n) : value)

const isRow = (u: unknown): u is ReadonlyArray<unknown> => Array.isArray(u)

const isRead = (text: string): boolean => /^\s*select\b/iu.test(text)

const countIn = (row: unknown): number =>
  typeof row === 'object' && row !== null ? Number(Object.values(row)[0] ?? 0) : 0
