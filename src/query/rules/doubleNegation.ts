import type { NodeRule } from './Rule.js'

/**
 * `not` of `not` is nothing: there are two truth values only.
 *
 * @since 0.1.0
 */
export const doubleNegation: NodeRule = {
  _tag: 'node',
  name: 'doubleNegation',
  why: 'What may only be pushed without negation can be pushed then.',
  apply: (node) => (node._tag === 'not' && node.predicate._tag === 'not' ? node.predicate.predicate : node),
}
