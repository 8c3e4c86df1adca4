import type { QueryError } from '../../value/QueryError.js'

/**
 * An error as it is shown: its tag and its message.
 *
 * @since 0.1.0
 */
export const problem = (error: QueryError): { readonly error: string; readonly message: string } => ({
  error: error._tag,
  message: error.message,
})
