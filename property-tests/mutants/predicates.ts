/** Filters that let too much or too little through. */
import { function as fn } from 'fp-ts'
import { and, exclude, filter, none, not, or, xor } from '../../src/index.js'
import { compare } from '../../src/value/Order.js'
import { m } from './support/models.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Mutant } from './support/Mutant.js'
import * as R from './support/rewrite.js'
import { finds, reads } from './support/witness.js'

const { pipe } = fn
const mutant = mutantsOf('predicates')

const one = [{ n: 1 }]
const two = [{ n: 1 }, { n: 2 }]
const three = [{ n: 1 }, { n: 2 }, { n: 3 }]
/** All four pairs. */
const pairs = [
  { n: 1, rank: 1 },
  { n: 1, rank: 2 },
  { n: 2, rank: 1 },
  { n: 2, rank: 2 },
]

/** What a lookup is about, as text: equal for those about the same field. */
const about = (node: R.Pred): string => (node._tag === 'lookup' ? JSON.stringify(node.left) : '')

export const predicates: ReadonlyArray<Mutant> = [
  mutant(
    'lte-as-lt',
    '`lte` leaves the boundary out',
    R.lookupNodes((node) => (node.name === 'lte' ? { ...node, name: 'lt' } : node)),
    finds(one, (b) => b.n.lte(1)),
  ),
  mutant(
    'gte-as-gt',
    '`gte` leaves the boundary out',
    R.lookupNodes((node) => (node.name === 'gte' ? { ...node, name: 'gt' } : node)),
    finds(one, (b) => b.n.gte(1)),
  ),
  mutant(
    'lt-as-lte',
    '`lt` lets the boundary in',
    R.lookupNodes((node) => (node.name === 'lt' ? { ...node, name: 'lte' } : node)),
    finds(one, (b) => b.n.lt(1)),
  ),
  mutant(
    'gt-as-gte',
    '`gt` lets the boundary in',
    R.lookupNodes((node) => (node.name === 'gt' ? { ...node, name: 'gte' } : node)),
    finds(one, (b) => b.n.gt(1)),
  ),
  mutant(
    'in-loses-last',
    'an `in` list loses its last member',
    R.lookupNodes((node) => (node.name === 'in' ? { ...node, right: node.right.slice(0, -1) } : node)),
    finds(two, (b) => b.n.in([1, 2])),
  ),
  mutant(
    'in-last-chunk-only',
    'an `in` list is asked two at a time, and only the last answer is kept',
    R.lookupNodes((node) =>
      node.name === 'in' ? { ...node, right: node.right.slice(-(node.right.length % 2 || 2)) } : node,
    ),
    finds(one, (b) => b.n.in([1, 2, 3])),
  ),
  mutant(
    'in-as-range',
    '`in` is taken for everything from the first to the last member',
    R.lookups(['in'], ({ value, others, kind }) => {
      const order = compare(kind)
      return (
        others.some((other) => order(other, value) <= 0) && others.some((other) => order(other, value) >= 0)
      )
    }),
    finds(two, (b) => b.n.in([1, 3])),
  ),
  mutant(
    'empty-or-matches-all',
    'one of none holds always: an empty `in`, and `none`, give all rows',
    R.nodes((node) => (node._tag === 'or' && node.any.length === 0 ? R.and() : node)),
    reads({ book: one }, none(m.book)),
  ),
  mutant(
    'nested-or-as-and',
    'an `or` within an `and` is flattened into it',
    R.nodes((node) =>
      node._tag === 'and'
        ? { ...node, all: node.all.flatMap((each) => (each._tag === 'or' ? each.any : [each])) }
        : node,
    ),
    finds(one, (b) => and(b.n.eq(1), or(b.n.eq(1), b.n.eq(2)))),
  ),
  mutant(
    'or-as-and',
    'an `or` about different fields is an `and`',
    R.nodes((node) =>
      node._tag === 'or' && new Set(node.any.map(about)).size > 1 ? { _tag: 'and', all: node.any } : node,
    ),
    finds(one, (b) => or(b.n.eq(1), b.title.eq('x'))),
  ),
  mutant(
    'and-within-or-flattened',
    '(a and b) or c is a or b or c',
    R.nodes((node) =>
      node._tag === 'or'
        ? { ...node, any: node.any.flatMap((each) => (each._tag === 'and' ? each.all : [each])) }
        : node,
    ),
    finds(one, (b) => or(and(b.n.eq(1), b.n.eq(2)), b.n.eq(3))),
  ),
  mutant(
    'not-and-as-and-of-nots',
    'not (a and b) is not a and not b',
    R.nodes((node) =>
      node._tag === 'not' && node.predicate._tag === 'and' ? R.and(...node.predicate.all.map(R.not)) : node,
    ),
    finds(one, (b) => not(and(b.n.eq(1), b.n.eq(2)))),
  ),
  mutant(
    'not-or-as-or-of-nots',
    'not (a or b) is not a or not b',
    R.nodes((node) =>
      node._tag === 'not' && node.predicate._tag === 'or' && node.predicate.any.length > 0
        ? R.or(...node.predicate.any.map(R.not))
        : node,
    ),
    finds(one, (b) => not(or(b.n.eq(1), b.n.eq(2)))),
  ),
  mutant(
    'not-first-child-only',
    'not (a and b) is not a',
    R.nodes((node) =>
      node._tag === 'not' && node.predicate._tag === 'and' && node.predicate.all[0] !== undefined
        ? R.not(node.predicate.all[0])
        : node,
    ),
    finds(one, (b) => not(and(b.n.eq(1), b.n.eq(2)))),
  ),
  mutant(
    'not-not-inside-lost',
    'not (not a and b) is not (a and b)',
    R.nodes((node) =>
      node._tag === 'not' && node.predicate._tag === 'and'
        ? R.not(R.and(...node.predicate.all.map((each) => (each._tag === 'not' ? each.predicate : each))))
        : node,
    ),
    finds(one, (b) => not(and(not(b.n.eq(2)), b.n.eq(1)))),
  ),
  mutant(
    'not-within-or-lost',
    'a `not` within an `or` is dropped',
    R.nodes((node) =>
      node._tag === 'or'
        ? { ...node, any: node.any.map((each) => (each._tag === 'not' ? each.predicate : each)) }
        : node,
    ),
    finds(one, (b) => or(b.n.eq(2), not(b.n.eq(2)))),
  ),
  mutant(
    'not-lt-as-gt',
    'not less is taken for greater',
    R.nodes((node) =>
      node._tag === 'not' && node.predicate._tag === 'lookup' && node.predicate.name === 'lt'
        ? R.or({ ...node.predicate, name: 'gt' }, R.isNull(node.predicate.left))
        : node,
    ),
    finds(one, (b) => not(b.n.lt(1))),
  ),
  mutant(
    'exclude-drops-second',
    'of two excludes, only the first counts',
    R.nodes((node) => {
      if (node._tag !== 'and') return node
      const first = node.all.findIndex(({ _tag }) => _tag === 'not')
      return { ...node, all: node.all.filter((each, i) => each._tag !== 'not' || i === first) }
    }),
    reads(
      { book: one },
      pipe(
        m.book,
        exclude((b) => b.n.eq(2)),
        exclude((b) => b.n.eq(1)),
      ),
    ),
  ),
  mutant(
    'range-upper-exclusive',
    "a range's upper bound is left out",
    R.lookupNodes((node) =>
      node.name === 'range'
        ? R.and(
            { ...node, name: 'gte', right: node.right.slice(0, 1) },
            { ...node, name: 'lt', right: node.right.slice(1) },
          )
        : node,
    ),
    finds(one, (b) => b.n.range(0, 1)),
  ),
  mutant(
    'range-lower-exclusive',
    "a range's lower bound is left out",
    R.lookupNodes((node) =>
      node.name === 'range'
        ? R.and(
            { ...node, name: 'gt', right: node.right.slice(0, 1) },
            { ...node, name: 'lte', right: node.right.slice(1) },
          )
        : node,
    ),
    finds(one, (b) => b.n.range(1, 2)),
  ),
  mutant(
    'range-swapped-put-right',
    'a range whose bounds are swapped is put right',
    R.lookups(['range'], ({ value, others, kind }) => {
      const order = compare(kind)
      const [low, high] = [...others].sort(order)
      return order(value, low!) >= 0 && order(value, high!) <= 0
    }),
    finds(one, (b) => b.n.range(2, 0)),
  ),
  mutant(
    'open-range-as-closed',
    'greater than a and less than b is taken for a range, bounds and all',
    R.nodes((node) => {
      if (node._tag !== 'and') return node
      const closed = new Set(
        node.all.flatMap((a) =>
          a._tag === 'lookup' &&
          a.name === 'gt' &&
          node.all.some((b) => b._tag === 'lookup' && b.name === 'lt' && about(a) === about(b))
            ? [about(a)]
            : [],
        ),
      )
      return {
        ...node,
        all: node.all.map((each) =>
          each._tag === 'lookup' && closed.has(about(each))
            ? { ...each, name: each.name === 'gt' ? 'gte' : each.name === 'lt' ? 'lte' : each.name }
            : each,
        ),
      }
    }),
    finds(one, (b) => and(b.n.gt(0), b.n.lt(1))),
  ),
  mutant(
    'same-field-overwritten',
    'of two conditions on one field the later one replaces the earlier, as in an object',
    R.nodes((node) =>
      node._tag === 'and'
        ? {
            ...node,
            all: node.all.filter(
              (each, i) =>
                each._tag !== 'lookup' ||
                !node.all
                  .slice(i + 1)
                  .some((later) => later._tag === 'lookup' && about(later) === about(each)),
            ),
          }
        : node,
    ),
    finds(one, (b) => and(b.n.gt(1), b.n.lt(3))),
  ),
  mutant(
    'third-conjunct-ignored',
    'of three conditions two count',
    R.nodes((node) => (node._tag === 'and' ? { ...node, all: node.all.slice(0, 2) } : node)),
    finds(one, (b) => and(b.n.eq(1), b.rank.isNull(), b.title.eq('x'))),
  ),
  mutant(
    'or-loses-last',
    'of three alternatives two count',
    R.nodes((node) => (node._tag === 'or' ? { ...node, any: node.any.slice(0, 2) } : node)),
    finds(three, (b) => or(b.n.eq(1), b.n.eq(2), b.n.eq(3))),
  ),
  mutant(
    'xor-as-or',
    'an odd number is taken for at least one',
    R.nodes((node) => (node._tag === 'xor' ? R.or(...node.odd) : node)),
    finds(one, (b) => xor(b.n.eq(1), b.n.lt(2))),
  ),
  mutant(
    'xor-as-one-of',
    'an odd number is taken for exactly one',
    R.nodes((node) =>
      node._tag === 'xor'
        ? R.or(...node.odd.map((each, i) => R.and(each, ...node.odd.filter((_, j) => i !== j).map(R.not))))
        : node,
    ),
    finds(one, (b) => xor(b.n.eq(1), b.n.lt(2), b.n.gt(0))),
  ),
  mutant(
    'falsy-constant-drops-filter',
    "a comparison with 0, '' or false is taken for no condition",
    R.lookupNodes((node) =>
      node.right.length === 1 &&
      node.right[0]?._tag === 'const' &&
      !node.right[0].value &&
      node.right[0].value !== null
        ? R.and()
        : node,
    ),
    finds(one, (b) => b.n.eq(0)),
  ),
  mutant(
    'columns-compared-swapped',
    'when a column is compared with a column, they are swapped',
    R.lookupNodes((node) => {
      const [right] = node.right
      return ['lt', 'lte', 'gt', 'gte'].includes(node.name) && right?._tag === 'column'
        ? { ...node, left: right, right: [node.left] }
        : node
    }),
    finds(pairs, (b) => b.n.lt(b.rank)),
  ),
  mutant(
    'deep-conditions-ignored',
    'connectives in connectives in connectives are taken for true',
    R.nodes((node) => {
      const within = (each: R.Pred, depth: number): R.Pred =>
        each._tag === 'and' || each._tag === 'or'
          ? depth >= 2
            ? R.and()
            : each._tag === 'and'
              ? R.and(...each.all.map((inner) => within(inner, depth + 1)))
              : R.or(...each.any.map((inner) => within(inner, depth + 1)))
          : each
      return node._tag === 'and' || node._tag === 'or' ? within(node, 0) : node
    }),
    finds(one, (b) => and(b.n.eq(1), or(b.n.eq(2), and(b.n.eq(1), b.n.eq(3))))),
  ),
  mutant(
    'last-condition-only',
    'of several conditions only the last counts',
    R.passes((query) =>
      query.where?._tag === 'and' ? { ...query, where: query.where.all.at(-1) ?? query.where } : query,
    ),
    reads(
      { book: one },
      pipe(
        m.book,
        filter((b) => b.n.eq(2)),
        filter((b) => b.title.eq('')),
      ),
    ),
  ),
]
