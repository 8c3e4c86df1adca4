/** Drivers over packages that aren't the first choice for their database: mysql2, and kysely on each database. */
import { Kysely, MysqlDialect, PostgresDialect, SqliteDialect } from 'kysely'
import { createPool as createCallbackPool } from 'mysql2'
import { createPool } from 'mysql2/promise'
import pg from 'pg'
import type { Driver } from '../../src/clients/sql/Driver.js'
import { betterSqliteDriver, type BetterSqliteDatabase } from '../../src/clients/sql/drivers/betterSqlite.js'
import { kyselyDriver } from '../../src/clients/sql/drivers/kysely.js'
import { mysql2Driver } from '../../src/clients/sql/drivers/mysql2.js'
import { registerFunctions, type Registering } from '../../src/clients/sql/drivers/registered.js'
import {
  mariadbServer,
  mysqlServer,
  nodeSqlite,
  noMariadb,
  noMysql,
  noPostgres,
  postgresUrl,
} from './databases.js'

export type OtherDriverName =
  'mysql2' | 'kysely-postgres' | 'kysely-mysql' | 'kysely-sqlite' | 'better-sqlite3'

/** The members that are used of a database of `node:sqlite`. */
export interface SqliteDatabase extends Registering {
  readonly prepare: (text: string) => {
    readonly columns: () => ReadonlyArray<unknown>
    readonly all: (...params: ReadonlyArray<unknown>) => ReadonlyArray<unknown>
    readonly run: (...params: ReadonlyArray<unknown>) => {
      readonly changes: number | bigint
      readonly lastInsertRowid: number | bigint
    }
    readonly iterate: (...params: ReadonlyArray<unknown>) => IterableIterator<unknown>
    readonly setReadBigInts: (on: boolean) => void
  }
  readonly close: () => void
}

/** `node:sqlite` in the shape of `better-sqlite3`, which is what kysely takes. With `bigInts`, ints are `bigint`s. */
export const likeBetterSqlite = (db: SqliteDatabase, bigInts: boolean) => ({
  prepare: (sql: string) => {
    const statement = db.prepare(sql)
    statement.setReadBigInts(bigInts)
    return {
      reader: statement.columns().length > 0,
      all: (params: ReadonlyArray<unknown>) => [...statement.all(...params)],
      run: (params: ReadonlyArray<unknown>) => statement.run(...params),
      iterate: (params: ReadonlyArray<unknown>) => statement.iterate(...params),
    }
  },
  close: () => {
    db.close()
  },
})

/** A driver over kysely on SQLite, with the library's functions registered or not. `null` where Node has no SQLite. */
export const kyselyOnSqlite = async (registers: boolean): Promise<Driver | null> => {
  const found = await nodeSqlite()
  if (found === null) return null
  // The types of Node 20 don't know it.
  const db = found as unknown as SqliteDatabase
  if (registers) registerFunctions(db)
  return kyselyDriver(
    new Kysely({ dialect: new SqliteDialect({ database: likeBetterSqlite(db, true) }) }),
    'sqlite',
  )
}

/** A database of better-sqlite3, which `.ci/betterSqlite.sh` installs, since it compiles for minutes. */
const betterSqlite = async (): Promise<Driver | null> => {
  try {
    const module: string = 'better-sqlite3'
    const { default: Opened } = (await import(module)) as {
      readonly default: new (path: string) => BetterSqliteDatabase
    }
    return betterSqliteDriver(new Opened(':memory:'))
  } catch {
    return null
  }
}

/** A driver over a database that holds nothing, or why there is none. */
export const openOtherDriver = async (name: OtherDriverName, purpose: string): Promise<Driver | string> => {
  switch (name) {
    case 'mysql2': {
      const server = await mariadbServer(purpose)
      return server === null
        ? noMariadb
        : mysql2Driver(createPool({ ...server, connectionLimit: 10 }), { dialect: 'mariadb' })
    }
    case 'kysely-postgres': {
      const url = await postgresUrl(purpose)
      if (url === null) return noPostgres
      const types = { getTypeParser: () => (value: string) => value }
      const pool = new pg.Pool({ connectionString: url, types, max: 10 })
      return kyselyDriver(new Kysely({ dialect: new PostgresDialect({ pool }) }), 'postgres')
    }
    case 'kysely-mysql': {
      const server = await mysqlServer(purpose)
      if (server === null) return noMysql
      const exact = { dateStrings: true, supportBigNumbers: true, bigNumberStrings: true }
      const pool = createCallbackPool({ ...server, ...exact, connectionLimit: 10 })
      return kyselyDriver(new Kysely({ dialect: new MysqlDialect({ pool }) }), 'mysql')
    }
    case 'better-sqlite3':
      return (await betterSqlite()) ?? "it isn't installed: npm install --no-save better-sqlite3@12"
    case 'kysely-sqlite':
      return (await kyselyOnSqlite(true)) ?? 'Node has no node:sqlite (22.16 and newer)'
  }
}
