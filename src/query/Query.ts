/**
 * Queries: what a queryset folds into, and what clients are asked.
 *
 * A query is plain JSON. It reads as one pass over rows, in this order: `from`, `annotations`, `where`, `order`,
 * `reverse`, `distinctOn`, `columns` or `group`, `distinct`, `slice`. What doesn't fit into one pass nests: `from` is then a
 * query itself.
 *
 * @since 0.1.0
 */
import type { Expression, Named, OrderKey, Predicate } from '../expression/Expression.js'

/**
 * Where a query's rows come from: all rows of a model, those of another query, or several queries put together
 * (each row once, as it stands). `model` is there where the rows still have all columns of a model.
 *
 * @since 0.1.0
 */
export type From<Q = Query> =
  | { readonly _tag: 'model'; readonly model: string }
  | { readonly _tag: 'query'; readonly query: Q }
  | {
      readonly _tag: 'combine'
      readonly operation: 'union' | 'intersection' | 'difference'
      readonly model: string | null
      readonly left: Q
      readonly right: ReadonlyArray<Q>
    }

/**
 * Rows to give besides a row: one in the place of its key, or, where there are `many`, a list of them. `query`
 * begins with all rows of the relation's target, which here stand for those that belong to the row; the row itself
 * is level 1 in it.
 *
 * @since 0.1.0
 */
export interface Related {
  readonly relation: string
  readonly many: boolean
  readonly query: Query
}

/**
 * - `annotations` are columns that are added, each seeing the ones before it.
 * - `where` keeps the rows that meet it.
 * - `order` sorts, totally: its last keys break all ties. Empty, the order of `from` stays. `reverse` turns the
 *   list round.
 * - `distinctOn` keeps the first row for each value of its keys.
 * - `columns` projects; `group` makes a row for each value of its keys. At most one of them is there.
 * - `distinct` keeps each row once, the first.
 * - `slice` skips `offset` rows and gives at most `limit`.
 * - `fields` says which of the model's columns to give, `related` which rows besides. Annotations whose name starts
 *   with `~` are not given. Both are about the rows of `from`: they go with neither `columns` nor `group`.
 *
 * @since 0.1.0
 */
export interface Query {
  readonly from: From
  readonly annotations: ReadonlyArray<Named<Query>>
  readonly where: Predicate<Query> | null
  readonly order: ReadonlyArray<OrderKey<Query>>
  readonly reverse: boolean
  readonly distinctOn: ReadonlyArray<Expression<Query>> | null
  readonly columns: ReadonlyArray<Named<Query>> | null
  readonly group: Grouping | null
  readonly distinct: boolean
  readonly slice: Slice | null
  readonly fields: ReadonlyArray<string> | null
  readonly related: ReadonlyArray<Related>
}

/** @since 0.1.0 */
export interface Grouping {
  readonly keys: ReadonlyArray<Named<Query>>
  readonly aggregates: ReadonlyArray<Named<Query>>
}

/** @since 0.1.0 */
export interface Slice {
  readonly offset: number
  readonly limit: number | null
}

/**
 * The query for all that `from` gives.
 *
 * @since 0.1.0
 */
export const allOf = (from: From): Query => ({
  from,
  annotations: [],
  where: null,
  order: [],
  reverse: false,
  distinctOn: null,
  columns: null,
  group: null,
  distinct: false,
  slice: null,
  fields: null,
  related: [],
})

/**
 * The queries that a query's rows pass through, innermost first.
 *
 * @since 0.1.0
 */
export const layersOf = <Q extends { readonly from: From<Q> }>(query: Q): ReadonlyArray<Q> => {
  const layers: Array<Q> = []
  /* eslint-disable-next-line functional/no-loop-statements -- nesting can be as deep as a queryset is long */
  for (let at: Q | null = query; at !== null; at = inside(at.from)) layers.push(at)
  return layers.reverse()
}

/**
 * A pass around another query, which takes the place of what it has within.
 *
 * @since 0.2.0
 */
export const around = (inner: Query, { from, ...pass }: Query): Query => ({
  ...pass,
  from: from._tag === 'combine' ? { ...from, left: inner } : { _tag: 'query', query: inner },
})

const inside = <Q>(from: From<Q>): Q | null =>
  from._tag === 'query' ? from.query : from._tag === 'combine' ? from.left : null

/**
 * Whether the rows come in an order, or as a bag.
 *
 * @since 0.1.0
 */
export const isOrdered = (query: Query): boolean => {
  /* eslint-disable-next-line functional/no-loop-statements -- from the outermost pass inwards, as far as need be */
  for (let at: Query | null = query; at !== null; at = inside(at.from)) {
    if (at.slice !== null) return true
    if (at.group !== null) return false
    if (at.order.length > 0) return true
    if (at.from._tag === 'combine') return false
  }
  return false
}

/**
 * Whether an annotation is for the query's own use, and not given.
 *
 * @since 0.1.0
 */
export const isHidden = (name: string): boolean => name.startsWith('~')
