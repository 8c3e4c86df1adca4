import type { Node } from './Expression.js'
import { fold, rebuild } from './fold.js'

/**
 * A node as it reads so many rows further in; `null` where it has a subquery, into which this doesn't look.
 *
 * @since 0.1.0
 */
export const shift = <S, N extends Node<S>>(root: N, by: number): N | null =>
  // Only levels change, so the node is of the sort that it was.
  by === 0
    ? root
    : (fold<S, number, Node<S> | null>(root, 0, {
        enter: (depth, node) => (node.relation.length === 0 ? depth : depth + 1),
        combine: (node, operands, depth) => {
          if (node._tag === 'subquery' || node._tag === 'exists' || node._tag === 'inQuery') return null
          const whole = operands.flatMap((operand) => (operand === null ? [] : [operand]))
          if (whole.length < operands.length) return null
          const rebuilt = rebuild(node, whole)
          return (rebuilt._tag === 'column' || rebuilt._tag === 'some' || rebuilt._tag === 'aggregate') &&
            rebuilt.level >= depth
            ? { ...rebuilt, level: rebuilt.level + by }
            : rebuilt
        },
      }) as N | null)
