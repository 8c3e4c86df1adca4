import { not } from '../expression/predicates.js'
import type { Predicate } from '../expression/Ref.js'
import { filter } from './filter.js'
import type { Queryset } from './Queryset.js'

/**
 * The rows that don't meet a predicate. This is always the complement of `filter`: together they give every row exactly
 * once. (In SQL, a row with a missing value would be in neither.)
 *
 * @example
 * import { autoId, exclude, field, pipe, print, schema } from 'queryset-ts'
 * const { genre } = schema({ genre: { id: autoId, name: field.text() } })
 * console.log(print(pipe(genre, exclude((g) => g.name.eq('Rock'))))) // => pipe(genre, filter((g) => not(g.name.eq('Rock'))))
 *
 * @since 0.1.0
 */
export const exclude = <R>(
  predicate: (row: R) => Predicate,
): (<A, M>(queryset: Queryset<R, A, M>) => Queryset<R, A, M>) => filter((row: R) => not(predicate(row)))
