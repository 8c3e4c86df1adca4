/**
 * Drivers: what the SQL client needs of a database, as a record of a few functions.
 *
 * The folder `drivers/` has an adapter for each supported package. For another package, write a `Pool` (see
 * `driverOf`), or the record itself.
 *
 * @since 0.2.0
 */
import type { either as E, taskEither as TE } from 'fp-ts'
import type { DialectName } from './Dialect.js'
import type { SqlValue } from './Sql.js'
import type { SqlError } from './SqlError.js'

export type { DialectName } from './Dialect.js'
export type { SqlValue } from './Sql.js'

/**
 * The result of a statement. A row is a list of values in the order of the statement's columns. Drivers of PostgreSQL
 * return all values as the server's text. Other drivers return numbers, `bigint`s, text or bytes. `affected` is the
 * number of written rows. `generatedKey` is the first key that MySQL generated for an insert.
 *
 * @since 0.2.0
 */
export interface Answered {
  readonly rows: ReadonlyArray<ReadonlyArray<unknown>>
  readonly affected: number
  readonly generatedKey?: SqlValue
}

/**
 * Options of a statement. `signal` cancels it at the server. `timeout` cancels it after a number of milliseconds. With
 * `prepare: false`, the statement isn't prepared under a name, as some poolers require.
 *
 * @since 0.2.0
 */
export interface StatementOptions {
  readonly signal?: AbortSignal
  readonly timeout?: number
  readonly prepare?: boolean
}

/**
 * How rows are read in batches. `size` is the number of rows in a batch. The default is 1,000. `timeout` is the time of
 * each batch in milliseconds.
 *
 * @since 0.2.0
 */
export interface StreamOptions extends StatementOptions {
  readonly size?: number
}

/** @since 0.2.0 */
export type Isolation = 'read committed' | 'repeatable read' | 'serializable'

/**
 * Options of a transaction. `retries` is the number of times that an outermost transaction runs again after a
 * serialization failure or a deadlock. Without an option, the engine's default applies. SQLite's transactions are
 * always serializable.
 *
 * @since 0.2.0
 */
export interface TransactionOptions {
  readonly isolation?: Isolation
  readonly readOnly?: boolean
  readonly retries?: number
}

/**
 * A database. `transaction` runs a program and keeps its writes only if it returns a `Right`. The program must use the
 * driver that it gets. A nested transaction is a savepoint.
 *
 * `stream` returns the rows of one statement in batches, by a cursor. The last batch may be a `Left`. A loop may end
 * early, and the cursor is then closed. A driver has `stream` only if other statements can be run during a stream, on
 * the same connection or on others of a pool. The driver of a transaction has it only if statements of the transaction
 * can be run between two batches.
 *
 * `generatedKeys` says that the answer to an insert has `generatedKey`. A driver of MySQL that has it saves requests.
 *
 * @since 0.2.0
 */
export interface Driver {
  readonly dialect: DialectName
  readonly generatedKeys?: boolean
  readonly query: (
    text: string,
    params: ReadonlyArray<SqlValue>,
    options?: StatementOptions,
  ) => TE.TaskEither<SqlError, Answered>
  readonly stream?: (
    text: string,
    params: ReadonlyArray<SqlValue>,
    options?: StreamOptions,
  ) => AsyncIterable<E.Either<SqlError, ReadonlyArray<ReadonlyArray<unknown>>>>
  readonly transaction: <L, A>(
    options: TransactionOptions,
    program: (tx: Driver) => TE.TaskEither<L, A>,
  ) => TE.TaskEither<L | SqlError, A>
  readonly close: TE.TaskEither<SqlError, void>
}
