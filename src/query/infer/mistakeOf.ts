import { invalidField, invalidQuery, type QueryError } from '../../value/QueryError.js'
import { namesOf, type Scope } from '../../expression/Scope.js'
import type { Query } from '../Query.js'

/**
 * The mistakes of a pass apart from its expressions: its slice, parts that can't be combined, and unknown fields.
 *
 * @since 0.2.0
 */
export const mistakeOf = (query: Query, row: Scope): QueryError | null =>
  badSlice(query) ?? badProjection(query) ?? badField(query, row)

const badSlice = ({ slice }: Query): QueryError | null =>
  slice === null || [slice.offset, slice.limit ?? 0].every((n) => Number.isSafeInteger(n) && n >= 0)
    ? null
    : invalidQuery('slice', 'an offset or limit that is not a count', 'Give whole numbers, 0 or more.')

/** Columns are chosen in only one way. `fields` and `related` apply to unchanged rows of a model. */
const badProjection = ({ columns, group, fields, related }: Query): QueryError | null => {
  if (columns !== null && group !== null)
    return invalidQuery('group', 'a projection besides', "Give 'columns' or 'group'.")
  return (columns !== null || group !== null) && (fields !== null || related.length > 0)
    ? invalidQuery(
        fields === null ? 'related' : 'fields',
        "rows with 'columns' or a 'group' have no others",
        'Leave it out.',
      )
    : null
}

const badField = ({ fields }: Query, row: Scope): QueryError | null => {
  const unknown = fields?.find((field) => !row.columns.has(field))
  return unknown === undefined ? null : invalidField(row.model, unknown, 'is not a field', namesOf(row))
}
