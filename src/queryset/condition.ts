/**
 * Explains a value that stands where a condition is expected.
 *
 * @since 0.2.0
 */
import { sortOf } from '../value/describe.js'
import { invalidStep } from '../value/QueryError.js'
import { isExpr } from '../expression/toRef.js'
import { predicateOf } from './predicateOf.js'
import { returnedBy, type CallbackTrace } from './CallbackTrace.js'

/** The value that was found instead of a condition. */
interface Odd {
  readonly odd: unknown
}

/**
 * The first part of a condition built by `and`, `or`, `xor` or `not` that is not a condition. `null` if all parts are.
 *
 * @since 0.2.0
 */
export const oddIn = (returned: unknown): Odd | null => {
  const left: Array<unknown> = [returned]
  /* eslint-disable-next-line functional/no-loop-statements -- conditions can be nested to any depth */
  while (left.length > 0) {
    const each = left.pop()
    const predicate = predicateOf(each)
    if (predicate === null) return { odd: each }
    if (predicate._tag === 'not') left.push(predicate.predicate)
    else if (predicate._tag === 'and') predicate.all.forEach((part) => left.push(part))
    else if (predicate._tag === 'or') predicate.any.forEach((part) => left.push(part))
    else if (predicate._tag === 'xor') predicate.odd.forEach((part) => left.push(part))
  }
  return null
}

/**
 * The mistake of a step whose callback gave something other than a condition. The message shows what a condition looks
 * like.
 *
 * @since 0.2.0
 */
export const noCondition = (trace: CallbackTrace, odd: unknown): NonNullable<CallbackTrace['mistake']> => {
  const wrong = returnedBy(trace, odd)
  if (wrong !== null) return () => wrong
  const path = trace.found?.path.join('.') ?? 'name'
  const example = `A condition is what a lookup gives: (row) => row.${path}.eq(…).`
  if (typeof odd === 'boolean')
    return gave(
      'a boolean instead of a condition: operators such as === compare references, and not the values of rows',
      `${example} Write it instead of row.${path} === ….`,
    )
  if (odd === undefined)
    return gave('nothing instead of a condition', `${example} A callback in braces needs a return.`)
  return isExpr(odd)
    ? gave('a reference instead of a condition', `${example} For a boolean expression, write holds(…).`)
    : gave(`${sortOf(odd)} instead of a condition`, example)
}

const gave =
  (what: string, hint: string): NonNullable<CallbackTrace['mistake']> =>
  (step, index) =>
    invalidStep(step, index, `its callback gave ${what}`, hint)

/**
 * Like `noCondition`, for a value that is not an expression.
 *
 * @since 0.2.0
 */
export const noExpression = (trace: CallbackTrace, odd: unknown): NonNullable<CallbackTrace['mistake']> => {
  const wrong = returnedBy(trace, odd)
  if (wrong !== null) return () => wrong
  return gave(
    `${sortOf(odd)} instead of an expression`,
    'An expression is a column, or what is computed from columns: (row) => row.price.times(2).',
  )
}
