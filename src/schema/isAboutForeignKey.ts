import type { QueryError } from '../value/QueryError.js'
import type { Schema } from './Schema.js'

/**
 * Whether an error is the conflict of a foreign key that leads to no row, or that a row which is to be deleted is referred
 * to by: one over a single foreign key. No other row has to go or to be made for it, so trying again doesn't help, and it
 * is none of the conflicts that can be ignored.
 *
 * @since 0.2.0
 */
export const isAboutForeignKey = (schema: Schema, error: QueryError): boolean => {
  if (error._tag !== 'Conflict' || error.fields.length !== 1) return false
  const column = schema.models.get(error.model)?.columns.get(error.fields[0] ?? '')
  return column !== undefined && column.target !== null && error.errors.length === 0
}
