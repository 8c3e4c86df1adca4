/**
 * How a session of MariaDB or MySQL is set up, whatever package speaks to it.
 *
 * @since 0.2.0
 */
import { join, sql, textOf, word } from '../Sql.js'

/**
 * Sets a session up: instants in UTC, text by code point, nothing that doesn't fit cut to fit, and other writers' work
 * seen once it is done. In MariaDB the assignments of one update all see the row as it was.
 *
 * @since 0.2.0
 */
export const sessionOf = async (
  dialect: 'mariadb' | 'mysql',
  send: (sql: string) => Promise<unknown>,
): Promise<void> => {
  const modes = [
    'STRICT_ALL_TABLES',
    'NO_ENGINE_SUBSTITUTION',
    'ERROR_FOR_DIVISION_BY_ZERO',
    'NO_AUTO_VALUE_ON_ZERO',
  ]
  if (dialect === 'mariadb') modes.push('SIMULTANEOUS_ASSIGNMENT')
  const [collation, isolation] =
    dialect === 'mariadb'
      ? [sql`utf8mb4_nopad_bin`, sql`tx_isolation`]
      : [sql`utf8mb4_0900_bin`, sql`transaction_isolation`]
  // One statement, since it may be sent each time a connection is taken from a pool. Related rows come as one JSON list,
  // which `group_concat_max_len` would cut without a word.
  await send(
    textOf(
      sql`set names utf8mb4 collate ${collation}, time_zone = '+00:00', session group_concat_max_len = 1073741824, session sql_mode = concat_ws(',', nullif(@@sql_mode, ''), ${join(modes.map(word))}), session ${isolation} = 'READ-COMMITTED'`,
    ),
  )
}
