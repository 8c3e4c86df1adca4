import { either as E } from 'fp-ts'
import { invalidStep } from '../value/QueryError.js'
import { append } from './append.js'
import { asQueryset, type AnyQueryset, type Queryset } from './Queryset.js'

/**
 * A set operation on a model's rows, which are compared by key.
 *
 * @since 0.1.0
 */
export const merge =
  <R, A, M>(name: 'and' | 'or' | 'xor', other: Queryset<R, A, M>) =>
  (queryset: Queryset<R, A, M>): Queryset<R, A, M> =>
    // Both have rows of the same type.
    merged(queryset, name, other) as Queryset<R, A, M>

const merged = (queryset: AnyQueryset, name: 'and' | 'or' | 'xor', given: AnyQueryset): AnyQueryset => {
  const other = asQueryset(given)
  const next = append(queryset, name, () =>
    E.isLeft(other.scope)
      ? other.scope
      : other.model !== queryset.model || other.schema !== queryset.schema
        ? E.left(
            invalidStep(
              name,
              queryset.length,
              `the querysets are of different models, ${queryset.model} and ${other.model}`,
              "Use 'union' for rows of different models, projected to the same columns.",
            ),
          )
        : E.right({ step: { _tag: name, other } }),
  )
  return other.open ? { ...next, open: true } : next
}
