import { sqlError, type SqlError, type SqlErrorKind } from '../SqlError.js'
import { isClosed, isLost, textIn } from './Cause.js'

const kinds: ReadonlyMap<string, SqlErrorKind> = new Map([
  ['23505', 'unique'],
  ['23P01', 'unique'],
  ['23503', 'foreignKey'],
  ['23001', 'foreignKey'],
  ['23502', 'notNull'],
  ['23514', 'check'],
  ['22003', 'tooLarge'],
  ['22001', 'tooLarge'],
  ['40001', 'serialization'],
  ['40P01', 'deadlock'],
  ['55P03', 'busy'],
  ['57014', 'cancelled'],
  ['57P01', 'lost'],
  ['57P02', 'lost'],
  ['57P03', 'lost'],
  ['57P05', 'lost'],
  ['42P01', 'missing'],
  ['42703', 'missing'],
  ['3F000', 'missing'],
])

/** The classes of errors whose messages contain names, connections and sizes, and never values. */
const namesOnly = /^(?:0[8A]|25|28|3D|3F|42|53|55|57|58)/u

/** The package's own messages for a lost connection. */
const gone =
  /^(?:Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/u

/** The error of a prepared statement whose tables were changed. */
const outdated = /^cached plan must not change result type/u

/**
 * An error of PostgreSQL. Its `detail` and most messages contain values, so they are left out.
 *
 * @since 0.2.0
 */
export const postgresError = (cause: unknown): SqlError => {
  if (isClosed(cause)) return sqlError('closed', wordsFor('closed', null))
  const code = textIn(cause, 'code')
  const message = textIn(cause, 'message') ?? ''
  if (isLost(cause) || (code === null && gone.test(message)) || code?.startsWith('08') === true)
    return sqlError('lost', 'the connection to the database broke', { code, unknown: true })
  const kind =
    code === '0A000' && outdated.test(message) ? 'serialization' : (kinds.get(code ?? '') ?? 'failed')
  const constraint = textIn(cause, 'constraint')
  const table = textIn(cause, 'table')
  const column = textIn(cause, 'column')
  return sqlError(kind, code !== null && namesOnly.test(code) ? message : wordsFor(kind, code), {
    code,
    constraint,
    table,
    columns: column === null ? [] : [column],
    // The table that an error names is the one that is written: of a row that goes it isn't the one with the key.
    pointedTo:
      code === '23001' || (kind === 'foreignKey' && / update or delete on table /u.test(` ${message}`)),
    unknown: kind === 'lost',
  })
}

/**
 * A description without values.
 *
 * @since 0.2.0
 */
export const wordsFor = (kind: SqlErrorKind, code: string | number | null): string => {
  const words: { readonly [K in SqlErrorKind]: string } = {
    unique: 'a unique value is taken',
    foreignKey: 'a foreign key leads to no row, or a row is still pointed to',
    notNull: 'a value is missing',
    check: 'a check refuses a value',
    tooLarge: 'a value is too large for its column',
    serialization: 'the transaction conflicted with another one',
    deadlock: 'the transaction and another one waited for each other',
    busy: 'other transactions hold a lock that is needed',
    cancelled: 'the statement was cancelled, or took longer than allowed',
    lost: 'the connection to the database broke',
    closed: 'the driver was closed: make a new one, and close it after its last use',
    missing: 'there is no such table or column',
    failed: 'the database refused the statement',
  }
  return `${words[kind]}${code === null ? '' : ` (${String(code)})`}`
}
