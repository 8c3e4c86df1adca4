import type { Predicate } from '../../expression/Expression.js'
import type { Query } from '../Query.js'
import type { NodeRule } from './Rule.js'

/**
 * `and` within `and` and `or` within `or` become one; of a single operand they are that operand.
 *
 * @since 0.1.0
 */
export const flatten: NodeRule = {
  _tag: 'node',
  name: 'flatten',
  why: 'A client that can do some of the conjuncts wants to see each of them.',
  apply: (node) => {
    if (node._tag === 'and') {
      const [only, another] = node.all
      if (only !== undefined && another === undefined) return only
      return node.all.some(({ _tag }) => _tag === 'and')
        ? {
            ...node,
            all: node.all.flatMap((each): ReadonlyArray<Predicate<Query>> =>
              each._tag === 'and' ? each.all : [each],
            ),
          }
        : node
    }
    if (node._tag === 'or') {
      const [only, another] = node.any
      if (only !== undefined && another === undefined) return only
      return node.any.some(({ _tag }) => _tag === 'or')
        ? {
            ...node,
            any: node.any.flatMap((each): ReadonlyArray<Predicate<Query>> =>
              each._tag === 'or' ? each.any : [each],
            ),
          }
        : node
    }
    return node
  },
}
