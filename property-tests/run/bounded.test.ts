/** Querysets of any length, predicates of any depth, and any number of pages: on a stack and a heap that have an end. */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  and,
  annotate,
  autoId,
  belongsTo,
  clientFailed,
  distinct,
  encodeQuery,
  explain,
  field,
  filter,
  fold,
  not,
  or,
  orderBy,
  print,
  reverse,
  schema,
  schemaOf,
  slice,
  stream,
  toArray,
  union,
  value,
  values,
  xor,
  type Client,
  type Predicate,
  type Queryset,
} from '../../src/index.js'
import { memory } from '../../src/memory.js'
import { denote } from '../../src/reference/denote.js'
import { sourceOf, store } from '../../src/engine/Store.js'
import { now } from '../support/compare.js'
import { isLong } from '../support/runs.js'

const models = schema({
  leaf: { id: autoId, n: field.int() },
  node: {
    id: autoId,
    n: field.int(),
    name: field.nullable(field.text()),
    up: field.nullable(belongsTo('node', { relatedName: 'down' })),
  },
})

const rows = [
  { id: 1, n: 1, name: 'a', up: null },
  { id: 2, n: 2, name: null, up: 1 },
  { id: 3, n: 2, name: 'b', up: 1 },
  { id: 4, n: 3, name: 'c', up: 2 },
]

const leaves = rows.map(({ id, n }) => ({ id, n }))

const client = memory(models, { node: rows, leaf: leaves })

type Nodes = (typeof models)['leaf']
type Step = (nodes: Nodes, i: number) => Nodes

const chain = (step: Step, length: number): Nodes => {
  let nodes: Nodes = models.leaf
  for (let i = 0; i < length; i++) nodes = step(nodes, i)
  return nodes
}

const ids = async <R, M>(nodes: Queryset<R, { readonly id: number }, M>): Promise<ReadonlyArray<number>> => {
  const found = await toArray(client)(nodes)()
  if (E.isLeft(found)) throw new Error(found.left.message)
  return found.right.map(({ id }) => id)
}

const milliseconds = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await work()
  return performance.now() - start
}

interface Chain {
  readonly name: string
  readonly step: Step
  readonly expected: ReadonlyArray<number>
}

const above = (nodes: Nodes): Nodes =>
  fn.pipe(
    nodes,
    filter((x) => x.n.gt(1)),
  )
const below = (nodes: Nodes): Nodes =>
  fn.pipe(
    nodes,
    filter((x) => x.n.lt(3)),
  )
const sorted = (nodes: Nodes): Nodes =>
  fn.pipe(
    nodes,
    orderBy((x) => [x.n.desc()]),
  )

const chains: ReadonlyArray<Chain> = [
  { name: 'filter', step: above, expected: [2, 3, 4] },
  { name: 'orderBy', step: sorted, expected: [4, 2, 3, 1] },
  { name: 'slice', step: (nodes, i) => (i === 0 ? slice(1) : slice(0, 50))(nodes), expected: [2, 3, 4] },
  { name: 'reverse', step: (nodes) => reverse(nodes), expected: [1, 2, 3, 4] },
  { name: 'distinct', step: (nodes) => distinct(nodes), expected: [1, 2, 3, 4] },
  {
    name: 'filter and slice in turn',
    step: (nodes, i) => (i % 2 === 0 ? above(nodes) : slice(0, 50)(nodes)),
    expected: [2, 3, 4],
  },
  {
    name: 'slice and reverse in turn',
    step: (nodes, i) => (i % 2 === 0 ? slice(0, 3)(nodes) : reverse(nodes)),
    expected: [1, 2, 3],
  },
  {
    name: 'orderBy, slice and filter in turn',
    step: (nodes, i) => (i % 3 === 0 ? sorted(nodes) : i % 3 === 1 ? slice(0, 4)(nodes) : below(nodes)),
    expected: [2, 3, 1],
  },
]

/** The others would differ in nothing that takes time. */
const timed = ['filter', 'orderBy', 'slice', 'reverse', 'filter and slice in turn']

type Make = (predicate: Predicate, i: number) => Predicate

const tower = (innermost: Predicate, make: Make, height: number): Predicate => {
  let made = innermost
  for (let i = 0; i < height; i++) made = make(made, i)
  return made
}

const high = 10_000

describe('bounded', function () {
  this.timeout(120_000)

  describe('querysets of 100,000 steps are folded and run, and not in quadratic time', () => {
    chains.forEach(({ name, step, expected }) => {
      it(name, async () => {
        await ids(chain(step, 100))
        const run = (n: number) =>
          milliseconds(async () => {
            expect(await ids(chain(step, n))).to.deep.equal(expected)
          })
        // In the short run one of them shows the whole length.
        const most = isLong || name === 'filter' ? 100_000 : 25_000
        const short = timed.includes(name) && most > 25_000 ? await run(25_000) : Infinity
        const long = await run(most)
        // Four times the steps in quadratic time take sixteen times as long.
        if (long > 1000)
          expect(long / short, `${String(short)} ms, then ${String(long)} ms`).to.be.lessThan(12)
      })
    })

    it('annotate (1,000 steps)', async () => {
      const nodes = chain(
        (before, i) =>
          fn.pipe(
            before,
            annotate((x) => ({ [`x${String(i)}`]: x.n.plus(i) }) as never),
          ) as unknown as Nodes,
        1000,
      )
      const found = await toArray(client)(nodes)()
      expect(E.isRight(found) && (found.right[3] as unknown as { readonly x999: number }).x999).to.equal(1002)
    })

    it('values (1,000 steps)', async () => {
      const nodes = chain(
        (before) =>
          fn.pipe(
            before,
            values((x) => ({ id: x.id, n: x.n.plus(1) })),
          ) as unknown as Nodes,
        1000,
      )
      const found = await toArray(client)(nodes)()
      expect(E.isRight(found) && found.right[3]).to.deep.equal({ id: 4, n: 1003 })
    })

    it('union of 1,000 querysets, one by one and at once', async () => {
      const [first, ...others] = Array.from({ length: 1000 }, (_, i) =>
        fn.pipe(
          models.leaf,
          filter((x) => x.n.eq(i)),
        ),
      )
      expect([...(await ids(union(...others)(first!)))].sort()).to.deep.equal([1, 2, 3, 4])
      const some = others.slice(0, 50).reduce<Nodes>((before, other) => union(other)(before), first!)
      expect([...(await ids(some))].sort()).to.deep.equal([1, 2, 3, 4])
    })

    it('the meaning of 100,000 filters is told as well', () => {
      const stored = store(schemaOf(models), { leaf: leaves })
      if (E.isLeft(stored)) throw new Error(stored.left.message)
      const meant = denote(schemaOf(models), sourceOf(stored.right), now)(chain(above, 1000))
      expect(E.isRight(meant) && meant.right.rows.length).to.equal(3)
    })

    it('and they are printed', () => {
      const most = isLong ? 100_000 : 25_000
      expect(print(chain(above, most)).match(/filter/gu)?.length).to.equal(most)
    })
  })

  describe('predicates 10,000 deep are folded, evaluated and printed', () => {
    const towers: {
      readonly [name: string]: { readonly make: Make; readonly expected: ReadonlyArray<number> }
    } = {
      not: { make: (p) => not(p), expected: [2, 3, 4] },
      'and, or in turn': {
        make: (p, i) =>
          i % 2 === 0 ? and(p, value(true, 'boolean').eq(true)) : or(value(1, 'int').eq(2), p),
        expected: [2, 3, 4],
      },
      'and, not, or in turn': {
        make: (p, i) =>
          i % 4 === 0 ? and(p, value(1, 'int').eq(1)) : i % 4 === 2 ? or(p, value(1, 'int').eq(2)) : not(p),
        expected: [2, 3, 4],
      },
      xor: { make: (p) => xor(p, value(1, 'int').eq(1)), expected: [2, 3, 4] },
    }
    Object.entries(towers).forEach(([name, { make, expected }]) => {
      it(name, async () => {
        const nodes = fn.pipe(
          models.node,
          filter((x) => tower(x.n.gt(1), make, high)),
        )
        expect(E.isRight(fold(nodes))).to.equal(true)
        expect(await ids(nodes)).to.deep.equal(expected)
        expect(print(nodes).length).to.be.greaterThan(high)
        const folded = fold(nodes)
        const encoded = E.chain(encodeQuery())(folded)
        expect(encoded._tag).to.be.oneOf(['Left', 'Right'])
        expect(E.isRight(explain(client)(nodes))).to.equal(true)
      })

      it(`${name}, within some`, async () => {
        const nodes = fn.pipe(
          models.node,
          filter((x) => x.down.some((below_) => tower(below_.n.gt(2), make, high))),
        )
        expect(await ids(nodes)).to.deep.equal([2])
      })
    })

    it('expressions as well', async () => {
      const nodes = fn.pipe(
        models.node,
        filter((x) => {
          let sum = x.n.plus(0)
          for (let i = 0; i < high; i++) sum = sum.plus(1)
          return sum.gt(high + 2)
        }),
      )
      expect(await ids(nodes)).to.deep.equal([4])
    })
  })

  describe('streams', () => {
    /** A backend of so many rows, in the order of their keys; what is asked of it is counted. */
    const endless = (total: number) => {
      const asked = { requests: 0 }
      const stub: Client = {
        name: 'stub',
        schema: schemaOf(models),
        list: (query) => {
          const { offset, limit } = query.slice ?? { offset: 0, limit: null }
          const start = asked.requests * (limit ?? total) + offset
          asked.requests += 1
          const length = Math.max(0, Math.min(limit ?? total, total - start))
          return TE.right({
            total: null,
            rows: Array.from({ length }, (_, i) => ({ id: start + i, n: 1, name: null, up: null })),
          })
        },
      }
      return { stub, asked }
    }

    it('of 100,000 chunks come in order, in flat memory', async () => {
      const size = 2
      const chunks = 100_000
      const { stub, asked } = endless(size * chunks)
      let next = 0
      const heap: Array<number> = []
      for await (const row of stream(stub, { size })(models.node)) {
        if (E.isLeft(row) || row.right.id !== next) throw new Error(`${String(next)}: ${JSON.stringify(row)}`)
        next += 1
        if (next % 10_000 === 0) heap.push(process.memoryUsage().heapUsed / 1e6)
      }
      expect(next).to.equal(size * chunks)
      expect(asked.requests).to.be.within(chunks, chunks + 1)
      // What is kept shows in the least of the samples: between collections the heap goes up and down.
      const early = Math.min(...heap.slice(0, 5))
      const late = Math.min(...heap.slice(-5))
      expect(late - early, heap.map(Math.round).join(' ')).to.be.lessThan(100)
    })

    it('ask for nothing before the first row, and for nothing more once the loop is left', async () => {
      const { stub, asked } = endless(1_000_000)
      const rows_ = stream(stub, { size: 10 })(models.node)
      expect(asked.requests).to.equal(0)
      let seen = 0
      for await (const row of rows_) {
        if (E.isLeft(row)) throw new Error(row.left.message)
        seen += 1
        if (seen === 25) break
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(asked.requests).to.equal(3)
    })

    it('end with the first error', async () => {
      let requests = 0
      const { stub } = endless(100)
      const failing: Client = {
        name: 'failing',
        schema: schemaOf(models),
        list: (query) => {
          requests += 1
          return requests > 3 ? TE.left({ ...failure }) : stub.list(query)
        },
      }
      const tags: Array<string> = []
      for await (const row of stream(failing, { size: 1 })(models.node)) tags.push(row._tag)
      expect(tags).to.deep.equal(['Right', 'Right', 'Right', 'Left'])
      expect(requests).to.equal(4)
    })
  })
})

const failure = clientFailed('failing', 'list', null, { message: 'it is gone' })
