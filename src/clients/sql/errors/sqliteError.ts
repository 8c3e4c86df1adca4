import { sqlError, type SqlError, type SqlErrorKind } from '../SqlError.js'
import { isClosed, numberIn, textIn } from './Cause.js'
import { wordsFor } from './postgresError.js'

/** By the extended code: `better-sqlite3` gives its name, and `node:sqlite` its number. */
const kinds: ReadonlyArray<readonly [string, number, SqlErrorKind]> = [
  ['SQLITE_CONSTRAINT_UNIQUE', 2067, 'unique'],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', 1555, 'unique'],
  ['SQLITE_CONSTRAINT_ROWID', 2579, 'unique'],
  ['SQLITE_CONSTRAINT_FOREIGNKEY', 787, 'foreignKey'],
  ['SQLITE_CONSTRAINT_NOTNULL', 1299, 'notNull'],
  ['SQLITE_CONSTRAINT_CHECK', 275, 'check'],
  ['SQLITE_CONSTRAINT_DATATYPE', 3091, 'check'],
  ['SQLITE_TOOBIG', 18, 'tooLarge'],
  ['SQLITE_BUSY', 5, 'busy'],
  ['SQLITE_BUSY_RECOVERY', 261, 'busy'],
  ['SQLITE_BUSY_TIMEOUT', 773, 'busy'],
  ['SQLITE_BUSY_SNAPSHOT', 517, 'serialization'],
  ['SQLITE_LOCKED', 6, 'busy'],
  ['SQLITE_INTERRUPT', 9, 'cancelled'],
]

/** A word that doesn't occur in values. */
const missing = /^(?:no such (?:table|column): |table \S+ has no column named )/u

/**
 * An error of SQLite.
 *
 * @since 0.2.0
 */
export const sqliteError = (cause: unknown): SqlError => {
  if (isClosed(cause)) return sqlError('closed', wordsFor('closed', null))
  const name = textIn(cause, 'code')
  const number = numberIn(cause, 'errcode')
  const message = textIn(cause, 'message') ?? ''
  const known = kinds.find((each) => each[0] === name || each[1] === number)
  const kind = known?.[2] ?? (missing.test(message) ? 'missing' : 'failed')
  const code = known?.[0] ?? name
  return sqlError(kind, kind === 'missing' || isSyntax(name, number) ? message : wordsFor(kind, code), {
    code,
    ...namesIn(kind, message),
  })
}

/** SQLITE_ERROR is about the text of the statement, which contains no values. */
const isSyntax = (name: string | null, number: number | null): boolean =>
  name === 'SQLITE_ERROR' || number === 1

const namesIn = (
  kind: SqlErrorKind,
  message: string,
): Partial<Pick<SqlError, 'constraint' | 'table' | 'columns'>> => {
  const told = /constraint failed: (.*)$/u.exec(message)?.[1]
  if (told === undefined) return {}
  if (kind === 'check') return { constraint: told }
  const index = /^index '(.*)'$/u.exec(told)?.[1]
  if (index !== undefined) return { constraint: index }
  const columns = told.split(', ').map((each) => each.split('.'))
  return {
    table: columns[0]?.[0] ?? null,
    columns: columns.map((each) => each.slice(1).join('.')),
  }
}
