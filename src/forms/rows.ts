/**
 * Steps of querysets whose types have been forgotten.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { JsonObject } from '../value/Value.js'
import type { Model } from '../schema/Schema.js'
import type { Predicate } from '../expression/Expression.js'
import { append } from '../queryset/append.js'
import { lookup } from '../queryset/lookup.js'
import { stepsOf, type AnyQueryset, type StepName } from '../queryset/Queryset.js'

/** Steps whose rows have an order of their own, or none that a column could tell. */
const arranging: ReadonlySet<StepName> = new Set([
  'orderBy',
  'reverse',
  'slice',
  'distinctOn',
  'values',
  'groupBy',
  'union',
  'intersection',
  'difference',
])

/**
 * The rows in the order that the model has for people; a queryset with an order of its own keeps it.
 *
 * @since 0.2.0
 */
export const inOrder = (queryset: AnyQueryset, model: Model): AnyQueryset => {
  if (model.ordering.length === 0 || stepsOf(queryset).some(({ _tag }) => arranging.has(_tag)))
    return queryset
  const keys = model.ordering.map(({ column, descending }) => ({
    expression: { _tag: 'column' as const, path: [column], level: 0 },
    direction: descending ? ('desc' as const) : ('asc' as const),
    nulls: descending ? ('first' as const) : ('last' as const),
  }))
  return append(queryset, 'orderBy', () => E.right({ step: { _tag: 'orderBy', keys } }))
}

/** @since 0.2.0 */
export const sliced = (queryset: AnyQueryset, start: number, stop: number): AnyQueryset =>
  append(queryset, 'slice', () => E.right({ step: { _tag: 'slice', start, stop } }))

/**
 * The rows that meet lookups in Django's spelling. A mistake stays in the queryset.
 *
 * @since 0.2.0
 */
export const limitedTo = (queryset: AnyQueryset, lookups: JsonObject | null): AnyQueryset =>
  Object.entries(lookups ?? {}).reduce(
    (rows, [path, value]) =>
      append(rows, 'filter', () =>
        E.map((predicate: Predicate<never>) => ({ step: { _tag: 'filter' as const, predicate } }))(
          // A lookup of constants has no queryset in it.
          lookup(path, value)(rows) as E.Either<QueryError, Predicate<never>>,
        ),
      ),
    queryset,
  )
