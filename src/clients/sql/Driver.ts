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
 * Rows by position: what a row holds is in the order of the statement's columns. PostgreSQL's drivers give every value
 * as the text that the server sends; the others give numbers, `bigint`s, text or bytes. `affected` is how many rows a
 * write wrote.
 *
 * @since 0.2.0
 */
export interface Answered {
  readonly rows: ReadonlyArray<ReadonlyArray<unknown>>
  readonly affected: number
}

/**
 * How a statement is run. `signal` cancels it at the server. `timeout` does so after so many milliseconds. `prepare` says
 * whether the statement may be kept prepared; poolers that hand a connection on with each transaction can't have that.
 *
 * @since 0.2.0
 */
export interface StatementOptions {
  readonly signal?: AbortSignal
  readonly timeout?: number
  readonly prepare?: boolean
}

/**
 * How rows are read a batch at a time. `size` is the number of rows in a batch. The default is 1,000. `timeout` is the time
 * of each batch.
 *
 * @since 0.2.0
 */
export interface StreamOptions extends StatementOptions {
  readonly size?: number
}

/** @since 0.2.0 */
export type Isolation = 'read committed' | 'repeatable read' | 'serializable'

/**
 * `retries` is how many times an outermost transaction is run anew after a serialization failure or a deadlock.
 * What isn't given is the engine's own: SQLite's transactions are serializable whatever is asked for.
 *
 * @since 0.2.0
 */
export interface TransactionOptions {
  readonly isolation?: Isolation
  readonly readOnly?: boolean
  readonly retries?: number
}

/**
 * A database. `transaction` runs a program whose statements are done together, if it gives a `Right`, or not at all; it
 * must use the driver that it is given. One within another is a savepoint.
 *
 * `stream` gives the rows of one statement a batch at a time, by a cursor, the batches in order; the last may be a `Left`.
 * Whoever reads it may stop early. What it holds of the database is then given back. A driver has it only where statements
 * can be run meanwhile: on other connections of a pool, or on the same one. So the driver of a transaction has it only if
 * statements of the transaction can be run between two batches.
 *
 * @since 0.2.0
 */
export interface Driver {
  readonly dialect: DialectName
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
