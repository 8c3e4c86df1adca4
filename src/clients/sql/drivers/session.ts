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
  await send(
    dialect === 'mariadb'
      ? 'set names utf8mb4 collate utf8mb4_nopad_bin'
      : 'set names utf8mb4 collate utf8mb4_0900_bin',
  )
  await send("set time_zone = '+00:00'")
  // Related rows come as one JSON list, which would be cut at this length without a word.
  await send('set session group_concat_max_len = 1073741824')
  await send(textOf(sql`set sql_mode = concat_ws(',', nullif(@@sql_mode, ''), ${join(modes.map(word))})`))
  await send('set session transaction isolation level read committed')
}
