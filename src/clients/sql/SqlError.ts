/**
 * The errors of a database, identified by number and name. They contain no value that was written or read.
 *
 * @since 0.2.0
 */

/**
 * The kinds of errors:
 *
 * - `unique`, `foreignKey`, `notNull`, `check`: a constraint of that type was violated.
 * - `tooLarge`: a number or a text that its column can't hold.
 * - `serialization`, `deadlock`: the transaction was aborted, and can be run again.
 * - `busy`: others held a lock for longer than the wait time.
 * - `cancelled`: the statement was cancelled, or took longer than allowed.
 * - `lost`: the connection broke.
 * - `closed`: the driver, or what it is over, was closed before. Nothing was sent.
 * - `missing`: a table or a column doesn't exist.
 * - `failed`: any other error.
 *
 * @since 0.2.0
 */
export type SqlErrorKind =
  | 'unique'
  | 'foreignKey'
  | 'notNull'
  | 'check'
  | 'tooLarge'
  | 'serialization'
  | 'deadlock'
  | 'busy'
  | 'cancelled'
  | 'lost'
  | 'closed'
  | 'missing'
  | 'failed'

/**
 * `code` is the engine's own. `constraint`, `table` and `columns` are those that the error names. For a foreign key,
 * `pointedTo` says that a row can't be deleted because others point to it. `unknown` says that the statement may have
 * been done.
 *
 * @since 0.2.0
 */
export interface SqlError {
  readonly _tag: 'SqlError'
  readonly kind: SqlErrorKind
  readonly code: string | null
  readonly constraint: string | null
  readonly table: string | null
  readonly columns: ReadonlyArray<string>
  readonly pointedTo: boolean
  readonly unknown: boolean
  readonly message: string
}

/**
 * An error with the given facts. The others are unknown.
 *
 * @example
 * import { sqlError } from 'queryset-ts/sql'
 * const error = sqlError('unique', 'a value is taken', { constraint: 'genre_name_key' })
 * console.log(error.kind, error.constraint, error.unknown) // => unique genre_name_key false
 *
 * @since 0.2.0
 */
export const sqlError = (
  kind: SqlErrorKind,
  message: string,
  more: Partial<Omit<SqlError, '_tag' | 'kind' | 'message'>> = {},
): SqlError => ({
  _tag: 'SqlError',
  kind,
  code: null,
  constraint: null,
  table: null,
  columns: [],
  pointedTo: false,
  unknown: false,
  message,
  ...more,
})

/**
 * Whether the transaction that ended with this error is worth running again.
 *
 * @since 0.2.0
 */
export const isTransient = ({ kind }: SqlError): boolean => kind === 'serialization' || kind === 'deadlock'

/**
 * Whether a constraint refused the statement, so nothing of it was done.
 *
 * @since 0.2.0
 */
export const isViolation = ({ kind }: SqlError): boolean =>
  kind === 'unique' || kind === 'foreignKey' || kind === 'notNull' || kind === 'check' || kind === 'tooLarge'
