import { combine } from './combine.js'
import type { Queryset } from './Queryset.js'

/**
 * The rows that are in all of the querysets, each once. Rows are compared as projected. The order is undefined.
 *
 * @example
 * import { autoId, field, filter, intersection, pipe, print, schema } from 'queryset-ts'
 * const { genre } = schema({ genre: { id: autoId, name: field.text() } })
 * console.log(print(pipe(genre, intersection(pipe(genre, filter((g) => g.name.eq('Rock')))))))
 * // => pipe(genre, intersection(pipe(genre, filter((g) => g.name.eq('Rock')))))
 *
 * @since 0.1.0
 */
export const intersection =
  <R, A, M>(...others: ReadonlyArray<Queryset<R, A, M>>) =>
  (queryset: Queryset<R, A, M>): Queryset<R, A, M> =>
    combine('intersection', queryset, others)
