/**
 * What a database refuses, told by number and name. No value that was written or read is in it.
 *
 * @since 0.2.0
 */

/**
 * - `unique`, `foreignKey`, `notNull`, `check`: a constraint of that sort.
 * - `tooLarge`: a number or a text that its column can't hold.
 * - `serialization`, `deadlock`: the transaction was given up, and can be run anew.
 * - `busy`: others hold what is needed, for longer than was waited.
 * - `cancelled`: it was cancelled, or took longer than allowed.
 * - `lost`: the connection broke.
 * - `missing`: a table or a column that there isn't.
 * - `failed`: anything else.
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
  | 'missing'
  | 'failed'

/**
 * `code` is the engine's own. `constraint`, `table` and `columns` are those that it names; of a foreign key, `pointedTo`
 * says that a row can't go because others point to it. `unknown` says that the statement may have been done all the same.
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
 * An error of which only that is known which is given.
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
 * Whether a transaction that ended so is worth running anew as a whole.
 *
 * @since 0.2.0
 */
export const isTransient = ({ kind }: SqlError): boolean => kind === 'serialization' || kind === 'deadlock'

/**
 * Whether a constraint refused the statement, so that nothing of it was done.
 *
 * @since 0.2.0
 */
export const isViolation = ({ kind }: SqlError): boolean =>
  kind === 'unique' || kind === 'foreignKey' || kind === 'notNull' || kind === 'check' || kind === 'tooLarge'
