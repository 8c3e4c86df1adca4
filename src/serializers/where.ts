/**
 * Steps of querysets without types, made from data.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Json } from '../value/Value.js'
import type { OrderKey, Predicate } from '../expression/Expression.js'
import { lookup } from '../queryset/lookup.js'
import { append } from '../queryset/append.js'
import type { AnyQueryset, Step } from '../queryset/Queryset.js'

const stepped = (queryset: AnyQueryset, step: Step): AnyQueryset =>
  append(queryset, step._tag, () => E.right({ step }))

/** The rows that meet a predicate. @since 0.2.0 */
export const where = (queryset: AnyQueryset, predicate: Predicate<AnyQueryset>): AnyQueryset =>
  stepped(queryset, { _tag: 'filter', predicate })

/**
 * The rows that meet a lookup in Django's notation. A mistake stays in the queryset.
 *
 * @since 0.2.0
 */
export const whereLookup = (queryset: AnyQueryset, path: string, value: unknown): AnyQueryset =>
  append(queryset, 'filter', () =>
    E.map((predicate: Predicate<never>) => ({ step: { _tag: 'filter' as const, predicate } }))(
      predicateOf(queryset, path, value),
    ),
  )

/** The predicate of a lookup in Django's notation. @since 0.2.0 */
export const predicateOf = (
  queryset: AnyQueryset,
  path: string,
  value: unknown,
): E.Either<QueryError, Predicate<never>> =>
  // A lookup with constants contains no queryset.
  lookup(path, value)(queryset) as E.Either<QueryError, Predicate<never>>

/** @since 0.2.0 */
export const ordered = (queryset: AnyQueryset, keys: ReadonlyArray<OrderKey<AnyQueryset>>): AnyQueryset =>
  stepped(queryset, { _tag: 'orderBy', keys })

/** @since 0.2.0 */
export const sliced = (queryset: AnyQueryset, start: number, stop: number): AnyQueryset =>
  stepped(queryset, { _tag: 'slice', start, stop })

/** The rows with those of a to-many relation. @since 0.2.0 */
export const withRelated = (queryset: AnyQueryset, relation: string, query: AnyQueryset): AnyQueryset =>
  stepped(queryset, { _tag: 'prefetchRelated', relation, query })

/** The rows with only these columns of the model. @since 0.2.0 */
export const withOnly = (queryset: AnyQueryset, fields: ReadonlyArray<string>): AnyQueryset =>
  stepped(queryset, { _tag: 'only', fields })

/** A key of an order. Missing values come last in ascending order and first in descending order. @since 0.2.0 */
export const orderKey = (path: ReadonlyArray<string>, descending: boolean): OrderKey<AnyQueryset> => ({
  expression: { _tag: 'column', path, level: 0 },
  direction: descending ? 'desc' : 'asc',
  nulls: descending ? 'first' : 'last',
})

/** The rows with one of these stored values in a column. @since 0.2.0 */
export const whereIn = (
  queryset: AnyQueryset,
  model: string,
  column: string,
  values: ReadonlyArray<Json>,
): AnyQueryset => {
  const kind = queryset.schema.models.get(model)?.columns.get(column)?.kind ?? 'int'
  return where(queryset, {
    _tag: 'lookup',
    name: 'in',
    left: { _tag: 'column', path: [column], level: 0 },
    right: values.map((value) => ({ _tag: 'const', kind, value })),
  })
}

/** The rows with a stored value in a column. @since 0.2.0 */
export const whereIs = (queryset: AnyQueryset, column: string, value: Json): AnyQueryset => {
  const kind = queryset.schema.models.get(queryset.model)?.columns.get(column)?.kind ?? 'int'
  const left = { _tag: 'column', path: [column], level: 0 } as const
  return where(
    queryset,
    value === null
      ? { _tag: 'lookup', name: 'isnull', left, right: [] }
      : { _tag: 'lookup', name: 'exact', left, right: [{ _tag: 'const', kind, value }] },
  )
}
