import { either as E } from 'fp-ts'
import type { Predicate } from '../expression/Ref.js'
import { append } from './append.js'
import { aCondition, calling, conditionIn } from './calling.js'
import type { AnyQueryset, Queryset } from './Queryset.js'

/**
 * The rows that meet a predicate. Conditions on a to-many relation in one `some` must hold for the same related row. In
 * two separate filters they may hold for two different ones.
 *
 * @example
 * import { autoId, field, filter, pipe, print, schema } from 'queryset-ts'
 * const { genre } = schema({ genre: { id: autoId, name: field.text() } })
 * console.log(print(pipe(genre, filter((g) => g.name.eq('Rock'))))) // => pipe(genre, filter((g) => g.name.eq('Rock')))
 *
 * @since 0.1.0
 */
export const filter =
  <R>(predicate: (row: R) => Predicate) =>
  <A, M>(queryset: Queryset<R, A, M>): Queryset<R, A, M> =>
    // The type of the rows stays the same.
    filtered(queryset, predicate) as Queryset<R, A, M>

const filtered = (queryset: AnyQueryset, predicate: (row: never) => unknown): AnyQueryset =>
  append(queryset, 'filter', (scope) => {
    const at = { step: 'filter' as const, index: queryset.length, hint: aCondition }
    const result = calling(scope, predicate, at)
    if (E.isLeft(result)) return result
    const met = conditionIn(at, result.right)
    return E.isLeft(met)
      ? met
      : E.right({ step: { _tag: 'filter', predicate: met.right }, by: result.right.by })
  })
