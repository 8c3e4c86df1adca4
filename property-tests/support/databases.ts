/**
 * The databases that tests run on: PGlite and, from Node 22.16 on, SQLite within this process; the servers that are up.
 *
 * Servers are those of `TEST_POSTGRES_URL`, `TEST_MYSQL_URL` (MariaDB) and `TEST_MYSQL8_URL` (MySQL 8.0.31 or newer), or
 * those of this machine at ports 5432, 3306 and 3307. Each caller gets a database of its own on them, named after what it
 * tests.
 */
import { connect } from 'node:net'
import { PGlite } from '@electric-sql/pglite'
import { either as E, taskEither as TE } from 'fp-ts'
import { createPool } from 'mariadb'
import { createPool as createMysqlPool } from 'mysql2/promise'
import pg from 'pg'
import type { Driver } from '../../src/clients/sql/Driver.js'
import { mariadbDriver } from '../../src/clients/sql/drivers/mariadb.js'
import { mysql2Driver } from '../../src/clients/sql/drivers/mysql2.js'
import { nodeSqliteDriver, type NodeSqliteDatabase } from '../../src/clients/sql/drivers/nodeSqlite.js'
import { pgDriver } from '../../src/clients/sql/drivers/pg.js'
import { pgliteDriver } from '../../src/clients/sql/drivers/pglite.js'

export type DatabaseName = 'pglite' | 'sqlite' | 'postgres' | 'mariadb' | 'mysql'

export const databaseNames: ReadonlyArray<DatabaseName> = ['pglite', 'sqlite', 'postgres', 'mariadb', 'mysql']

const state: { pglite: PGlite | null; driver: Driver | null } = { pglite: null, driver: null }

/** PGlite takes seconds to boot, so all callers of a process share one. */
export const sharedPglite = (): PGlite => (state.pglite ??= new PGlite())

/**
 * A driver over a database that holds nothing, with so many connections, or why there is none. The shared PGlite stays
 * open when one of its callers closes its driver.
 */
export const openDatabase = async (
  name: DatabaseName,
  purpose: string,
  connections = 40,
): Promise<Driver | string> => {
  switch (name) {
    case 'pglite': {
      const driver = (state.driver ??= pgliteDriver(sharedPglite()))
      await driver.query('drop schema public cascade', [])()
      await driver.query('create schema public', [])()
      return { ...driver, close: TE.right(undefined) }
    }
    case 'sqlite': {
      const sqlite = await nodeSqlite()
      return sqlite === null ? 'Node has no node:sqlite (22.16 and newer)' : nodeSqliteDriver(sqlite)
    }
    case 'postgres': {
      const url = await postgresUrl(purpose)
      return url === null ? noPostgres : pgDriver(new pg.Pool({ connectionString: url, max: connections }))
    }
    case 'mariadb': {
      const server = await mariadbServer(purpose)
      return server === null
        ? noMariadb
        : mariadbDriver(createPool({ ...server, connectionLimit: connections }))
    }
    case 'mysql': {
      const server = await mysqlServer(purpose)
      return server === null
        ? noMysql
        : mysql2Driver(createMysqlPool({ ...server, connectionLimit: connections }), { dialect: 'mysql' })
    }
  }
}

export const noPostgres = 'no PostgreSQL is up'
export const noMariadb = 'no MariaDB is up'
export const noMysql = 'no MySQL is up'

/** A database in memory, or `null` where Node has no `node:sqlite` that knows enough. */
export const nodeSqlite = async (): Promise<NodeSqliteDatabase | null> => {
  try {
    // Not known to the types of Node 20.
    const module: string = 'node:sqlite'
    const { DatabaseSync } = (await import(module)) as {
      DatabaseSync: new (path: string) => NodeSqliteDatabase
    }
    const db = new DatabaseSync(':memory:')
    return 'setReturnArrays' in db.prepare('select 1') ? db : null
  } catch {
    return null
  }
}

const urlOf = async (variable: string, own: string, port: number): Promise<string | null> =>
  process.env[variable] ?? ((await answers(port)) ? own : null)

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1000 })
    const told = (up: boolean) => () => {
      socket.destroy()
      resolve(up)
    }
    socket.on('connect', told(true)).on('error', told(false)).on('timeout', told(false))
  })

/** Makes a database that holds nothing on the PostgreSQL that is up, and gives its URL. */
export const postgresUrl = async (purpose: string): Promise<string | null> => {
  const url = await urlOf('TEST_POSTGRES_URL', 'postgres://postgres@127.0.0.1:5432/postgres', 5432)
  if (url === null) return null
  const server = pgDriver(new pg.Pool({ connectionString: url, max: 1 }))
  await server.query(`drop database if exists qs_${purpose} with (force)`, [])()
  await server.query(
    `create database qs_${purpose} template template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'`,
    [],
  )()
  // No test restarts the server, and most of the time of a small case would go into waiting for the disk.
  await server.query(`alter database qs_${purpose} set synchronous_commit = off`, [])()
  await server.close()
  const own = new URL(url)
  own.pathname = `/qs_${purpose}`
  return own.href
}

/** What the packages for MariaDB and MySQL are told. */
export interface MariadbServer {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

/** Makes a database that holds nothing on a server, by its URL. */
const serverAt = async (
  url: string | null,
  dialect: 'mariadb' | 'mysql',
  purpose: string,
): Promise<MariadbServer | null> => {
  if (url === null) return null
  const { hostname, port, username, password } = new URL(url)
  const server = { host: hostname, port: Number(port || '3306'), user: username, password }
  const root = mysql2Driver(createMysqlPool({ ...server, connectionLimit: 1 }), { dialect })
  for (const text of [`drop database if exists qs_${purpose}`, `create database qs_${purpose}`]) {
    const made = await root.query(text, [], { prepare: false })()
    if (E.isLeft(made)) throw new Error(JSON.stringify(made.left))
  }
  await root.close()
  return { ...server, database: `qs_${purpose}` }
}

/** Makes a database that holds nothing on the MariaDB that is up. */
export const mariadbServer = async (purpose: string): Promise<MariadbServer | null> =>
  serverAt(await urlOf('TEST_MYSQL_URL', 'mariadb://root@127.0.0.1:3306/', 3306), 'mariadb', purpose)

/** Makes a database that holds nothing on the MySQL that is up. */
export const mysqlServer = async (purpose: string): Promise<MariadbServer | null> =>
  serverAt(await urlOf('TEST_MYSQL8_URL', 'mysql://root@127.0.0.1:3307/', 3307), 'mysql', purpose)
