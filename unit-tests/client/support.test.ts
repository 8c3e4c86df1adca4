/** The common cases of what a backend can do, said in a line each: what it is asked, and that the answer is right. */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import {
  autoId,
  conjunctsOf,
  count,
  explain,
  field,
  filter,
  or,
  orderBy,
  schema,
  schemaOf,
  slice,
  toArray,
  understands,
  type Abilities,
  type Client,
  type Query,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'

const { pipe } = fn
const models = schema({ word: { id: autoId, text: field.text(), n: field.int() } })
const word = Array.from({ length: 25 }, (_, i) => ({ id: i + 1, text: `word ${String(i % 3)}`, n: i % 5 }))

/** A backend with these abilities, and what it was asked. */
const backend = (abilities: Abilities) => {
  const asked: Array<Query> = []
  const whole = memory(models, { word })
  const { total = 'none', maxPerRequest = Infinity } = abilities
  const client: Client = {
    name: 'backend',
    schema: schemaOf(models),
    support: understands(abilities),
    list: (query) => async () => {
      asked.push(query)
      const all = await whole.list({ ...query, slice: null })()
      if (E.isLeft(all)) return all
      const { offset, limit } = query.slice ?? { offset: 0, limit: null }
      const n = all.right.rows.length
      return E.right({
        rows: all.right.rows.slice(offset, offset + Math.min(limit ?? Infinity, maxPerRequest)),
        total: total === 'none' ? null : total === 'exact' ? n : Math.min(n, total),
      })
    },
  }
  return { client, asked }
}

const lookupsOf = (asked: ReadonlyArray<Query>): ReadonlyArray<string> => [
  ...new Set(
    asked.flatMap((query) =>
      conjunctsOf(query).map((each) =>
        each._tag === 'lookup' && each.left._tag === 'column'
          ? `${each.left.path.join('.')} ${each.name}`
          : each._tag,
      ),
    ),
  ),
]

const some = pipe(
  models.word,
  filter((w) => w.text.eq('word 1')),
  filter((w) => w.n.gt(1)),
  filter((w) => or(w.n.eq(2), w.n.eq(3))),
  orderBy((w) => [w.n.desc()]),
)
const expected = word
  .filter(({ text, n }) => text === 'word 1' && (n === 2 || n === 3))
  .sort((a, b) => b.n - a.n || a.id - b.id)

const answers = async (abilities: Abilities): Promise<ReadonlyArray<Query>> => {
  const { client, asked } = backend(abilities)
  expect(await toArray(client)(some)()).to.deep.equal(E.right(expected))
  expect(await toArray(client)(pipe(some, slice(1, 3)))()).to.deep.equal(E.right(expected.slice(1, 3)))
  expect(await count(client)(some)()).to.deep.equal(E.right(expected.length))
  expect(await count(client)(models.word)()).to.deep.equal(E.right(word.length))
  return asked
}

// Planted, and found here: `fields`, `order` or `slice` of the abilities passed over, a capped total taken for exact.
describe('a backend that knows', () => {
  it('equality only', async () => {
    const asked = await answers({ lookups: { exact: 'exact' } })
    expect(lookupsOf(asked)).to.deep.equal(['text exact'])
  })

  it('these lookups on these fields', async () => {
    const asked = await answers({
      lookups: { exact: 'exact', gt: 'exact' },
      fields: (model, name) => model === 'word' && name === 'n',
    })
    expect(lookupsOf(asked)).to.deep.equal(['n gt'])
    const within = await answers({ lookups: { exact: 'exact', gt: 'exact' }, connectives: true })
    expect(lookupsOf(within)).to.deep.equal(['text exact', 'n gt', 'or'])
  })

  it('no order, or one by some fields', async () => {
    const asked = await answers({ lookups: { exact: 'exact' }, maxPerRequest: 10 })
    expect(asked.filter(({ order }) => order.length > 0)).to.deep.equal([])
    const byKey = await answers({ order: (_, name) => name === 'id', maxPerRequest: 10 })
    const names = byKey.flatMap(({ order }) => order.map(({ expression }) => JSON.stringify(expression)))
    expect(new Set(names).size).to.equal(1)
  })

  it('pages by offset, of 10 at most', async () => {
    const { client, asked } = backend({ maxPerRequest: 10 })
    expect(await toArray(client)(models.word)()).to.deep.equal(E.right(word))
    // Each begins with the last row of the one before.
    expect(asked.map((query) => query.slice)).to.deep.equal(
      [0, 9, 18].map((offset) => ({ offset, limit: 10 })),
    )
    const apart = backend({ maxPerRequest: 10, overlap: false })
    expect(await toArray(apart.client)(models.word)()).to.deep.equal(E.right(word))
    expect(apart.asked.map((query) => query.slice?.offset)).to.deep.equal([0, 10, 20])
    await answers({ maxPerRequest: 10 })
  })

  it('pages by a cursor, after the last key', async () => {
    const cursor: Abilities = {
      lookups: { gt: 'exact' },
      fields: (_, name) => name === 'id',
      order: (_, name) => name === 'id',
      slice: 'limit',
      maxPerRequest: 10,
    }
    const { client, asked } = backend(cursor)
    expect(await toArray(client)(models.word)()).to.deep.equal(E.right(word))
    expect(asked.map((query) => query.slice)).to.deep.equal(
      [0, 0, 0].map((offset) => ({ offset, limit: 10 })),
    )
    expect(lookupsOf(asked)).to.deep.equal(['id gt'])
    expect((await answers(cursor)).every((query) => query.slice?.offset === 0)).to.equal(true)
  })

  it('no total, all totals, or totals up to a number', async () => {
    const totalOf = (abilities: Abilities) => {
      const explained = explain(backend(abilities).client)(models.word)
      return E.isRight(explained) ? explained.right.plan.total : explained.left._tag
    }
    const requestsFor = async (abilities: Abilities) => {
      const { client, asked } = backend({ ...abilities, order: true, maxPerRequest: 10 })
      expect(await count(client)(models.word)()).to.deep.equal(E.right(25))
      return asked.length
    }
    expect(totalOf({})).to.equal('unknown')
    expect(await requestsFor({})).to.equal(3)
    expect(totalOf({ total: 'exact' })).to.equal('exact')
    expect(await requestsFor({ total: 'exact' })).to.equal(1)
    expect(totalOf({ total: 20 })).to.equal('at least')
    // A page that shows that the total is capped is the first of those that are counted.
    expect(await requestsFor({ total: 20 })).to.equal(3)
    expect(await requestsFor({ total: 100 })).to.equal(1)
    await answers({ total: 20, maxPerRequest: 10 })
  })
})
