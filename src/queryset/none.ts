import { anyOf } from '../expression/predicates.js'
import { filter } from './filter.js'
import type { Queryset } from './Queryset.js'

/**
 * No rows, of the same type.
 *
 * @example
 * import { autoId, none, pipe, print, schema } from 'queryset-ts'
 * console.log(print(pipe(schema({ genre: { id: autoId } }).genre, none))) // => pipe(genre, filter(() => or()))
 *
 * @since 0.1.0
 */
export const none = <R, A, M>(queryset: Queryset<R, A, M>): Queryset<R, A, M> =>
  filter<R>(() => anyOf())(queryset)
