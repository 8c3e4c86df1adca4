/** The sessions that hostile values are sent in: each server in its usual modes, and in those that read text otherwise. */
import { createPool } from 'mariadb'
import { createPool as createMysql2Pool } from 'mysql2/promise'
import pg from 'pg'
import type { Driver } from '../../../src/clients/sql/Driver.js'
import { mariadbDriver } from '../../../src/clients/sql/drivers/mariadb.js'
import { mysql2Driver } from '../../../src/clients/sql/drivers/mysql2.js'
import { pgDriver } from '../../../src/clients/sql/drivers/pg.js'
import {
  mariadbServer,
  mysqlServer,
  noMariadb,
  noMysql,
  noPostgres,
  openDatabase,
  postgresUrl,
} from '../databases.js'

export interface Session {
  readonly title: string
  /** How much of the draws it gets: PGlite takes the longest for a statement. */
  readonly share: number
  /** The same of the draws of schemas: MariaDB takes the longest for a table. */
  readonly ofSchemas: number
  readonly open: (purpose: string) => Promise<Driver | string>
}

const onPostgres = (title: string, options: string): Session => ({
  title,
  share: 1,
  ofSchemas: 1,
  open: async (purpose) => {
    const url = await postgresUrl(purpose)
    return url === null ? noPostgres : pgDriver(new pg.Pool({ connectionString: url, options, max: 4 }))
  },
})

const onMariadb = (title: string, modes: string | null, prepare: boolean): Session => ({
  title,
  share: 1,
  ofSchemas: 0.2,
  open: async (purpose) => {
    const server = await mariadbServer(purpose)
    if (server === null) return noMariadb
    const initSql = modes === null ? {} : { initSql: `set sql_mode = '${modes}'` }
    return mariadbDriver(createPool({ ...server, connectionLimit: 4, ...initSql }), { prepare })
  },
})

const onMysql2 = (
  title: string,
  modes: string | null,
  dialect: 'mariadb' | 'mysql' = 'mariadb',
): Session => ({
  title,
  share: 1,
  ofSchemas: 0.2,
  open: async (purpose) => {
    const server = await (dialect === 'mysql' ? mysqlServer : mariadbServer)(purpose)
    if (server === null) return dialect === 'mysql' ? noMysql : noMariadb
    const pool = createMysql2Pool({ ...server, connectionLimit: 4 })
    if (modes !== null)
      pool.on('connection', (connection) => {
        // A connection runs its statements in order, so this is the first.
        void connection.query(`set sql_mode = '${modes}'`)
      })
    return mysql2Driver(pool, { dialect })
  },
})

export const sessions: ReadonlyArray<Session> = [
  { title: 'pglite', share: 0.3, ofSchemas: 0.5, open: (purpose) => openDatabase('pglite', purpose) },
  { title: 'sqlite', share: 1, ofSchemas: 1, open: (purpose) => openDatabase('sqlite', purpose) },
  onPostgres('postgres', ''),
  onPostgres('postgres without standard strings', '-c standard_conforming_strings=off'),
  onPostgres(
    'postgres without standard strings and backslash quotes',
    '-c standard_conforming_strings=off -c backslash_quote=off -c escape_string_warning=off',
  ),
  onMariadb('mariadb', null, true),
  onMariadb('mariadb, unprepared', null, false),
  onMariadb('mariadb with ANSI quotes', 'ANSI_QUOTES', false),
  onMariadb('mariadb with plain backslashes', 'NO_BACKSLASH_ESCAPES', false),
  onMariadb('mariadb with ANSI quotes and plain backslashes', 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', false),
  onMysql2('mysql2', null),
  onMysql2('mysql2 with ANSI quotes and plain backslashes', 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'),
  onMysql2('MySQL', null, 'mysql'),
  onMysql2('MySQL with ANSI quotes and plain backslashes', 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', 'mysql'),
]
