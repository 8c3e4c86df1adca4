import { ownField } from '../../expression/ownField.js'
import type { QueryRule } from './Rule.js'

/**
 * Drops `distinct` if the columns include the primary key of the model, since the rows are distinct already.
 *
 * @since 0.1.0
 */
export const keyedDistinct: QueryRule = {
  _tag: 'query',
  name: 'keyedDistinct',
  why: 'Telling rows apart costs, and needs all of them at once.',
  apply: (query, schema) => {
    if (!query.distinct || query.columns === null || query.from._tag !== 'model') return query
    const pk = schema.models.get(query.from.model)?.primaryKey
    const keyed = query.columns.some(({ expression }) => ownField(expression) === pk)
    return keyed ? { ...query, distinct: false } : query
  },
}
