/**
 * Pools: the part that an adapter provides. `driverOf` creates a driver from it.
 *
 * @since 0.2.0
 */
import type { Answered, DialectName, SqlValue, StatementOptions } from './Driver.js'
import type { SqlError } from './SqlError.js'

/**
 * A connection that nobody else uses at the same time. Its functions may reject with any error of the package.
 * `release` returns it to the pool. A `broken` connection is discarded. `cancel` stops the current statement.
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
    options: StatementOptions,
  ) => AsyncIterable<ReadonlyArray<ReadonlyArray<unknown>>>
  readonly cancel?: () => Promise<void>
  readonly release: (broken: boolean) => void | Promise<void>
}

/**
 * The source of connections. `errorOf` converts what one of them rejected with.
 *
 * @since 0.2.0
 */
export interface Pool {
  readonly dialect: DialectName
  readonly acquire: () => Promise<Connection>
  readonly errorOf: (cause: unknown) => SqlError
  readonly close: () => Promise<void>
}

/**
 * A pool of one connection. Callers wait until it is free.
 *
 * @since 0.2.0
 */
export const onlyOne = (pool: Omit<Pool, 'acquire'>, connection: Omit<Connection, 'release'>): Pool => {
  const state: { last: Promise<void> } = { last: Promise.resolve() }
  return {
    ...pool,
    acquire: async () => {
      const before = state.last
      const free = { now: (): void => undefined }
      state.last = new Promise((done) => {
        free.now = done
      })
      await before
      return {
        ...connection,
        release: () => {
          free.now()
        },
      }
    },
  }
}
