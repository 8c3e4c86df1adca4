import { clientFailed, type QueryError } from '../../value/QueryError.js'
import type { SqlError } from './SqlError.js'

/** Errors after which a retry may succeed. */
const passing: ReadonlySet<SqlError['kind']> = new Set([
  'serialization',
  'deadlock',
  'busy',
  'lost',
  'cancelled',
])

/**
 * The database's error for a read, as an error of the client. Its cause contains no value.
 *
 * @since 0.2.0
 */
export const failed = (client: string, operation: string, error: SqlError): QueryError =>
  clientFailed(client, operation, error, {
    message: error.message,
    retryable: passing.has(error.kind),
    hint:
      error.kind === 'closed'
        ? "Look for what closed it: 'close' of the client or of the driver, or the end of its pool."
        : "See 'cause' for the engine's own code.",
  })
