import type { Expression } from '../../expression/Expression.js'
import type { Query } from '../../query/Query.js'

/**
 * The field of the row itself that an expression is; `null` where it is something else.
 *
 * @since 0.1.0
 */
export const ownField = (expression: Expression<Query>): string | null =>
  expression._tag === 'column' && expression.level === 0 && expression.path.length === 1
    ? (expression.path[0] ?? null)
    : null
