/**
 * The settings of a session of MariaDB or MySQL, whatever package speaks to it.
 *
 * @since 0.2.0
 */
import { join, sql, textOf, word, type Sql } from '../Sql.js'

const names = {
  mariadb: { collation: sql`utf8mb4_nopad_bin`, isolation: sql`tx_isolation` },
  mysql: { collation: sql`utf8mb4_0900_bin`, isolation: sql`transaction_isolation` },
}

/** The longest list that related rows may come as. MariaDB and MySQL would cut it without a word. */
const longest = sql`1073741824`

/**
 * The bytes of a text by which rows are sorted, four for each character. The default of 1,024 sorts texts that differ only
 * later in any order. More than this needs sort buffers of hundreds of megabytes.
 */
const sortedBytes = sql`65536`

/** Enough for 16 sort keys. With a smaller buffer the server refuses a sort by several texts. */
const sortBuffer = sql`16777216`

/**
 * The statement that sets a session up: instants in UTC, text by code point, nothing that doesn't fit cut to fit, and
 * other writers' work seen once it is done. In MariaDB the assignments of one update all see the row as it was.
 *
 * @since 0.2.0
 */
export const settingsOf = (dialect: 'mariadb' | 'mysql'): string => {
  const modes = [
    'STRICT_ALL_TABLES',
    'NO_ENGINE_SUBSTITUTION',
    'ERROR_FOR_DIVISION_BY_ZERO',
    'NO_AUTO_VALUE_ON_ZERO',
  ]
  if (dialect === 'mariadb') modes.push('SIMULTANEOUS_ASSIGNMENT')
  const { collation, isolation } = names[dialect]
  // One statement, since some pools need it each time that they give a connection.
  return textOf(
    sql`set names utf8mb4 collate ${collation}, time_zone = '+00:00', session group_concat_max_len = ${longest}, session max_sort_length = ${sortedBytes}, session sort_buffer_size = cast(greatest(@@sort_buffer_size, ${sortBuffer}) as unsigned), session sql_mode = concat_ws(',', nullif(@@sql_mode, ''), ${join(modes.map(word))}), session ${isolation} = 'READ-COMMITTED'`,
  )
}

/** Whether a session still has its settings. */
const isSet = (collation: Sql): string =>
  textOf(
    sql`select @@session.group_concat_max_len = ${longest} and @@session.time_zone = '+00:00' and @@session.collation_connection = '${collation}'`,
  )

/**
 * A connection that a pool gave. `same` is the same object each time that it gives this connection.
 *
 * @since 0.2.0
 */
export interface Session {
  readonly same: object
  /** Sends a statement, and gives the first value of its answer. */
  readonly ask: (sql: string) => Promise<unknown>
  readonly destroy: () => void
}

/**
 * Sets up the sessions of a pool's connections. A connection that can't be set up is destroyed.
 *
 * Some pools reset a connection between two users, who then need the settings again. When a connection comes for the
 * second time, its session says whether the pool is one of these.
 *
 * @since 0.2.0
 */
export const sessionsOf = (dialect: 'mariadb' | 'mysql'): ((session: Session) => Promise<void>) => {
  const known = new WeakSet<object>()
  const pool: { keeps: boolean | null } = { keeps: null }
  const setUp = async ({ same, ask }: Session): Promise<void> => {
    if (known.has(same)) {
      pool.keeps ??= String(await ask(isSet(names[dialect].collation))) === '1'
      if (pool.keeps) return
    }
    await ask(settingsOf(dialect))
    known.add(same)
  }
  return async (session) => {
    const state = { ready: false }
    try {
      await setUp(session)
      state.ready = true
    } finally {
      if (!state.ready) session.destroy()
    }
  }
}
