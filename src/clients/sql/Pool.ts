/**
 * Pools: the part that an adapter provides. `driverOf` creates a driver from it.
 *
 * @since 0.2.0
 */
import type { Answered, DialectName, SqlValue, StatementOptions, StreamOptions } from './Driver.js'
import type { SqlError } from './SqlError.js'

/**
 * A connection that nobody else uses at the same time. Its functions may reject with any error of the package.
 * `release` returns it to the pool. A `broken` connection is discarded. `cancel` stops the current statement. `stream` gives
 * the rows of a statement in batches of `size` rows.
 *
 * @since 0.2.0
 */
export interface Connection {
  readonly query: (
    text: string,
    params: ReadonlyArray<SqlValue>,
    options: StatementOptions,
  ) => Promise<Answered>
  readonly stream?: (
    text: string,
    params: ReadonlyArray<SqlValue>,
    options: Required<Pick<StreamOptions, 'size'>> & StatementOptions,
  ) => AsyncIterable<ReadonlyArray<ReadonlyArray<unknown>>>
  readonly cancel?: () => Promise<void>
  readonly release: (broken: boolean) => void | Promise<void>
}

/**
 * How a pool reads rows a batch at a time:
 *
 * - `cursor`: by `DECLARE` and `FETCH`, as PostgreSQL has them.
 * - `shared`: by `stream` of a connection, which can run other statements between two batches.
 * - `alone`: by `stream` of a connection, which can do nothing else until the stream ends.
 *
 * @since 0.2.0
 */
export type Streaming = 'cursor' | 'shared' | 'alone'

/**
 * The source of connections. `errorOf` converts what one of them rejected with. Without `streams`, the driver has no
 * `stream`. `single` says that there is only one connection, which is the same each time. `generatedKeys` is that of the
 * driver.
 *
 * @since 0.2.0
 */
export interface Pool {
  readonly dialect: DialectName
  readonly streams?: Streaming
  readonly single?: boolean
  readonly generatedKeys?: boolean
  readonly acquire: () => Promise<Connection>
  readonly errorOf: (cause: unknown) => SqlError
  readonly close: () => Promise<void>
}

/**
 * A pool of one connection. Callers wait until it is free.
 *
 * @example
 * import { onlyOne, sqlError } from 'queryset-ts/sql'
 * const pool = onlyOne(
 *   { dialect: 'sqlite', errorOf: () => sqlError('failed', 'it failed'), close: () => Promise.resolve() },
 *   { query: () => Promise.resolve({ rows: [], affected: 0 }) },
 * )
 * const first = await pool.acquire()
 * const second = pool.acquire().then(() => 'the second caller has it')
 * await first.release(false)
 * console.log(await second) // => the second caller has it
 *
 * @since 0.2.0
 */
export const onlyOne = (pool: Omit<Pool, 'acquire'>, connection: Omit<Connection, 'release'>): Pool => {
  /** Resolves when the connection is free for the next caller. `null` if it is free. */
  const state: { last: Promise<void> | null } = { last: null }
  return {
    ...pool,
    single: true,
    acquire: async () => {
      const before = state.last
      const free = { now: (): void => undefined }
      const own = new Promise<void>((done) => {
        free.now = done
      })
      state.last = own
      if (before !== null) await before
      return {
        ...connection,
        release: () => {
          if (state.last === own) state.last = null
          free.now()
        },
      }
    },
  }
}
