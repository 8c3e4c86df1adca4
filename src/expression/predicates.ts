/**
 * Predicates that are built from predicates and from querysets.
 *
 * @since 0.1.0
 */
import type { Predicate, QuerysetLike } from './Ref.js'

/**
 * True if all predicates hold, and for no predicates. For the combinator of querysets, see `and`.
 *
 * @since 0.1.0
 */
export const allOf = (...all: ReadonlyArray<Predicate>): Predicate => ({ _tag: 'and', all })

/**
 * True if at least one predicate holds, and false for no predicates.
 *
 * @since 0.1.0
 */
export const anyOf = (...any: ReadonlyArray<Predicate>): Predicate => ({ _tag: 'or', any })

/**
 * True if an odd number of predicates holds, and false for no predicates.
 *
 * @since 0.1.0
 */
export const oddOf = (...odd: ReadonlyArray<Predicate>): Predicate => ({ _tag: 'xor', odd })

/**
 * The complement: true exactly if the predicate is false, also for rows with missing values.
 *
 * @example
 * import { autoId, field, filter, not, pipe, print, schema } from 'queryset-ts'
 * const { artist } = schema({ artist: { id: autoId, name: field.nullable(field.text()) } })
 * console.log(print(pipe(artist, filter((a) => not(a.name.eq('Queen'))))))
 * // => pipe(artist, filter((a) => not(a.name.eq('Queen'))))
 *
 * @since 0.1.0
 */
export const not = (predicate: Predicate): Predicate => ({ _tag: 'not', predicate })

/**
 * Whether the queryset has a row. Its callbacks can refer to the row around it.
 *
 * @since 0.1.0
 */
export const existsIn = (query: QuerysetLike): Predicate => ({ _tag: 'exists', query })
