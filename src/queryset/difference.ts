import { combine } from './combine.js'
import type { Queryset } from './Queryset.js'

/**
 * The rows that are in none of the other querysets, each once. Rows are compared as projected. The order is undefined.
 *
 * @example
 * import { autoId, difference, field, filter, pipe, print, schema } from 'queryset-ts'
 * const { genre } = schema({ genre: { id: autoId, name: field.text() } })
 * console.log(print(pipe(genre, difference(pipe(genre, filter((g) => g.name.eq('Rock')))))))
 * // => pipe(genre, difference(pipe(genre, filter((g) => g.name.eq('Rock')))))
 *
 * @since 0.1.0
 */
export const difference =
  <R, A, M>(...others: ReadonlyArray<Queryset<R, A, M>>) =>
  (queryset: Queryset<R, A, M>): Queryset<R, A, M> =>
    combine('difference', queryset, others)
