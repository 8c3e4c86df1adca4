import { isQueryset } from '../expression/toRef.js'
import type { Predicate } from '../expression/Ref.js'
import { merge } from './merge.js'
import type { Queryset } from './Queryset.js'

type Same<R, A, M> = (queryset: Queryset<R, A, M>) => Queryset<R, A, M>

/**
 * Given predicates: true if all of them hold, and for no predicates. Given a queryset: a combinator that keeps the rows
 * in both querysets. Rows are compared by key, and keep the order of the first queryset.
 *
 * @example
 * import { and, autoId, field, filter, pipe, print, schema } from 'queryset-ts'
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
 * Given predicates: true if at least one of them holds, and false for no predicates. Given a queryset: a combinator
 * that gives the model's rows in either queryset. Rows are compared by key, and have the columns of the first queryset.
 * The order is undefined.
 *
 * @example
 * import { autoId, field, filter, or, pipe, print, schema } from 'queryset-ts'
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
 * Given predicates: true if an odd number of them holds, and false for no predicates. Given a queryset: a combinator
 * that gives the model's rows in exactly one of the two querysets. The order is undefined.
 *
 * @example
 * import { autoId, field, filter, pipe, print, schema, xor } from 'queryset-ts'
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
