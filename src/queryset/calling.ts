/**
 * Calls a callback with references, and explains its mistakes: a missing name, a boolean instead of a condition, or an
 * error that it threw.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { describeCause } from '../value/describeCause.js'
import { sortOf } from '../value/describe.js'
import { invalidStep, type QueryError } from '../value/QueryError.js'
import type { Predicate } from '../expression/Expression.js'
import type { Scope } from '../expression/Scope.js'
import { groupRef, withRefs } from './refs.js'
import { noCondition, oddIn } from './condition.js'
import { predicateOf } from './predicateOf.js'
import type { AnyQueryset, StepName } from './Queryset.js'
import { emptyTrace, returnedBy, thrownBy, type CallbackTrace } from './CallbackTrace.js'

/**
 * The step whose callback is called: its name and position. `title` is the callback's name in messages.
 *
 * @since 0.2.0
 */
export interface Calling {
  readonly step: StepName
  readonly index: number
  readonly title?: string
  /** What the callback must return. */
  readonly hint: string
}

/**
 * What a callback returned, the owner of its references, and what it asked them for.
 *
 * @since 0.2.0
 */
export interface CallbackResult<T> {
  readonly returned: T
  readonly by: symbol
  readonly trace: CallbackTrace
}

/**
 * Calls a callback with references to the rows of a scope.
 *
 * @since 0.2.0
 */
export const calling = <T>(
  scope: Scope,
  callback: (refs: never) => T,
  at: Calling,
): E.Either<QueryError, CallbackResult<T>> =>
  called(at, (trace) => ({ ...withRefs(scope, callback, trace), trace }))

/**
 * Calls a callback with the reference to a group of rows of a scope. The reference belongs to `by`.
 *
 * @since 0.2.0
 */
export const callingGroup = <T>(
  scope: Scope,
  by: symbol,
  callback: (group: never) => T,
  at: Calling,
): E.Either<QueryError, CallbackResult<T>> =>
  // The group's reference aggregates over the scope's rows, which is what its type says.
  called(at, (trace) => ({ returned: callback(groupRef(scope, by, trace) as never), by, trace }))

const called = <T>(
  { step, index, title = 'its callback', hint }: Calling,
  call: (trace: CallbackTrace) => CallbackResult<T>,
): E.Either<QueryError, CallbackResult<T>> => {
  const trace = emptyTrace()
  try {
    const returned = call(trace)
    return trace.mistake === null ? E.right(returned) : E.left(trace.mistake(step, index))
  } catch (cause) {
    return E.left(
      trace.mistake?.(step, index) ??
        thrownBy(trace, cause) ??
        invalidStep(step, index, `${title} threw: ${describeCause(cause)}`, hint),
    )
  }
}

/**
 * The mistake of a callback that returned a value of the wrong type.
 *
 * @since 0.2.0
 */
export const misread = <T>(
  { step, index, title = 'its callback', hint }: Calling,
  { returned, trace }: CallbackResult<T>,
): QueryError =>
  returnedBy(trace, returned) ??
  invalidStep(step, index, `${title} returned something else than it should: ${sortOf(returned)}`, hint)

/**
 * What a filter's callback must return.
 *
 * @since 0.2.0
 */
export const aCondition = "Return a condition: (row) => row.name.eq('Rock')."

/**
 * The condition that a callback returned. If it contains anything but conditions, it is a mistake.
 *
 * @since 0.2.0
 */
export const conditionIn = <T>(
  { step, index }: Pick<Calling, 'step' | 'index'>,
  { returned, trace }: CallbackResult<T>,
): E.Either<QueryError, Predicate<AnyQueryset>> => {
  const odd = oddIn(returned)
  const predicate = predicateOf(returned)
  return odd === null && predicate !== null
    ? E.right(predicate)
    : E.left(noCondition(trace, odd?.odd)(step, index))
}
