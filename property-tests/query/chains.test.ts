/** Each combinator, over and over again: what it means stays the same, and it takes time in proportion, and no stack. */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import {
  and,
  annotate,
  autoId,
  belongsTo,
  defer,
  difference,
  distinct,
  distinctOn,
  exclude,
  field,
  filter,
  fold,
  groupBy,
  intersection,
  lookups,
  none,
  not,
  only,
  or,
  orderBy,
  prefetchRelated,
  print,
  reverse,
  schema,
  selectRelated,
  slice,
  toArray,
  union,
  values,
  xor,
  type AnyQueryset,
  type LookupTree,
  type Predicate,
  type Queryset,
} from '../../src/index.js'
import { memory } from '../../src/memory.js'
import { isLong } from '../support/runs.js'

const { pipe } = fn

const models = schema({
  node: {
    id: autoId,
    n: field.int(),
    up: field.nullable(belongsTo('node', { relatedName: 'down' })),
  },
})

type Nodes = typeof models.node
type Node = Nodes extends Queryset<infer R, infer _A, infer _M> ? R : never
type Plain = Queryset<{ readonly n: Node['n'] }, { readonly n: number }, null>

const rows = Array.from({ length: 6 }, (_, i) => ({ id: i + 1, n: i % 4, up: i === 0 ? null : i }))

const client = memory(models, { node: rows })

const { node } = models

const chain = <Q>(start: Q, times: number, step: (queryset: Q, i: number) => Q): Q => {
  let made = start
  for (let i = 0; i < times; i += 1) made = step(made, i)
  return made
}

const few = pipe(
  node,
  filter((r) => r.id.lte(4)),
)
const plain = (queryset: Nodes): Plain => values((r: Node) => ({ n: r.n }))(queryset)

const idsOf = async (queryset: Nodes): Promise<ReadonlyArray<number>> => {
  const told = await toArray(client)(queryset)()
  return E.isLeft(told)
    ? expect.fail(told.left.message)
    : told.right.map(({ id }) => id).sort((a, b) => a - b)
}

const numbersOf = async (queryset: Plain): Promise<ReadonlyArray<number>> => {
  const told = await toArray(client)(queryset)()
  return E.isLeft(told) ? expect.fail(told.left.message) : told.right.map(({ n }) => n).sort((a, b) => a - b)
}

/** The same operation, with the queryset so far as what it is applied to (`left`), or as its operand (`right`). */
const times = 1000

type Pair = readonly [left: ReadonlyArray<number>, right: ReadonlyArray<number>]

const keyed: ReadonlyArray<readonly [string, (other: Nodes) => (queryset: Nodes) => Nodes, Pair]> = [
  [
    'union',
    (other) => union(other),
    [
      [1, 2, 3, 4, 5, 6],
      [1, 2, 3, 4, 5, 6],
    ],
  ],
  [
    'intersection',
    (other) => intersection(other),
    [
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ],
  ],
  // `few` without what isn't in it, over and over, is all of `few` and none of it in turn.
  [
    'difference',
    (other) => difference(other),
    [
      [5, 6],
      [1, 2, 3, 4],
    ],
  ],
  [
    'and',
    (other) => and(other),
    [
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ],
  ],
  [
    'or',
    (other) => or(other),
    [
      [1, 2, 3, 4, 5, 6],
      [1, 2, 3, 4, 5, 6],
    ],
  ],
  // An even number of times.
  [
    'xor',
    (other) => xor(other),
    [
      [1, 2, 3, 4, 5, 6],
      [1, 2, 3, 4, 5, 6],
    ],
  ],
]

// Caught, planted: the conditions of what is put together asked for in subqueries, operands taken by recursion, and
// passes put together one in the other.
describe('1,000 querysets put together', () => {
  keyed.forEach(([name, operation, [left, right]]) => {
    it(`${name}, to the left`, async () => {
      expect(await idsOf(chain<Nodes>(node, times, operation(few)))).to.deep.equal(left)
    })

    it(`${name}, to the right`, async () => {
      expect(await idsOf(chain<Nodes>(node, times, (queryset) => operation(queryset)(few)))).to.deep.equal(
        right,
      )
    })
  })

  const projected: ReadonlyArray<
    readonly [string, (other: Plain) => (queryset: Plain) => Plain, ReadonlyArray<number>]
  > = [
    ['union', (other) => union(other), [0, 1, 2, 3]],
    ['intersection', (other) => intersection(other), [0, 1]],
    ['difference', (other) => difference(other), [2, 3]],
  ]
  const two = plain(
    pipe(
      node,
      filter((r) => r.id.lte(2)),
    ),
  )
  projected.forEach(([name, operation, left]) => {
    it(`${name} of projected rows, to the left`, async () => {
      expect(await numbersOf(chain(plain(node), times, operation(two)))).to.deep.equal(left)
    })

    it(`${name} of projected rows, to the right`, async () => {
      const made = chain(plain(node), times, (queryset) => operation(queryset)(two))
      // What is taken away from what is taken away doesn't become one list, and is refused beyond some depth.
      if (name === 'difference') expect(fold(made)).to.have.nested.property('left._tag', 'InvalidStep')
      else expect(await numbersOf(made)).to.deep.equal(left)
    })
  })

  it('with slices between, are refused and overflow nothing', () => {
    const made = chain<Nodes>(node, times, (queryset) => pipe(queryset, slice(0, 5), union(few)))
    expect(fold(made)).to.have.nested.property('left._tag', 'InvalidStep')
  })

  it('are printed', () => {
    expect(print(chain<Nodes>(node, times, union(few)))).to.contain('union')
    expect(print(chain<Nodes>(node, times, (queryset) => union(queryset)(few)))).to.contain('union')
  })
})

/** Enough for what is quadratic to take minutes. */
const many = isLong ? 100_000 : 10_000

const steps: { readonly [name: string]: (queryset: never, i: number) => unknown } = {
  filter: filter((r: Node) => r.n.gte(0)),
  exclude: exclude((r: Node) => r.n.lt(0)),
  orderBy: orderBy((r: Node) => [r.n.asc()]),
  reverse,
  slice: slice(0, 5),
  distinct,
  distinctOn: distinctOn((r: Node) => [r.n]),
  values: values((r: Node) => ({ n: r.n })),
  'values, computed': values((r: Node) => ({ n: r.n.plus(1) })),
  'annotate, new names': (queryset: Nodes, i: number) =>
    annotate((r: Node) => ({ [`c${String(i)}`]: r.n }))(queryset as never),
  groupBy: groupBy(
    (r: Node) => ({ n: r.n }),
    (group: { count: () => unknown }) => ({ k: group.count() }) as never,
  ),
  none,
  only: only('n'),
  defer: defer('n'),
  selectRelated: selectRelated((r: Node) => r.up),
  prefetchRelated: prefetchRelated((r: Node) => r.down),
  union: union(few),
  intersection: intersection(few),
  difference: difference(few),
  and: and(few),
  or: or(few),
  xor: xor(few),
  'union, to the right': (queryset: Nodes) => union(queryset)(few),
  'difference, to the right': (queryset: Nodes) => difference(queryset)(few),
  'xor, to the right': (queryset: Nodes) => xor(queryset)(few),
  'slice and filter': (queryset: Nodes) =>
    pipe(
      queryset,
      slice(0, 5),
      filter((r) => r.n.gte(0)),
    ),
  'orderBy, values and distinct': (queryset: Nodes) =>
    distinct(
      plain(
        pipe(
          queryset,
          orderBy((r) => [r.n.asc()]),
        ),
      ),
    ),
}

// Caught, planted: the columns copied by each `annotate`, references to all of them made for each callback, an `or` in an
// `or` joined from the inside outwards, and what is ordered looked for from the innermost pass.
describe(`${String(many)} steps are taken and folded in linear time`, () => {
  Object.entries(steps).forEach(([name, step]) => {
    it(name, function () {
      this.timeout(120_000)
      const made = chain<AnyQueryset>(node, many, step as never)
      expect(E.isRight(fold(made))).to.equal(true)
    })
  })

  it('annotate of projected rows', function () {
    this.timeout(120_000)
    const made = chain<AnyQueryset>(plain(node), many, ((queryset: Plain, i: number) =>
      annotate((r: { readonly n: Node['n'] }) => ({ [`c${String(i)}`]: r.n.plus(1) }))(
        queryset as never,
      )) as never)
    expect(E.isRight(fold(made))).to.equal(true)
  })
})

describe(`predicates of ${String(many)} parts`, () => {
  const nested: { readonly [name: string]: (predicate: Predicate, r: Node, i: number) => Predicate } = {
    'or, to the left': (predicate, r, i) => or(predicate, r.n.eq(i)),
    'or, to the right': (predicate, r, i) => or(r.n.eq(i), predicate),
    'and, to the left': (predicate, r, i) => and(predicate, r.n.eq(i)),
    'xor, to the left': (predicate, r, i) => xor(predicate, r.n.eq(i)),
    'and and or': (predicate, r, i) => (i % 2 === 0 ? and : or)(predicate, r.n.eq(i)),
    not,
  }
  Object.entries(nested).forEach(([name, step]) => {
    it(name, function () {
      this.timeout(120_000)
      const made = pipe(
        node,
        filter((r) => chain<Predicate>(r.n.eq(1), many, (so, i) => step(so, r, i))),
      )
      expect(E.isRight(fold(made))).to.equal(true)
    })
  })

  it('lookups put together', function () {
    this.timeout(120_000)
    const list = Array.from({ length: many }, (_, i) => ({ lookup: i % 2 === 0 ? 'n' : 'down__n', value: i }))
    for (const tree of [{ and: list }, { or: list }]) {
      const told = lookups(tree)(node)
      expect(E.isRight(told) && E.isRight(fold(filter<Node>(() => told.right)(node)))).to.equal(true)
    }
  })

  it('lookups nested too deep are refused', () => {
    for (const wrap of [
      (tree: LookupTree) => ({ not: tree }),
      (tree: LookupTree) => ({ or: [tree] }),
      (tree: LookupTree) => ({ and: [tree] }),
    ]) {
      const told = lookups(chain<LookupTree>({ lookup: 'n', value: 1 }, 100_000, wrap))(node)
      expect(told).to.have.nested.property('left._tag', 'InvalidQuery')
    }
    const list = chain<unknown>(1, 100_000, (inner) => [inner])
    expect(lookups({ lookup: 'n', value: list })(node)).to.have.nested.property('left._tag', 'InvalidField')
  })
})
