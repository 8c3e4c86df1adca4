import type { NodeRule } from './Rule.js'

/**
 * Simplifies `in`: an empty list is false, a list with one member is an equality, and duplicates are removed.
 *
 * @since 0.1.0
 */
export const shortIn: NodeRule = {
  _tag: 'node',
  name: 'shortIn',
  why: 'Backends get the empty list wrong, and many know equality only.',
  apply: (node) => {
    if (node._tag !== 'lookup' || node.name !== 'in') return node
    const [first] = node.right
    if (first === undefined) return { _tag: 'or', any: [] }
    if (node.right.length === 1) return { ...node, name: 'exact' }
    if (!node.right.every(({ _tag }) => _tag === 'const')) return node
    const different = [...new Map(node.right.map((each) => [JSON.stringify(each), each])).values()]
    return different.length === node.right.length ? node : { ...node, right: different }
  },
}
