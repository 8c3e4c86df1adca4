/**
 * The dialects, by name.
 *
 * @since 0.2.0
 */
import type { Dialect, DialectName } from './Dialect.js'
import { postgres } from './dialects/postgres.js'

const all: { readonly [N in DialectName]: Dialect } = {
  postgres,
  sqlite: postgres,
  mariadb: postgres,
  mysql: postgres,
}

/**
 * The dialect of a name.
 *
 * @since 0.2.0
 */
export const dialectOf = (name: DialectName): Dialect => all[name]
