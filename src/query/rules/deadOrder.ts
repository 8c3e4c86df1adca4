import { isOrdered, type Query } from '../Query.js'
import type { QueryRule } from './Rule.js'

/**
 * Drops an order that nothing depends on: before grouping, and inside a query with its own order.
 *
 * @since 0.1.0
 */
export const deadOrder: QueryRule = {
  _tag: 'query',
  name: 'deadOrder',
  why: 'Sorting costs, and many clients can sort by little.',
  apply: (query) => {
    const grouped = grouping(query) && isSorted(query) ? unsorted(query) : query
    if (grouped.from._tag !== 'query') return grouped
    const inner = grouped.from.query
    const anew = grouped.order.length > 0 || grouping(grouped)
    return anew && isSorted(inner) && needless(inner)
      ? { ...grouped, from: { ...grouped.from, query: unsorted(inner) } }
      : grouped
  },
}

/**
 * Whether rows are grouped regardless of their order. With a slice the order matters, since it decides which group comes
 * first.
 */
const grouping = (query: Query): boolean =>
  query.group !== null && query.distinctOn === null && query.slice === null

const isSorted = (query: Query): boolean => query.order.length > 0 || query.reverse

/** Whether the set of rows of a query is independent of their order. */
const needless = (query: Query): boolean =>
  query.slice === null && query.distinctOn === null && isOrdered(query)

/**
 * The query without its last order.
 *
 * @since 0.1.0
 */
export const unsorted = (query: Query): Query => ({ ...query, order: [], reverse: false })
