import { onlySlice } from './mergeSlices.js'
import type { QueryRule } from './Rule.js'

/**
 * A pass that does nothing is left out.
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
    // What comes along is told of the outermost pass.
    return inner.fields === null && inner.related.length === 0 ? inner : query
  },
}
