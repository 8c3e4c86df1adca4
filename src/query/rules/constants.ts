import type { Predicate } from '../../expression/Expression.js'
import type { Query } from '../Query.js'
import type { NodeRule } from './Rule.js'

/** True is an empty `and`. False is an empty `or`. */
const isTrue = (predicate: Predicate<Query>): boolean =>
  predicate._tag === 'and' && predicate.all.length === 0

const isFalse = (predicate: Predicate<Query>): boolean =>
  predicate._tag === 'or' && predicate.any.length === 0

const always: Predicate<Query> = { _tag: 'and', all: [] }

const never: Predicate<Query> = { _tag: 'or', any: [] }

/**
 * Removes operands that are always true or always false.
 *
 * @since 0.1.0
 */
export const constants: NodeRule = {
  _tag: 'node',
  name: 'constants',
  why: 'A filter that is always true needs no client to know it, and one that is always false needs no request.',
  apply: (node) => {
    switch (node._tag) {
      case 'and':
        if (node.all.some(isFalse)) return never
        return node.all.some(isTrue) ? { ...node, all: node.all.filter((each) => !isTrue(each)) } : node
      case 'or':
        if (node.any.some(isTrue)) return always
        return node.any.some(isFalse) ? { ...node, any: node.any.filter((each) => !isFalse(each)) } : node
      case 'xor': {
        const open = node.odd.filter((each) => !isTrue(each) && !isFalse(each))
        if (open.length === node.odd.length) return node
        const odd = node.odd.filter(isTrue).length % 2 === 1
        const rest: Predicate<Query> = open.length === 0 ? never : { ...node, odd: open }
        return odd ? (isFalse(rest) ? always : { _tag: 'not', predicate: rest }) : rest
      }
      case 'not':
        return isTrue(node.predicate) ? never : isFalse(node.predicate) ? always : node
      case 'some':
        return isFalse(node.predicate) ? never : node
      default:
        return node
    }
  },
}
