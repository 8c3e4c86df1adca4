import type { Query } from '../Query.js'
import type { NodeRule } from './Rule.js'
import { unsorted } from './deadOrder.js'

/**
 * Drops the order of a subquery if only its rows or values matter: whether there are any, or which values are among
 * them.
 *
 * @since 0.1.0
 */
export const bareSubquery: NodeRule = {
  _tag: 'node',
  name: 'bareSubquery',
  why: 'Sorting costs, and many clients can sort by little.',
  apply: (node) => {
    if (node._tag !== 'exists' && node._tag !== 'inQuery') return node
    const { query } = node
    return sorted(query) && query.slice === null && query.distinctOn === null
      ? { ...node, query: unsorted(query) }
      : node
  },
}

const sorted = (query: Query): boolean => query.order.length > 0 || query.reverse
