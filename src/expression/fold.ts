import { children, type Aggregate, type Node, type Some } from './Expression.js'

/**
 * How to fold an expression or predicate. `enter` gives the context for the operands inside an aggregate or a `some`.
 * `combine` computes a node's result from those of its operands, in the order of `children`.
 *
 * @since 0.1.0
 */
export interface Fold<S, C, R> {
  readonly enter: (context: C, node: Aggregate<S> | Some<S>) => C
  readonly combine: (node: Node<S>, operands: ReadonlyArray<R>, context: C, height: number) => R
}

interface OpenFrame<S, C> {
  readonly node: Node<S>
  readonly context: C
  readonly arity: number
  readonly closing: boolean
}

/**
 * Folds a node from its leaves upwards, without recursion. A predicate that is nested a hundred thousand levels deep
 * uses heap, not stack. `height` is the length of the longest path down from the node.
 *
 * @since 0.1.0
 */
export const fold = <S, C, R>(root: Node<S>, context: C, { enter, combine }: Fold<S, C, R>): R => {
  // Most expressions are a column or a constant.
  if (children(root).length === 0) return combine(root, [], context, 0)
  const pending: Array<OpenFrame<S, C>> = [{ node: root, context, arity: 0, closing: false }]
  const results: Array<R> = []
  const heights: Array<number> = []
  /* eslint-disable-next-line functional/no-loop-statements -- an explicit stack instead of recursion */
  for (let top = pending.pop(); top !== undefined; top = pending.pop()) {
    const { node, context: at, arity, closing } = top
    if (closing) {
      const operands = arity === 0 ? [] : results.splice(results.length - arity, arity)
      const height = arity === 0 ? 0 : 1 + maximum(heights.splice(heights.length - arity, arity))
      results.push(combine(node, operands, at, height))
      heights.push(height)
    } else {
      const below = children(node)
      if (below.length === 0) {
        results.push(combine(node, [], at, 0))
        heights.push(0)
      } else {
        pending.push({ node, context: at, arity: below.length, closing: true })
        /* eslint-disable-next-line functional/no-loop-statements -- backwards, so that the first is taken first */
        for (let i = below.length - 1; i >= 0; i--) {
          const child = below[i]
          if (child === undefined) continue
          // Only aggregates and `some` have operands inside.
          const inside = child.inside ? enter(at, node as Aggregate<S> | Some<S>) : at
          pending.push({ node: child.node, context: inside, arity: 0, closing: false })
        }
      }
    }
  }
  // The root leaves exactly one result.
  return results[0] as R
}

const maximum = (numbers: ReadonlyArray<number>): number => numbers.reduce((a, b) => (a > b ? a : b), 0)

/**
 * The same node with other operands, given in the order of `children`. If no operand differs, the node itself.
 *
 * @since 0.1.0
 */
export const rebuild = <S>(node: Node<S>, operands: ReadonlyArray<Node<S>>): Node<S> => {
  if (children(node).every((child, i) => child.node === operands[i])) return node
  // `operands` have the order of `children`, so each has the same type as the one that it replaces.
  const expression = (i: number) => operands[i] as never
  switch (node._tag) {
    case 'const':
    case 'column':
    case 'subquery':
    case 'exists':
      return node
    case 'call':
      return { ...node, args: operands as never }
    case 'cast':
      return { ...node, arg: expression(0) }
    case 'case':
      return {
        ...node,
        branches: node.branches.map((_, i) => ({ when: expression(2 * i), then: expression(2 * i + 1) })),
        otherwise: expression(operands.length - 1),
      }
    case 'aggregate': {
      const afterArg = node.arg === null ? 0 : 1
      const afterFilter = afterArg + (node.filter === null ? 0 : 1)
      return {
        ...node,
        arg: node.arg === null ? null : expression(0),
        filter: node.filter === null ? null : expression(afterArg),
        default: node.default === null ? null : expression(afterFilter),
      }
    }
    case 'test':
    case 'not':
      return { ...node, predicate: expression(0) }
    case 'lookup':
      return { ...node, left: expression(0), right: operands.slice(1) as never }
    case 'inQuery':
      return { ...node, left: expression(0) }
    case 'and':
      return { ...node, all: operands as never }
    case 'or':
      return { ...node, any: operands as never }
    case 'xor':
      return { ...node, odd: operands as never }
    case 'some':
      return { ...node, predicate: expression(0) }
    case 'holds':
      return { ...node, expression: expression(0) }
  }
}
