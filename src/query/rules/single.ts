import type { NodeRule } from './Rule.js'

/**
 * Replaces a connective with one predicate by that predicate.
 *
 * @since 0.2.0
 */
export const single: NodeRule = {
  _tag: 'node',
  name: 'single',
  why: 'A client looks for the condition itself, and connectives of the same sort meet.',
  apply: (node) => {
    const operands =
      node._tag === 'and' ? node.all : node._tag === 'or' ? node.any : node._tag === 'xor' ? node.odd : []
    const [only, another] = operands
    return only !== undefined && another === undefined ? only : node
  },
}
