/**
 * Queries: the normal form of querysets, and the questions that clients are asked.
 *
 * A query is plain JSON. It describes one pass over rows, in this order: `from`, `annotations`, `where`, `order`,
 * `reverse`, `distinctOn`, `columns` or `group`, `distinct`, `slice`. Anything that doesn't fit into one pass is
 * nested: `from` is then a query itself.
 *
 * @since 0.1.0
 */
import type { Expression, Named, OrderKey, Predicate } from '../expression/Expression.js'

/**
 * The source of a query's rows: all rows of a model, the rows of another query, or the combined rows of several
 * queries, each row once. `model` is set if the rows still have all columns of a model.
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
 * Related rows to give with a row: one in the place of its key, or a list if `many` is set. `query` starts from all
 * rows of the relation's target, which here means those that belong to the row. In `query`, the row itself is at level
 * 1.
 *
 * @since 0.1.0
 */
export interface Related {
  readonly relation: string
  readonly many: boolean
  readonly query: Query
}

/**
 * The parts of a pass.
 *
 * - `annotations` adds columns. Each can use the ones before it.
 * - `where` keeps the rows that meet it.
 * - `order` sorts the rows. The order is total: the last keys break all ties. If it is empty, the order of `from`
 *   stays.
 * - `reverse` reverses the list.
 * - `distinctOn` keeps the first row for each value of its keys.
 * - `columns` projects. `group` gives one row for each value of its keys. A query has at most one of the two.
 * - `distinct` keeps each row once, the first.
 * - `slice` skips `offset` rows and gives at most `limit`.
 * - `fields` says which columns of the model to give, and `related` which related rows. Annotations with a name that
 *   starts with `~` are not given. Both apply to the rows of `from`, so they go with neither `columns` nor `group`.
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
 * The query for all rows that `from` gives.
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
 * The passes of a query, innermost first.
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
 * Puts a pass around another query, in place of the query inside it.
 *
 * @since 0.2.0
 */
export const around = (inner: Query, pass: Query): Query => ({
  ...pass,
  from: pass.from._tag === 'combine' ? { ...pass.from, left: inner } : { _tag: 'query', query: inner },
})

const inside = <Q>(from: From<Q>): Q | null =>
  from._tag === 'query' ? from.query : from._tag === 'combine' ? from.left : null

/**
 * Whether the rows have an order, or are a bag.
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
 * Whether an annotation is only for the query's own use, and isn't given.
 *
 * @since 0.1.0
 */
export const isHidden = (name: string): boolean => name.startsWith('~')
