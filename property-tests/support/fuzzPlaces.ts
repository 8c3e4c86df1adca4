/** The databases that hostile values are sent to, in their usual modes and in others. */
import { createPool } from 'mariadb'
import pg from 'pg'
import type { Driver } from '../../src/clients/sql/Driver.js'
import { mariadbDriver } from '../../src/clients/sql/drivers/mariadb.js'
import { pgDriver } from '../../src/clients/sql/drivers/pg.js'
import {
  databaseNames,
  mariadbServer,
  noMariadb,
  noPostgres,
  openDatabase,
  postgresUrl,
} from './databases.js'

export interface Place {
  readonly title: string
  readonly open: () => Promise<Driver | string>
}

const postgresWith = async (purpose: string, setting: 'on' | 'off'): Promise<Driver | string> => {
  const url = await postgresUrl(`${purpose}_strings`)
  const options = `-c standard_conforming_strings=${setting}`
  return url === null ? noPostgres : pgDriver(new pg.Pool({ connectionString: url, options, max: 4 }))
}

const mariadbWith = async (purpose: string, prepare: boolean): Promise<Driver | string> => {
  const server = await mariadbServer(`${purpose}_modes`)
  if (server === null) return noMariadb
  const initSql = "set sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'"
  return mariadbDriver(createPool({ ...server, connectionLimit: 4, initSql }), { prepare })
}

/** Tests of two files may run at the same time, so each file has a purpose, and databases, of its own. */
export const fuzzPlaces = (purpose: string): ReadonlyArray<Place> => [
  ...databaseNames.map((name) => ({ title: name, open: () => openDatabase(name, purpose) })),
  { title: 'postgres without standard strings', open: () => postgresWith(purpose, 'off') },
  { title: 'postgres with standard strings', open: () => postgresWith(purpose, 'on') },
  { title: 'mariadb with other modes', open: () => mariadbWith(purpose, true) },
  { title: 'mariadb with other modes, unprepared', open: () => mariadbWith(purpose, false) },
]
