import { combine } from './combine.js'
import type { Queryset } from './Queryset.js'

/**
 * The rows of all the querysets, each once. Rows are compared as projected; rows of a model without annotations are
 * compared by key. The order is undefined.
 *
 * @example
 * import { autoId, field, filter, pipe, print, schema, union } from 'queryset-ts'
 * const { genre } = schema({ genre: { id: autoId, name: field.text() } })
 * console.log(print(pipe(genre, union(pipe(genre, filter((g) => g.name.eq('Rock')))))))
 * // => pipe(genre, union(pipe(genre, filter((g) => g.name.eq('Rock')))))
 *
 * @since 0.1.0
 */
export const union =
  <R, A, M>(...others: ReadonlyArray<Queryset<R, A, M>>) =>
  (queryset: Queryset<R, A, M>): Queryset<R, A, M> =>
    combine('union', queryset, others)
