import type { Expression } from './Expression.js'

/**
 * The column of the row itself that an expression is; `null` where it is something else.
 *
 * @since 0.1.0
 */
export const ownField = <Q>(expression: Expression<Q>): string | null =>
  expression._tag === 'column' && expression.level === 0 && expression.path.length === 1
    ? (expression.path[0] ?? null)
    : null
