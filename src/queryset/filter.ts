import { either as E } from 'fp-ts'
import type { Predicate as Condition } from '../expression/Expression.js'
import type { Predicate } from '../expression/Ref.js'
import { append } from './append.js'
import { aCondition, calling, conditionIn, type Said } from './calling.js'
import type { AnyQueryset, Queryset } from './Queryset.js'

/**
 * The rows that meet a predicate. Filters of the same to-many relation in one `some` are about one related row; in
 * two filters they may be about two.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, field, filter, print, schema } from 'queryset-ts'
 * const { genre } = schema({ genre: { id: autoId, name: field.text() } })
 * console.log(print(pipe(genre, filter((g) => g.name.eq('Rock'))))) // => pipe(genre, filter((g) => g.name.eq('Rock')))
 *
 * @since 0.1.0
 */
export const filter =
  <R>(predicate: (row: R) => Predicate) =>
  <A, M>(queryset: Queryset<R, A, M>): Queryset<R, A, M> =>
    // A filter keeps the type of the rows.
    filtered(queryset, predicate) as Queryset<R, A, M>

const filtered = (queryset: AnyQueryset, predicate: (row: never) => unknown): AnyQueryset =>
  append(queryset, 'filter', (scope) =>
    E.flatMap(
      calling(scope, predicate, { step: 'filter', index: queryset.length, hint: aCondition }),
      (told: Said<unknown>) => {
        const met = conditionIn({ step: 'filter', index: queryset.length }, told)
        return E.map((predicate: Condition<AnyQueryset>) => ({
          step: { _tag: 'filter' as const, predicate },
          by: told.by,
        }))(met)
      },
    ),
  )
