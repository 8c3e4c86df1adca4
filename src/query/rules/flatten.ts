import type { Node } from '../../expression/Expression.js'
import { fold, rebuild } from '../../expression/fold.js'
import { mapQuery } from '../mapQuery.js'
import type { Query } from '../Query.js'
import type { QueryRule } from './Rule.js'

/**
 * Turns `and(a, and(b, c))` into `and(a, b, c)`, and does the same for `or` and `xor`.
 *
 * @since 0.1.0
 */
export const flatten: QueryRule = {
  _tag: 'query',
  name: 'flatten',
  why: 'A client that can do some of the conjuncts wants to see each of them.',
  apply: (query) => mapQuery(query, flattened),
}

type Connective = Extract<Node<Query>, { readonly _tag: 'and' | 'or' | 'xor' }>

/**
 * A connective whose operands aren't joined yet. They are joined once, however deeply it is nested in others of its
 * type.
 */
interface OpenNode {
  readonly open: Connective
  readonly operands: ReadonlyArray<Visited>
}

type Visited = Node<Query> | OpenNode

const flattened = <N extends Node<Query>>(root: N): N =>
  // Joining keeps the type of each node.
  closed(
    fold<Query, null, Visited>(root, null, {
      enter: () => null,
      combine: (node, operands) =>
        isConnective(node)
          ? {
              open: node,
              operands: operands.map((each) =>
                isOpen(each) && each.open._tag !== node._tag ? closed(each) : each,
              ),
            }
          : rebuild(node, operands.map(closed)),
    }),
  ) as N

const closed = (visited: Visited): Node<Query> => {
  if (!isOpen(visited)) return visited
  const { open, operands } = visited
  const joined = joinedOf(operands)
  return joined.length === operands.length ? rebuild(open, joined) : withOperands(open, joined)
}

/** The operands inside open operands, in order. */
const joinedOf = (operands: ReadonlyArray<Visited>): ReadonlyArray<Node<Query>> => {
  const joined: Array<Node<Query>> = []
  const pending = [...operands].reverse()
  /* eslint-disable-next-line functional/no-loop-statements -- an explicit stack instead of recursion */
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (!isOpen(next)) joined.push(next)
    /* eslint-disable-next-line functional/no-loop-statements -- backwards, so that the first is taken first */ else
      for (let i = next.operands.length - 1; i >= 0; i -= 1) {
        const operand = next.operands[i]
        if (operand !== undefined) pending.push(operand)
      }
  }
  return joined
}

const withOperands = (node: Connective, operands: ReadonlyArray<Node<Query>>): Node<Query> => {
  // The operands of connectives are predicates before and after.
  const predicates = operands as never
  switch (node._tag) {
    case 'and':
      return { ...node, all: predicates }
    case 'or':
      return { ...node, any: predicates }
    case 'xor':
      return { ...node, odd: predicates }
  }
}

const isConnective = (node: Node<Query>): node is Connective =>
  node._tag === 'and' || node._tag === 'or' || node._tag === 'xor'

const isOpen = (visited: Visited): visited is OpenNode => 'open' in visited
