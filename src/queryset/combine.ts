import { either as E } from 'fp-ts'
import { invalidStep } from '../value/QueryError.js'
import { append } from './append.js'
import { asQueryset, type AnyQueryset, type Queryset } from './Queryset.js'

/**
 * A set operation on rows.
 *
 * @since 0.1.0
 */
export const combine = <R, A, M>(
  name: 'union' | 'intersection' | 'difference',
  queryset: Queryset<R, A, M>,
  others: ReadonlyArray<Queryset<R, A, M>>,
): Queryset<R, A, M> =>
  // All of them have rows of the same type.
  combined(queryset, name, others) as Queryset<R, A, M>

const combined = (
  queryset: AnyQueryset,
  name: 'union' | 'intersection' | 'difference',
  given: ReadonlyArray<AnyQueryset>,
): AnyQueryset => {
  const others = given.map(asQueryset)
  const next = append(queryset, name, (scope) => {
    const mistaken = others.map((other) => other.scope).find(E.isLeft)
    if (mistaken !== undefined) return mistaken
    const names = [...scope.columns.keys()]
    const differs = others.some(
      (other) => E.isRight(other.scope) && !sameNames(names, [...other.scope.right.columns.keys()]),
    )
    return differs || others.some((other) => other.schema !== queryset.schema)
      ? E.left(
          invalidStep(
            name,
            queryset.length,
            'the querysets have different columns',
            'Project both to the same columns first.',
          ),
        )
      : E.right({ step: { _tag: name, others } })
  })
  return others.some((other) => other.open) ? { ...next, open: true } : next
}

const sameNames = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  a.length === b.length && a.every((name) => b.includes(name))
