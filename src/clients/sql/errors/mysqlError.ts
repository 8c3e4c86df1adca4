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
  // A column that a check uses can be neither renamed nor dropped.
  [3959, 'check'],
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
const namesOnly = new Set([
  1044, 1045, 1049, 1050, 1051, 1054, 1060, 1061, 1071, 1091, 1093, 1146, 1305, 3959,
])

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

/** A name as it is, of one between quotes. MariaDB doubles a quote inside it. */
const unquoted = (name: string, quote: string): string => name.replaceAll(quote + quote, quote)

/** The constraint, the table and the columns of a foreign key. They are between double quotes with `ANSI_QUOTES`. */
const foreignKeyIn = (message: string): Names => {
  const found =
    /\(([`"])(?<base>.*?)\1\.\1(?<table>.*?)\1, CONSTRAINT \1(?<name>.*?)\1 FOREIGN KEY \(\1(?<columns>.*?)\1\) REFERENCES \1/su.exec(
      message,
    )
  const { table, name, columns } = found?.groups ?? {}
  const quote = found?.[1] ?? ''
  const own = (text: string | undefined): string | null => (text === undefined ? null : unquoted(text, quote))
  return {
    constraint: own(name),
    table: own(table),
    columns: (columns ?? '')
      .split(`${quote}, ${quote}`)
      .flatMap((each) => (each === '' ? [] : [unquoted(each, quote)])),
  }
}

const namesIn = (kind: SqlErrorKind, number: number | null, message: string): Names => {
  switch (kind) {
    case 'unique':
      // The text before the last key is a value, which may contain anything.
      return { constraint: /^.*' for key '(?:[^.]*\.)?(.+)'$/su.exec(message)?.[1] ?? null }
    case 'foreignKey':
      return { ...foreignKeyIn(message), pointedTo: number === 1451 || number === 1217 }
    case 'notNull': {
      const column = /^(?:Column|Field) '(.*)' (?:cannot be null|doesn't have a default)/su.exec(message)?.[1]
      return { columns: column === undefined ? [] : [column] }
    }
    case 'check': {
      const [, quote = '', name] =
        /^(?:CONSTRAINT|Check constraint) ([`'])(.*)\1 (?:failed for|is violated|uses column)/su.exec(
          message,
        ) ?? []
      return { constraint: name === undefined ? null : quote === '`' ? unquoted(name, quote) : name }
    }
    case 'tooLarge': {
      const column = / for column (?:[`"].*[`"]\.)?([`'"])(.*)\1 at row \d+$/su.exec(message)?.[2]
      return { columns: column === undefined ? [] : [column] }
    }
    default:
      return {}
  }
}
