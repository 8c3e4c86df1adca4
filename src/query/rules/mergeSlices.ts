import type { Query, Slice } from '../Query.js'
import type { QueryRule } from './Rule.js'

/**
 * Merges a pass that only slices with the pass inside it. A slice of a slice becomes one slice.
 *
 * @since 0.1.0
 */
export const mergeSlices: QueryRule = {
  _tag: 'query',
  name: 'mergeSlices',
  why: 'A limit that reaches the innermost pass spares fetching the rest.',
  apply: (query) => {
    if (query.from._tag !== 'query' || query.slice === null || !onlySlice(query)) return query
    const inner = query.from.query
    return { ...inner, slice: compose(inner.slice ?? { offset: 0, limit: null }, query.slice) }
  },
}

/** Whether a pass takes a part of its rows, or all, and does nothing else. @since 0.1.0 */
export const onlySlice = (query: Query): boolean =>
  query.annotations.length === 0 &&
  query.where === null &&
  query.order.length === 0 &&
  !query.reverse &&
  query.distinctOn === null &&
  query.columns === null &&
  query.group === null &&
  !query.distinct &&
  query.fields === null &&
  query.related.length === 0

/** The slice `b` of the slice `a`. */
const compose = (a: Slice, b: Slice): Slice => {
  const rest = a.limit === null ? null : Math.max(0, a.limit - b.offset)
  return {
    offset: Math.min(a.offset + b.offset, Number.MAX_SAFE_INTEGER),
    limit: rest === null ? b.limit : b.limit === null ? rest : Math.min(rest, b.limit),
  }
}
