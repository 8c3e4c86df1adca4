/** Conditions that mean something else. Written on 2026-11-28, without sight of the generator. */
import { function as fn } from 'fp-ts'
import { and as all, exclude, filter, holds, not as negated, or, xor } from '../../../src/index.js'
import type { LookupName } from '../../../src/expression/Expression.js'
import { compare } from '../../../src/value/Order.js'
import type { Json, Kind } from '../../../src/value/Value.js'
import type { Bug } from '../support/client.js'
import { m } from '../support/models.js'
import {
  and,
  both,
  calls,
  column,
  conjuncts,
  constant,
  gives,
  isColumn,
  lookups,
  missing,
  nodes,
  not,
  or as anyOf,
  same,
  type BlindMutant,
  type P,
} from '../blind/support.js'
import { ns, of, shelves } from './support.js'

const { pipe } = fn
const mutant = of('predicates', 'predicates')
const nil = of('null', 'null')

const lookupOf = (predicate: P, name: LookupName) =>
  predicate._tag === 'lookup' && predicate.name === name ? predicate : null

/** Lists of the same column become one. */
const pooled = (list: ReadonlyArray<P>): ReadonlyArray<P> =>
  list.reduce<ReadonlyArray<P>>((so, each) => {
    const own = lookupOf(each, 'in')
    const at = own === null ? -1 : so.findIndex((other) => same(lookupOf(other, 'in')?.left, own.left))
    return own === null || at === -1
      ? [...so, each]
      : so.map((other, i) =>
          i === at && other._tag === 'lookup' ? { ...other, right: [...other.right, ...own.right] } : other,
        )
  }, [])

/** The first of two open bounds of the same column becomes a range, the other goes. */
const closed = (list: ReadonlyArray<P>): ReadonlyArray<P> => {
  const low = list.map((each) => lookupOf(each, 'gt')).find((each) => each !== null) ?? null
  const high =
    list.map((each) => lookupOf(each, 'lt')).find((each) => each !== null && same(each.left, low?.left)) ??
    null
  const [from] = low?.right ?? []
  const [to] = high?.right ?? []
  return low === null || high === null || from === undefined || to === undefined
    ? list
    : [...list.filter((each) => each !== low && each !== high), { ...low, name: 'range', right: [from, to] }]
}

/** A function that is called where something is missing, too. */
const loose = (
  name: string,
  wrong: (
    args: ReadonlyArray<Json>,
    right: (args: ReadonlyArray<Json>) => Json,
    kinds: ReadonlyArray<Kind>,
  ) => Json,
): Bug => {
  const bug = calls(name, (args, right, types) =>
    wrong(
      args,
      right,
      types.map(({ kind }) => kind),
    ),
  )
  return { ...bug, functions: (bug.functions ?? []).map((each) => ({ ...each, strict: false })) }
}

const zeroIfMissing = (name: string): Bug =>
  loose(name, (args, right, kinds) => right(args.map((arg, i) => arg ?? (kinds[i] === 'decimal' ? '0' : 0))))

export const predicates: ReadonlyArray<BlindMutant> = [
  mutant(
    'two lists of a column are one',
    'of two lists that a column must be in, one is made that has the members of both',
    null,
    nodes((node) => (node._tag === 'and' ? { ...node, all: pooled(conjuncts(node)) } : node)),
    gives(
      ns(1, 2, 3),
      pipe(
        m.book,
        filter((b) => b.n.in([1, 2])),
        filter((b) => b.n.in([2, 3])),
      ),
    ),
  ),
  mutant(
    'neither is not both',
    'what meets none of several conditions is taken for what fails one of them',
    null,
    nodes((node) =>
      node._tag === 'not' && node.predicate._tag === 'or' && node.predicate.any.length > 1
        ? anyOf(...node.predicate.any.map((each) => not(each)))
        : node,
    ),
    gives(
      ns(1, 2, 3),
      pipe(
        m.book,
        exclude((b) => or(b.n.eq(1), b.n.eq(2))),
      ),
    ),
  ),
  mutant(
    'and binds before or',
    'an or that comes last in an and is written without brackets',
    'https://github.com/go-pg/pg/issues/1162',
    nodes((node) => {
      if (node._tag !== 'and' || node.all.length < 2) return node
      const last = node.all.at(-1)
      const [first, ...rest] = last?._tag === 'or' ? last.any : []
      return first === undefined || rest.length === 0
        ? node
        : anyOf(and(...node.all.slice(0, -1), first), ...rest)
    }),
    gives(
      {
        book: [
          { n: 1, title: 'a' },
          { n: 1, title: 'b' },
          { n: 2, title: 'b' },
        ],
      },
      pipe(
        m.book,
        filter((b) => all(b.n.eq(1), or(b.title.eq('a'), b.title.eq('b')))),
      ),
    ),
  ),
  mutant(
    'columns in a list are no members',
    'the members of a list that are columns are dropped',
    null,
    nodes((node) =>
      node._tag === 'lookup' && node.name === 'in'
        ? { ...node, right: node.right.filter((each) => !isColumn(each)) }
        : node,
    ),
    gives(
      { book: [{ n: 1, rank: 1 }, { n: 2 }, { n: 7 }] },
      pipe(
        m.book,
        filter((b) => b.n.in([b.rank, 7])),
      ),
    ),
  ),
  mutant(
    'not either or is either not or not',
    'a negated xor is the xor of the negated conditions',
    null,
    nodes((node) =>
      node._tag === 'not' && node.predicate._tag === 'xor'
        ? { ...node.predicate, odd: node.predicate.odd.map((each) => not(each)) }
        : node,
    ),
    gives(
      ns(1, 2, 3),
      pipe(
        m.book,
        filter((b) => negated(xor(b.n.gt(1), b.n.gt(2)))),
      ),
    ),
  ),
  mutant(
    'between is with both ends',
    'greater than one and less than another becomes a range, which has its ends in it',
    null,
    nodes((node) => (node._tag === 'and' ? { ...node, all: closed(conjuncts(node)) } : node)),
    gives(
      ns(1, 2, 3),
      pipe(
        m.book,
        filter((b) => all(b.n.gt(1), b.n.lt(3))),
      ),
    ),
  ),

  nil(
    'what is missing adds nothing',
    'a missing operand of a sum or difference is taken for 0',
    null,
    both(zeroIfMissing('add'), zeroIfMissing('sub')),
    gives(
      { book: [{ n: 1, rank: null }] },
      pipe(
        m.book,
        filter((b) => b.n.plus(b.rank).eq(1)),
      ),
    ),
  ),
  nil(
    'a missing bound is none',
    'a range one of whose bounds is missing is open at that end',
    null,
    lookups(['range'], ([a = null, low = null, high = null], types) => {
      const [kind] = types
      if (a === null || (low !== null && high !== null) || types.some((type) => type.kind !== kind?.kind))
        return null
      const order = compare(kind?.kind ?? 'int')
      return (low === null || order(a, low) >= 0) && (high === null || order(a, high) <= 0)
    }),
    gives(
      {
        book: [
          { n: 3, rank: null },
          { n: 3, rank: 1 },
        ],
      },
      pipe(
        m.book,
        filter((b) => b.n.range(b.rank, 5)),
      ),
    ),
  ),
  nil(
    'nothing is outside of a list with a missing member',
    'a negated list whose members are columns fails where one of these is missing',
    'https://github.com/django/django/pull/21501',
    nodes((node) =>
      node._tag === 'not' && node.predicate._tag === 'lookup' && node.predicate.name === 'in'
        ? and(node, ...node.predicate.right.flatMap((each) => (isColumn(each) ? [not(missing(each))] : [])))
        : node,
    ),
    gives(
      {
        book: [
          { n: 1, rank: null },
          { n: 2, rank: 1 },
        ],
      },
      pipe(
        m.book,
        exclude((b) => b.n.in([b.rank, 7])),
      ),
    ),
  ),
  nil(
    'who has nobody is not excluded, but gone',
    'a negated condition on a column behind a relation joins, so that rows without a related row vanish',
    'https://github.com/tine20/tine20/issues/5311',
    nodes((node) => {
      if (node._tag !== 'not' || node.predicate._tag !== 'lookup' || node.predicate.name === 'isnull')
        return node
      const { left } = node.predicate
      return isColumn(left) && left.path.length > 1
        ? and(node, not(missing(column(...left.path.slice(0, -1)))))
        : node
    }),
    gives(
      shelves,
      pipe(
        m.book,
        exclude((b) => b.author.name.eq('a')),
      ),
    ),
  ),
  nil(
    'what is not true is false',
    'a boolean column that is negated must be false, so that a missing one fails',
    null,
    nodes((node) =>
      node._tag === 'not' && node.predicate._tag === 'holds' && isColumn(node.predicate.expression)
        ? {
            _tag: 'lookup',
            name: 'exact',
            left: node.predicate.expression,
            right: [constant('boolean', false)],
          }
        : node,
    ),
    gives(
      { book: [{ done: null }, { done: false }, { done: true }] },
      pipe(
        m.book,
        exclude((b) => holds(b.done)),
      ),
    ),
  ),
]
