import { either as E } from 'fp-ts'
import { describeCause } from '../value/describeCause.js'
import { invalidStep, type QueryError } from '../value/QueryError.js'
import { codecOf, isExpr } from '../expression/toRef.js'
import { kindOf, type Expr } from '../expression/Ref.js'
import type { Scope, ScopeColumn } from '../expression/Scope.js'
import { bind } from './bind.js'
import { calling, misread, type Calling } from './calling.js'
import { asQueryset, stepAfter, type AnyQueryset, type Step, type StepName } from './Queryset.js'

/**
 * What a combinator computes from the rows in scope: a step, the owner of the references in it, and the scope of the
 * next callback.
 *
 * @since 0.1.0
 */
export interface AppendedStep {
  readonly step: Step
  readonly by?: symbol
  readonly scope?: Scope
}

/**
 * Appends a step. A queryset that already holds a mistake stays unchanged. A callback that throws is a mistake, which
 * the fold reports.
 *
 * @since 0.1.0
 */
export const append = (
  given: AnyQueryset,
  name: StepName,
  take: (scope: Scope) => E.Either<QueryError, AppendedStep>,
): AnyQueryset => {
  const queryset = asQueryset(given)
  const { scope: before, length: index } = queryset
  if (E.isLeft(before)) return stepAfter(queryset, null, before, queryset.open)
  try {
    const taken = take(before.right)
    if (E.isLeft(taken)) return stepAfter(queryset, null, taken, queryset.open)
    const { step, by, scope } = taken.right
    const bound = by === undefined ? { step, open: false } : bind(by, step)
    const next = scope === undefined ? before : E.right(scope)
    return stepAfter(queryset, bound.step, next, queryset.open || bound.open)
  } catch (cause) {
    const mistake = invalidStep(
      name,
      index,
      `its callback threw: ${describeCause(cause)}`,
      'Speak only of columns and relations that are there at this step.',
    )
    return stepAfter(queryset, null, E.left(mistake), queryset.open)
  }
}

/**
 * Calls a step's callback, and rejects a value of the wrong type. `hint` says what the callback must return.
 *
 * @since 0.1.0
 */
export const say = <T>(
  at: Calling,
  scope: Scope,
  callback: (refs: never) => unknown,
  read: (value: unknown) => T | null,
): E.Either<QueryError, { readonly returned: T; readonly by: symbol }> => {
  const result = calling(scope, callback, at)
  if (E.isLeft(result)) return result
  const understood = read(result.right.returned)
  return understood === null
    ? E.left(misread(at, result.right))
    : E.right({ returned: understood, by: result.right.by })
}

/**
 * The columns that a record of references defines.
 *
 * @since 0.1.0
 */
export const columnsOf = (record: object): ReadonlyMap<string, ScopeColumn> =>
  new Map(
    Object.entries(record).flatMap(([name, value]): ReadonlyArray<[string, ScopeColumn]> =>
      isExpr(value) ? [[name, columnOf(value)]] : [],
    ),
  )

const columnOf = (value: Expr): ScopeColumn => ({
  kind: value[kindOf],
  nullable: true,
  target: null,
  codec: codecOf(value),
})

/**
 * What a callback that defines columns must return.
 *
 * @since 0.2.0
 */
export const aRecord = 'Return a record of columns or expressions: (row) => ({ title: row.name }).'

/**
 * A callback's record of references, or `null` if it returned something else.
 *
 * @since 0.1.0
 */
export const recordOf = (value: unknown): object | null =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !isExpr(value) &&
  Object.values(value).every(isExpr)
    ? value
    : null

const wellNamed = /^[A-Za-z_$][\w$]*$/u

/**
 * The names that can't be column names, with the reason.
 *
 * @since 0.1.0
 */
export const misnamed = (
  name: StepName,
  index: number,
  given: ReadonlyArray<string>,
  isTaken: (name: string) => boolean = () => false,
): E.Either<QueryError, null> => {
  const clash = given.find(isTaken)
  const odd = given.find((each) => !wellNamed.test(each) || each === '__proto__')
  return clash !== undefined
    ? E.left(invalidStep(name, index, `'${clash}' is there already`, 'Choose another name.'))
    : odd !== undefined
      ? E.left(
          invalidStep(
            name,
            index,
            `'${odd}' can't be a column's name`,
            'Use letters, digits and underscores.',
          ),
        )
      : E.right(null)
}
