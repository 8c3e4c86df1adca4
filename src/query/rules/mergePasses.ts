import type { Query } from '../Query.js'
import type { QueryRule } from './Rule.js'

/**
 * Merges a pass with an inner pass that only adds columns, filters and sorts.
 *
 * @since 0.1.0
 */
export const mergePasses: QueryRule = {
  _tag: 'query',
  name: 'mergePasses',
  why: 'What needn’t be nested shouldn’t be: few clients can nest.',
  apply: (query) => {
    if (query.from._tag !== 'query') return query
    const inner = query.from.query
    if (!plain(inner)) return query
    const anew = query.order.length > 0
    return {
      ...query,
      from: inner.from,
      annotations: [...inner.annotations, ...query.annotations],
      where:
        inner.where === null
          ? query.where
          : query.where === null
            ? inner.where
            : { _tag: 'and', all: [inner.where, query.where] },
      order: anew ? query.order : inner.order,
      reverse: anew ? query.reverse : query.reverse !== inner.reverse,
    }
  },
}

const plain = (query: Query): boolean =>
  query.distinctOn === null &&
  query.columns === null &&
  query.group === null &&
  !query.distinct &&
  query.slice === null &&
  query.fields === null &&
  query.related.length === 0
