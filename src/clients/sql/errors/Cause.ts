/**
 * The error that a driver's package rejects with.
 *
 * @since 0.2.0
 */

const valueIn = (cause: unknown, name: string): unknown =>
  typeof cause === 'object' && cause !== null ? (Reflect.get(cause, name) as unknown) : undefined

/**
 * A text member of an error, if it has one.
 *
 * @since 0.2.0
 */
export const textIn = (cause: unknown, name: string): string | null => {
  const value = valueIn(cause, name)
  return typeof value === 'string' ? value : null
}

/**
 * A number member of an error, if it has one.
 *
 * @since 0.2.0
 */
export const numberIn = (cause: unknown, name: string): number | null => {
  const value = valueIn(cause, name)
  return typeof value === 'number' ? value : null
}

/** The names of a broken connection in packages that use sockets. */
const broken = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'PROTOCOL_CONNECTION_LOST',
  'ERR_SOCKET_BAD_PORT',
  'ERR_STREAM_PREMATURE_CLOSE',
])

/**
 * Whether an error means that a connection broke or couldn't be made.
 *
 * @since 0.2.0
 */
export const isLost = (cause: unknown): boolean => broken.has(textIn(cause, 'code') ?? '')

/** The messages of packages after a close. The message of MariaDB's package begins with the connection. */
const closedWords =
  /^(?:\(\w+:-?\d+, no: \d+, SQLState: \w+\) )?(?:Cannot use a pool after calling end|Called end on pool more than once|PGlite is (?:closed|closing)|(?:Cannot (?:add request|create new connection) to pool, )?pool (?:is )?(?:already )?closed|database is not open|The database connection is not open|statement has been finalized|driver has already been destroyed)/iu

/**
 * Whether an error means that the program itself closed the pool or the database.
 *
 * @since 0.2.0
 */
export const isClosed = (cause: unknown): boolean => closedWords.test(textIn(cause, 'message') ?? '')
