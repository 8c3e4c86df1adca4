import { sqlError, type SqlError, type SqlErrorKind } from '../SqlError.js'
import { isClosed, isLost, numberIn, textIn } from './Cause.js'
import { wordsFor } from './postgresError.js'

// By number, since a package may have another name for the error.
const kinds: ReadonlyMap<number, SqlErrorKind> = new Map<number, SqlErrorKind>([
  [1062, 'unique'],
  [1586, 'unique'],
  [1451, 'foreignKey'],
  [1452, 'foreignKey'],
  [1216, 'foreignKey'],
  [1217, 'foreignKey'],
  [1048, 'notNull'],
  [1138, 'notNull'],
  [1364, 'notNull'],
  [4025, 'check'],
  [3819, 'check'],
  [1406, 'tooLarge'],
  [1264, 'tooLarge'],
  [1690, 'tooLarge'],
  [1020, 'serialization'],
  [1213, 'deadlock'],
  // A deadlock over the key counter.
  [1467, 'deadlock'],
  [1205, 'busy'],
  [1317, 'cancelled'],
  [1969, 'cancelled'],
  [3024, 'cancelled'],
  [1927, 'lost'],
  [1053, 'lost'],
  [2006, 'lost'],
  [2013, 'lost'],
  [1146, 'missing'],
  [1054, 'missing'],
  [1049, 'missing'],
])

/** The codes of the packages for a lost connection. Some have their own numbers. */
const gone = /^(?:ER_SOCKET_|ER_CONNECTION_|ER_CMD_CONNECTION_CLOSED|ER_GET_CONNECTION_TIMEOUT|PROTOCOL_)/u

/** The message of `mysql2` for a closed connection. It has no code. */
const isInClosedState = (cause: unknown, message: string): boolean =>
  typeof cause === 'object' &&
  cause !== null &&
  Reflect.get(cause, 'fatal') === true &&
  message.endsWith('when connection is in closed state')

/** Errors whose messages contain names and never values. */
const namesOnly = new Set([1044, 1045, 1049, 1050, 1051, 1054, 1060, 1061, 1071, 1091, 1093, 1146, 1305])

/**
 * An error of MariaDB or MySQL. Messages contain values, so only names are read from them.
 *
 * @since 0.2.0
 */
export const mysqlError = (cause: unknown): SqlError => {
  if (isClosed(cause)) return sqlError('closed', wordsFor('closed', null))
  const number = numberIn(cause, 'errno')
  const name = textIn(cause, 'code') ?? ''
  const message = textIn(cause, 'sqlMessage') ?? textIn(cause, 'message') ?? ''
  const code = number === null ? (name === '' ? null : name) : String(number)
  const known = number === null ? undefined : kinds.get(number)
  if (known === undefined && (isLost(cause) || gone.test(name) || isInClosedState(cause, message)))
    return sqlError('lost', wordsFor('lost', null), { code, unknown: true })
  const kind = known ?? 'failed'
  return sqlError(kind, number !== null && namesOnly.has(number) ? message : wordsFor(kind, code), {
    code,
    ...namesIn(kind, number, message),
    unknown: kind === 'lost',
  })
}

type Names = Partial<Pick<SqlError, 'constraint' | 'table' | 'columns' | 'pointedTo'>>

const namesIn = (kind: SqlErrorKind, number: number | null, message: string): Names => {
  switch (kind) {
    case 'unique':
      // The text before it is a value, which may contain anything.
      return { constraint: /for key '(?:[^'.]*\.)?([^'.]+)'$/u.exec(message)?.[1] ?? null }
    case 'foreignKey': {
      const found = /\(`[^`]*`\.`([^`]*)`, CONSTRAINT `([^`]*)` FOREIGN KEY \(([^)]*)\)/u.exec(message)
      return {
        constraint: found?.[2] ?? null,
        table: found?.[1] ?? null,
        columns: (found?.[3] ?? '').split(', ').flatMap((each) => /^`([^`]*)`$/u.exec(each)?.[1] ?? []),
        pointedTo: number === 1451 || number === 1217,
      }
    }
    case 'notNull': {
      const column = /^(?:Column|Field) '([^']*)' (?:cannot be null|doesn't have a default)/u.exec(
        message,
      )?.[1]
      return { columns: column === undefined ? [] : [column] }
    }
    case 'check':
      return { constraint: /^(?:CONSTRAINT|Check constraint) [`']([^`']*)[`'] /u.exec(message)?.[1] ?? null }
    case 'tooLarge': {
      const column = / for column (?:`[^`]*`\.`[^`]*`\.)?[`']([^`']*)[`'] at row \d+$/u.exec(message)?.[1]
      return { columns: column === undefined ? [] : [column] }
    }
    default:
      return {}
  }
}
