import type { Named, Node } from '../expression/Expression.js'
import type { Query } from './Query.js'

/**
 * Changes each of a query's own expressions and predicates, and nothing else. The function must keep the type of each
 * node. If nothing changes, the same query is returned.
 *
 * @since 0.1.0
 */
export const mapQuery = (query: Query, change: <N extends Node<Query>>(node: N) => N): Query => {
  const named = (columns: ReadonlyArray<Named<Query>>): ReadonlyArray<Named<Query>> =>
    same(columns, (each) => {
      const expression = change(each.expression)
      return expression === each.expression ? each : { ...each, expression }
    })
  const changed: Query = {
    ...query,
    annotations: named(query.annotations),
    where: query.where === null ? null : change(query.where),
    order: same(query.order, (each) => {
      const expression = change(each.expression)
      return expression === each.expression ? each : { ...each, expression }
    }),
    distinctOn: query.distinctOn === null ? null : same(query.distinctOn, change),
    columns: query.columns === null ? null : named(query.columns),
    group: query.group === null ? null : grouping(query.group, named),
  }
  return unchanged(query, changed) ? query : changed
}

const grouping = (
  group: NonNullable<Query['group']>,
  named: (columns: ReadonlyArray<Named<Query>>) => ReadonlyArray<Named<Query>>,
): NonNullable<Query['group']> => {
  const keys = named(group.keys)
  const aggregates = named(group.aggregates)
  return keys === group.keys && aggregates === group.aggregates ? group : { keys, aggregates }
}

const unchanged = (a: Query, b: Query): boolean =>
  a.annotations === b.annotations &&
  a.where === b.where &&
  a.order === b.order &&
  a.distinctOn === b.distinctOn &&
  a.columns === b.columns &&
  a.group === b.group

/**
 * Changes each element of a list. If nothing changes, the same list is returned.
 *
 * @since 0.1.0
 */
export const same = <T>(list: ReadonlyArray<T>, change: (element: T) => T): ReadonlyArray<T> => {
  const changed = list.map(change)
  return changed.every((each, i) => each === list[i]) ? list : changed
}
