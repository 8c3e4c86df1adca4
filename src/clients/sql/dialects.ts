/**
 * The dialects, by name.
 *
 * @since 0.2.0
 */
import type { Dialect, DialectName } from './Dialect.js'
import { mariadb, mysql } from './dialects/mariadb.js'
import { postgres } from './dialects/postgres.js'
import { sqlite } from './dialects/sqlite.js'

const all: { readonly [N in DialectName]: Dialect } = {
  postgres,
  sqlite,
  mariadb,
  mysql,
}

/**
 * The dialect of a name.
 *
 * @since 0.2.0
 */
export const dialectOf = (name: DialectName): Dialect => all[name]
