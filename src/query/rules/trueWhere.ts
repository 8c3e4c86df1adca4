import type { QueryRule } from './Rule.js'

/**
 * Removes a filter that every row meets.
 *
 * @since 0.1.0
 */
export const trueWhere: QueryRule = {
  _tag: 'query',
  name: 'trueWhere',
  why: "A client looks for 'where: null' to see that nothing is filtered.",
  apply: (query) =>
    query.where?._tag === 'and' && query.where.all.length === 0 ? { ...query, where: null } : query,
}
