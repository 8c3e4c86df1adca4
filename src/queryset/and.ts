import { isQueryset } from '../expression/toRef.js'
import type { Predicate } from '../expression/Ref.js'
import { merge } from './merge.js'
import type { Queryset } from './Queryset.js'

type Same<R, A, M> = (queryset: Queryset<R, A, M>) => Queryset<R, A, M>

/**
 * Of predicates: all of them hold (of none: true). Of a queryset, as a combinator: the rows that are in both,
 * told apart by their key, in the order of the first.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { and, autoId, field, filter, print, schema } from 'queryset-ts'
 * const { genre } = schema({ genre: { id: autoId, name: field.text() } })
 * console.log(print(pipe(genre, filter((g) => and(g.id.gt(1), g.name.contains('o'))))))
 * // => pipe(genre, filter((g) => and(g.id.gt(1), g.name.contains('o'))))
 * console.log(print(pipe(genre, and(pipe(genre, filter((g) => g.id.lt(9)))))))
 * // => pipe(genre, and(pipe(genre, filter((g) => g.id.lt(9)))))
 *
 * @since 0.1.0
 */
export function and(...predicates: ReadonlyArray<Predicate>): Predicate
export function and<R, A, M>(other: Queryset<R, A, M>): Same<R, A, M>
export function and(...given: ReadonlyArray<Predicate | Queryset<never, unknown>>): unknown {
  return given.length === 1 && isQueryset(given[0])
    ? merge('and', given[0])
    : { _tag: 'and', all: given as ReadonlyArray<Predicate> }
}

/**
 * Of predicates: at least one of them holds (of none: false). Of a queryset, as a combinator: the model's rows that
 * are in either, told apart by their key, with the columns of the first. Nothing is said of the order.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, field, filter, or, print, schema } from 'queryset-ts'
 * const { genre } = schema({ genre: { id: autoId, name: field.text() } })
 * console.log(print(pipe(genre, filter((g) => or(g.id.eq(1), g.name.eq('Jazz'))))))
 * // => pipe(genre, filter((g) => or(g.id.eq(1), g.name.eq('Jazz'))))
 *
 * @since 0.1.0
 */
export function or(...predicates: ReadonlyArray<Predicate>): Predicate
export function or<R, A, M>(other: Queryset<R, A, M>): Same<R, A, M>
export function or(...given: ReadonlyArray<Predicate | Queryset<never, unknown>>): unknown {
  return given.length === 1 && isQueryset(given[0])
    ? merge('or', given[0])
    : { _tag: 'or', any: given as ReadonlyArray<Predicate> }
}

/**
 * Of predicates: an odd number of them holds (of none: false). Of a queryset, as a combinator: the model's rows
 * that are in one of the two and not in the other. Nothing is said of the order.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, field, filter, print, schema, xor } from 'queryset-ts'
 * const { genre } = schema({ genre: { id: autoId, name: field.text() } })
 * console.log(print(pipe(genre, filter((g) => xor(g.id.eq(1), g.name.eq('Rock'))))))
 * // => pipe(genre, filter((g) => xor(g.id.eq(1), g.name.eq('Rock'))))
 *
 * @since 0.1.0
 */
export function xor(...predicates: ReadonlyArray<Predicate>): Predicate
export function xor<R, A, M>(other: Queryset<R, A, M>): Same<R, A, M>
export function xor(...given: ReadonlyArray<Predicate | Queryset<never, unknown>>): unknown {
  return given.length === 1 && isQueryset(given[0])
    ? merge('xor', given[0])
    : { _tag: 'xor', odd: given as ReadonlyArray<Predicate> }
}
