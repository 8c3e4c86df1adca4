import type { NodeRule } from './Rule.js'

/**
 * Removes a double `not`. That is correct since there are only two truth values.
 *
 * @since 0.1.0
 */
export const doubleNegation: NodeRule = {
  _tag: 'node',
  name: 'doubleNegation',
  why: 'What may only be pushed without negation can be pushed then.',
  apply: (node) => (node._tag === 'not' && node.predicate._tag === 'not' ? node.predicate.predicate : node),
}
