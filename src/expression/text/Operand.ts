import type { Expression, Subquery } from '../Expression.js'

/** Where a value that is an expression keeps it: no JSON has a key like this. */
const wrapped: unique symbol = Symbol('expression')

/**
 * An expression as the value of a lookup.
 *
 * @since 0.1.0
 */
export interface ParsedOperand<S> {
  readonly [wrapped]: Expression<S>
}

/**
 * An expression as the value of a lookup. What isn't wrapped like this is taken as JSON, whatever it looks like: it
 * may come from somebody else.
 *
 * @since 0.1.0
 */
export const operandOf = <S>(expression: Expression<S>): ParsedOperand<S> => ({ [wrapped]: expression })

/** @since 0.1.0 */
export const isOperand = <S>(u: unknown): u is ParsedOperand<S> =>
  typeof u === 'object' && u !== null && wrapped in u

/** @since 0.1.0 */
export const isSubquery = <S>(u: unknown): u is ParsedOperand<S> & { readonly [wrapped]: Subquery<S> } =>
  isOperand<S>(u) && u[wrapped]._tag === 'subquery'

/**
 * The expression that an operand wraps.
 *
 * @since 0.2.0
 */
export const unwrapped = <E>({ [wrapped]: expression }: { readonly [wrapped]: E }): E => expression
