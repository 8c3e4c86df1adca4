import { either as E } from 'fp-ts'
import { append } from './append.js'
import type { Queryset } from './Queryset.js'

/**
 * The rows in the opposite order. If nothing has ordered them yet, they are sorted by the primary key, descending.
 *
 * @example
 * import { autoId, pipe, print, reverse, schema } from 'queryset-ts'
 * console.log(print(pipe(schema({ genre: { id: autoId } }).genre, reverse))) // => pipe(genre, reverse)
 *
 * @since 0.1.0
 */
export const reverse = <R, A, M>(queryset: Queryset<R, A, M>): Queryset<R, A, M> =>
  // The type of the rows stays the same.
  append(queryset, 'reverse', () => E.right({ step: { _tag: 'reverse' } })) as Queryset<R, A, M>
