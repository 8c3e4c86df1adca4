import type { Node } from '../expression/Expression.js'
import { fold, rebuild } from '../expression/fold.js'
import { mapQuery, same } from './mapQuery.js'
import { layersOf, type From, type Query } from './Query.js'

/**
 * Moves a query one row further in: the rows around it are then one level further out.
 *
 * @since 0.1.0
 */
export const raise = (query: Query): Query => raised(query, 0)

/** `depth` is the number of rows that belong to the query itself. References to rows further out are raised. */
const raised = (query: Query, depth: number): Query =>
  layersOf(query).reduce<Query | null>((inside, layer) => {
    const mapped = mapQuery(layer, (node) => raisedNode(node, depth))
    const related = same(mapped.related, (each) => ({ ...each, query: raised(each.query, depth + 1) }))
    return { ...mapped, related, from: raisedFrom(mapped.from, inside, depth) }
  }, null) as Query // there is one layer at least

const raisedFrom = (from: From, inside: Query | null, depth: number): From =>
  from._tag === 'model' || inside === null
    ? from
    : from._tag === 'query'
      ? { ...from, query: inside }
      : { ...from, left: inside, right: from.right.map((each) => raised(each, depth)) }

const raisedNode = <N extends Node<Query>>(root: N, depth: number): N =>
  // Raising changes only levels, so the type of the node stays the same.
  fold<Query, number, Node<Query>>(root, depth, {
    enter: (own, node) => (node.relation.length === 0 ? own : own + 1),
    combine: (node, operands, own) => {
      const rebuilt = rebuild(node, operands)
      switch (rebuilt._tag) {
        case 'column':
        case 'some':
        case 'aggregate':
          return rebuilt.level > own ? { ...rebuilt, level: rebuilt.level + 1 } : rebuilt
        case 'subquery':
        case 'exists':
        case 'inQuery':
          return { ...rebuilt, query: raised(rebuilt.query, own + 1) }
        default:
          return rebuilt
      }
    },
  }) as N
