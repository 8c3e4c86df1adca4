import type { QueryError } from '../value/QueryError.js'
import type { Schema } from './Schema.js'

/**
 * Whether an error is the conflict of a single foreign key: it leads to no row, or it refers to a row that is to be
 * deleted. Trying again doesn't help, since no other row has to be deleted or created first. Such a conflict can't be
 * ignored.
 *
 * @since 0.2.0
 */
export const isAboutForeignKey = (schema: Schema, error: QueryError): boolean => {
  if (error._tag !== 'Conflict' || error.fields.length !== 1) return false
  const column = schema.models.get(error.model)?.columns.get(error.fields[0] ?? '')
  return column !== undefined && column.target !== null && error.errors.length === 0
}
