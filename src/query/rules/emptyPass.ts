import { onlySlice } from './mergeSlices.js'
import type { QueryRule } from './Rule.js'

/**
 * Removes a pass that does nothing.
 *
 * @since 0.1.0
 */
export const emptyPass: QueryRule = {
  _tag: 'query',
  name: 'emptyPass',
  why: 'What needn’t be nested shouldn’t be: few clients can nest.',
  apply: (query) => {
    if (query.from._tag !== 'query' || query.slice !== null || !onlySlice(query)) return query
    const { query: inner } = query.from
    // The related rows of a query are those of its outermost pass.
    return inner.fields === null && inner.related.length === 0 ? inner : query
  },
}
