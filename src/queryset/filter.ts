import { either as E } from 'fp-ts'
import type { Predicate } from '../expression/Ref.js'
import { append, say } from './append.js'
import { predicateOf } from './predicateOf.js'
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
    E.map(({ said, by }: { readonly said: ReturnType<typeof predicateOf>; readonly by: symbol }) => ({
      step: { _tag: 'filter' as const, predicate: said ?? { _tag: 'or' as const, any: [] } },
      by,
    }))(say('filter', queryset.length, scope, predicate, predicateOf)),
  )
