import type { ScopeColumn } from './Scope.js'
import { scaleOf } from './scaleOf.js'
import { codecOf, type TypedExpression } from './Typed.js'

/**
 * A typed expression as a column of rows.
 *
 * @since 0.2.0
 */
export const columnOf = <T>(expression: TypedExpression<T>): ScopeColumn => ({
  kind: expression.type.kind,
  nullable: expression.type.nullable,
  target: null,
  codec: codecOf(expression),
  ...scaled(expression),
})

const scaled = <T>(expression: TypedExpression<T>): { readonly scale?: number } => {
  const scale = expression.type.kind === 'decimal' ? scaleOf(expression) : null
  return scale === null ? {} : { scale }
}
