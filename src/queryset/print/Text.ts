/**
 * The code of an expression, with what is known of its value. It also decides where a constant can be written as a bare
 * literal.
 *
 * @since 0.2.0
 */
import { either as E, option as O } from 'fp-ts'
import type * as t from 'io-ts'
import type { Const, Expression, Node } from '../../expression/Expression.js'
import { canonical } from '../../value/canonical.js'
import type { Kind } from '../../value/Value.js'
import { literal } from './code.js'

/**
 * Code, and what is known of its value.
 *
 * @since 0.1.0
 */
export interface Text {
  readonly code: string
  /** The bare literal, which has no methods. */
  readonly literal: string | null
  readonly kind: Kind | null
  /** The user's own codec for the value. */
  readonly codec: t.Mixed | null
}

/**
 * A constant as a bare literal.
 *
 * @since 0.2.0
 */
export const printConst = ({ value, kind }: Const): Text => {
  const code = literal(value)
  return { code, literal: code, kind, codec: null }
}

/**
 * The code of an expression that can be used alone. A literal becomes `value(…)`.
 *
 * @since 0.2.0
 */
export const solid = <S>(text: Text, expression: Node<S>): string =>
  text.literal === null || expression._tag !== 'const'
    ? text.code
    : expression.kind === 'text' || expression.kind === 'boolean' || expression.kind === 'float'
      ? `value(${text.literal})`
      : `value(${text.literal}, '${expression.kind}')`

/**
 * Like `solid`, for an operand that may be absent.
 *
 * @since 0.2.0
 */
export const solidOf = <S>(expression: Expression<S>, text: Text | undefined): string =>
  text === undefined ? '' : solid(text, expression)

/**
 * An operand next to a value. A constant can be a bare literal if it would be read as kind `as` again (`null` if
 * nothing is known).
 *
 * @since 0.2.0
 */
export const operandOf = <S>(operand: Expression<S>, text: Text | undefined, as: Kind | null): string =>
  text === undefined
    ? ''
    : operand._tag !== 'const' || as === null || operand.kind === as
      ? text.code
      : solid(text, operand)

/**
 * A constant next to a value with its own codec is written as the codec's result, if that is JSON.
 *
 * @since 0.2.0
 */
export const coded = (codec: t.Mixed, { value, kind }: Const): string => {
  const decoded = codec.decode(value)
  const json = E.isLeft(decoded) ? O.none : canonical('json', decoded.right)
  return O.isSome(json)
    ? literal(json.value)
    : `value(${literal(value)}${kind === 'text' ? '' : `, '${kind}'`})`
}
