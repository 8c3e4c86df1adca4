/** Conditions that mean something else. Written on 2026-11-28, without sight of the generator. */
import { function as fn } from 'fp-ts'
import { and as all, exclude, filter, holds, or, test, values, xor } from '../../../src/index.js'
import type { LookupName } from '../../../src/expression/Expression.js'
import { m } from '../support/models.js'
import {
  always,
  and,
  blindOf,
  constant,
  gives,
  isColumn,
  lookups,
  missing,
  never,
  nodes,
  not,
  or as anyOf,
  queries,
  same,
  type BlindMutant,
  type P,
} from './support.js'

const { pipe } = fn
const mutant = blindOf('predicates', 'predicates')
const nil = blindOf('null', 'null')

const turned = new Map<LookupName, LookupName>([
  ['gt', 'lt'],
  ['lt', 'gt'],
  ['gte', 'lte'],
  ['lte', 'gte'],
])

const ordering: ReadonlyArray<LookupName> = ['gt', 'gte', 'lt', 'lte']

/** Connectives that are too deep in a filter hold. */
const trimmed = (predicate: P, left: number): P => {
  if (left === 0) return always
  switch (predicate._tag) {
    case 'and':
      return { ...predicate, all: predicate.all.map((each) => trimmed(each, left - 1)) }
    case 'or':
      return { ...predicate, any: predicate.any.map((each) => trimmed(each, left - 1)) }
    case 'not':
      return { ...predicate, predicate: trimmed(predicate.predicate, left - 1) }
    default:
      return predicate
  }
}

/** The last of the conditions that have the same key. */
const lastOfEach = (all: ReadonlyArray<P>, key: (predicate: P) => string | null): ReadonlyArray<P> =>
  all.filter((each, i) => {
    const own = key(each)
    return own === null || !all.slice(i + 1).some((later) => key(later) === own)
  })

const nameOf = (node: P): string | null =>
  node._tag === 'lookup' && node.left._tag === 'column' && node.right[0]?._tag === 'const'
    ? (node.left.path.at(-1) ?? null)
    : null

/** Equalities with constants of columns whose own names are the same are put into one list. */
const listed = (any: ReadonlyArray<P>): ReadonlyArray<P> => {
  const [first] = any
  if (first?._tag !== 'lookup' || first.name !== 'exact' || nameOf(first) === null) return any
  const alike = any.filter(
    (each) =>
      each._tag === 'lookup' &&
      each.name === 'exact' &&
      nameOf(each) === nameOf(first) &&
      each.right[0]?._tag === 'const' &&
      first.right[0]?._tag === 'const' &&
      each.right[0].kind === first.right[0].kind,
  )
  return alike.length < 2
    ? any
    : [
        { ...first, name: 'in', right: alike.flatMap((each) => (each._tag === 'lookup' ? each.right : [])) },
        ...any.filter((each) => !alike.includes(each)),
      ]
}

const ns = (...list: ReadonlyArray<number>) => ({ book: list.map((n) => ({ n })) })

export const predicates: ReadonlyArray<BlindMutant> = [
  mutant(
    'xor of three is exactly one',
    'an xor of more than two conditions holds where exactly one of them does',
    'https://github.com/django/django/pull/16901',
    nodes((node) =>
      node._tag === 'xor' && node.odd.length > 2
        ? anyOf(
            ...node.odd.map((one, i) =>
              and(one, ...node.odd.filter((_, j) => j !== i).map((other) => not(other))),
            ),
          )
        : node,
    ),
    gives(
      ns(5, 2),
      pipe(
        m.book,
        filter((b) => xor(b.n.gt(1), b.n.gt(2), b.n.gt(3))),
      ),
    ),
  ),
  mutant(
    'the same lookup twice, last wins',
    'conditions are kept by column and lookup, so that the last of two alike replaces the first',
    'https://github.com/typeorm/typeorm/pull/10395',
    nodes((node) =>
      node._tag === 'and'
        ? {
            ...node,
            all: lastOfEach(node.all, (each) =>
              each._tag === 'lookup' ? `${each.name} ${JSON.stringify(each.left)}` : null,
            ),
          }
        : node,
    ),
    gives(
      { book: [{ title: 'ab' }, { title: 'b' }] },
      pipe(
        m.book,
        filter((b) => b.title.contains('a')),
        filter((b) => b.title.contains('b')),
      ),
    ),
  ),
  mutant(
    'equalities of namesakes become one list',
    'an or of equalities becomes a list where the last names of the columns are the same, whatever they lead through',
    null,
    nodes((node) => (node._tag === 'or' ? { ...node, any: listed(node.any) } : node)),
    gives(
      {
        review: [
          { id: 1, stars: 1, book: 3 },
          { id: 2, stars: 1, book: 4 },
        ],
        book: [{ id: 3 }, { id: 4, n: 1 }],
      },
      pipe(
        m.review,
        filter((r) => or(r.book.author.name.eq('x'), r.book.title.eq('y'), r.stars.eq(7))),
      ),
      pipe(
        m.book,
        filter((b) => or(b.id.eq(3), b.author.id.eq(4))),
      ),
      pipe(
        m.review,
        filter((r) => or(r.id.eq(9), r.book.author.id.eq(1))),
      ),
    ),
  ),
  mutant(
    'columns are swapped without their operator',
    'two columns that are compared are put in the order of their names, the operator stays',
    null,
    nodes((node) => {
      if (node._tag !== 'lookup' || !ordering.includes(node.name)) return node
      const [right] = node.right
      const { left } = node
      return isColumn(left) && isColumn(right) && left.path.join('.') > right.path.join('.')
        ? { ...node, left: right, right: [left] }
        : node
    }),
    gives(
      {
        book: [
          { n: 1, rank: 2 },
          { n: 3, rank: 2 },
        ],
      },
      pipe(
        m.book,
        filter((b) => b.rank.lt(b.n)),
      ),
    ),
  ),
  mutant(
    'a negated comparison loses its boundary',
    'not greater is taken for less, and so on',
    null,
    nodes((node) => {
      if (node._tag !== 'not' || node.predicate._tag !== 'lookup') return node
      const name = turned.get(node.predicate.name)
      return name === undefined
        ? node
        : anyOf(
            { ...node.predicate, name },
            missing(node.predicate.left),
            ...node.predicate.right.map((each) => missing(each)),
          )
    }),
    gives(
      ns(4, 5, 6),
      pipe(
        m.book,
        exclude((b) => b.n.gt(5)),
      ),
    ),
  ),
  mutant(
    'conditions deeper than four are dropped',
    'what is nested deeper than four connectives holds',
    null,
    queries((query) => ({ ...query, where: query.where === null ? null : trimmed(query.where, 5) })),
    gives(
      {
        book: [
          { n: 5, title: 'a' },
          { n: 3, title: 'b', rank: 1 },
        ],
      },
      pipe(
        m.book,
        exclude((b) =>
          or(b.n.eq(1), all(b.title.eq('a'), or(b.rank.eq(1), all(b.n.gt(1), or(b.n.eq(8), b.n.eq(3)))))),
        ),
      ),
    ),
  ),
  mutant(
    'equal to nothing much is dropped',
    "a filter for 0, false or the empty text isn't sent",
    'https://github.com/spatie/laravel-query-builder/issues/495',
    nodes((node) =>
      node._tag === 'lookup' &&
      node.name === 'exact' &&
      node.right[0]?._tag === 'const' &&
      node.right[0].value !== null &&
      !Boolean(node.right[0].value)
        ? always
        : node,
    ),
    gives(
      ns(0, 1),
      pipe(
        m.book,
        filter((b) => b.n.eq(0)),
      ),
    ),
  ),
  mutant(
    'a boolean column is whether it is there',
    "a boolean column as a condition holds where it isn't missing",
    'https://github.com/geldata/gel-js/issues/738',
    nodes((node) =>
      node._tag === 'holds' && isColumn(node.expression) ? not(missing(node.expression)) : node,
    ),
    gives(
      { book: [{ done: true }, { done: false }] },
      pipe(
        m.book,
        filter((b) => holds(b.done)),
      ),
    ),
  ),
  mutant(
    'a range of one value is empty',
    'a range whose bounds are the same is thought to have nothing in it',
    null,
    nodes((node) =>
      node._tag === 'lookup' && node.name === 'range' && same(node.right[0], node.right[1]) ? never : node,
    ),
    gives(
      ns(2, 3),
      pipe(
        m.book,
        filter((b) => b.n.range(2, 2)),
      ),
    ),
  ),
  mutant(
    'a computed side is its column',
    'what a sum or difference is compared with is compared with its column',
    null,
    nodes((node) =>
      node._tag === 'lookup' &&
      node.left._tag === 'call' &&
      ['add', 'sub', 'mul', 'neg', 'abs'].includes(node.left.name) &&
      node.left.args[0]?._tag === 'column'
        ? { ...node, left: node.left.args[0] }
        : node,
    ),
    gives(
      ns(2, 3),
      pipe(
        m.book,
        filter((b) => b.n.plus(1).gt(3)),
      ),
    ),
  ),
  mutant(
    'not equal to a list looks at its first',
    'a negated list is a negated equality with its first member',
    null,
    nodes((node) =>
      node._tag === 'not' &&
      node.predicate._tag === 'lookup' &&
      node.predicate.name === 'in' &&
      node.predicate.right.length > 1
        ? not({ ...node.predicate, right: node.predicate.right.slice(0, 1) })
        : node,
    ),
    gives(
      ns(1, 2, 3),
      pipe(
        m.book,
        exclude((b) => b.n.in([1, 2])),
      ),
    ),
  ),
  mutant(
    'less or equal is less than one more',
    'an inclusive bound becomes an exclusive one by adding 1, for fractions too',
    null,
    lookups(['lte'], ([a, b], types) =>
      types[0]?.kind === 'float' && typeof a === 'number' && typeof b === 'number'
        ? a < b + Number(Number.isInteger(b))
        : null,
    ),
    gives(
      { book: [{ ratio: 1.5 }, { ratio: 2.5 }] },
      pipe(
        m.book,
        filter((b) => b.ratio.lte(2)),
      ),
    ),
  ),

  nil(
    'missing related value looks at the key',
    'whether a column behind a relation is missing is taken for whether the related row is',
    'https://github.com/prisma/orm/issues/14175',
    nodes((node) =>
      node._tag === 'lookup' && node.name === 'isnull' && isColumn(node.left) && node.left.path.length > 1
        ? { ...node, left: { ...node.left, path: node.left.path.slice(0, -1) } }
        : node,
    ),
    gives(
      { author: [{ id: 1, name: 'a' }], book: [{ author: 1 }, { author: null }] },
      pipe(
        m.book,
        filter((b) => b.author.email.isNull()),
      ),
    ),
  ),
  nil(
    'two missing columns are equal',
    'columns are compared as JavaScript values, where null equals null',
    null,
    lookups(['exact'], ([a, b]) => (a === null && b === null ? true : null)),
    gives(
      { book: [{ n: 1 }, { n: 2, rank: 2, ratio: 2 }] },
      pipe(
        m.book,
        filter((b) => b.rank.eq(b.ratio)),
      ),
    ),
  ),
  nil(
    'excluding equal columns loses a missing right one',
    'a negated comparison of two columns fails where the right one is missing',
    'https://github.com/django/django/pull/13118',
    nodes((node) =>
      node._tag === 'not' && node.predicate._tag === 'lookup' && isColumn(node.predicate.right[0])
        ? and(node, not(missing(node.predicate.right[0])))
        : node,
    ),
    gives(
      { book: [{ n: 1 }, { n: 2, rank: 2 }] },
      pipe(
        m.book,
        exclude((b) => b.n.eq(b.rank)),
      ),
    ),
  ),
  nil(
    'a condition as a value is missing where its column is',
    'a test of a missing value gives null, not false',
    null,
    nodes((node) =>
      node._tag === 'test' &&
      node.predicate._tag === 'lookup' &&
      node.predicate.name !== 'isnull' &&
      isColumn(node.predicate.left)
        ? {
            _tag: 'case',
            branches: [{ when: missing(node.predicate.left), then: constant('boolean', null) }],
            otherwise: node,
          }
        : node,
    ),
    gives(
      { book: [{ rank: null }, { rank: 3 }] },
      pipe(
        m.book,
        values((b) => ({ high: test(b.rank.gt(2)) })),
      ),
    ),
  ),
  nil(
    'missing of a computed value looks at its column',
    'whether a quotient is missing is taken for whether its first operand is',
    null,
    nodes((node) =>
      node._tag === 'lookup' &&
      node.name === 'isnull' &&
      node.left._tag === 'call' &&
      isColumn(node.left.args[0])
        ? missing(node.left.args[0])
        : node,
    ),
    gives(
      ns(0, 1),
      pipe(
        m.book,
        filter((b) => b.n.dividedBy(b.n).isNull()),
      ),
    ),
  ),
  nil(
    'not in a list loses what is missing',
    'a negated list asks that there is a value',
    'https://github.com/django/django/pull/19691',
    nodes((node) =>
      node._tag === 'not' && node.predicate._tag === 'lookup' && node.predicate.name === 'in'
        ? and(node, not(missing(node.predicate.left)))
        : node,
    ),
    gives(
      { book: [{ rank: null }, { rank: 1 }, { rank: 2 }] },
      pipe(
        m.book,
        exclude((b) => b.rank.in([1, 3])),
      ),
    ),
  ),
  nil(
    'what is missing is false',
    'equal to false takes the missing',
    null,
    lookups(['exact'], ([a, b], types) =>
      types[0]?.kind === 'boolean' && b === false && a === null ? true : null,
    ),
    gives(
      { book: [{ done: null }, { done: false }, { done: true }] },
      pipe(
        m.book,
        filter((b) => b.done.eq(false)),
      ),
    ),
  ),
]
