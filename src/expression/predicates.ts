/**
 * Predicates made of predicates, and of querysets.
 *
 * @since 0.1.0
 */
import type { Predicate, QuerysetLike } from './Ref.js'

/**
 * All of them hold; of none, true. As a queryset's combinator see `and` of querysets.
 *
 * @since 0.1.0
 */
export const allOf = (...all: ReadonlyArray<Predicate>): Predicate => ({ _tag: 'and', all })

/**
 * At least one of them holds; of none, false.
 *
 * @since 0.1.0
 */
export const anyOf = (...any: ReadonlyArray<Predicate>): Predicate => ({ _tag: 'or', any })

/**
 * An odd number of them holds; of none, false.
 *
 * @since 0.1.0
 */
export const oddOf = (...odd: ReadonlyArray<Predicate>): Predicate => ({ _tag: 'xor', odd })

/**
 * The complement: true exactly where the predicate is false, for rows with missing values too.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, field, filter, not, print, schema } from 'queryset-ts'
 * const { artist } = schema({ artist: { id: autoId, name: field.nullable(field.text()) } })
 * console.log(print(pipe(artist, filter((a) => not(a.name.eq('Queen'))))))
 * // => pipe(artist, filter((a) => not(a.name.eq('Queen'))))
 *
 * @since 0.1.0
 */
export const not = (predicate: Predicate): Predicate => ({ _tag: 'not', predicate })

/**
 * Whether the queryset has a row. Its callbacks may speak of the row around it.
 *
 * @since 0.1.0
 */
export const existsIn = (query: QuerysetLike): Predicate => ({ _tag: 'exists', query })
