/** A page and the total: nothing that has been fetched is asked for again. */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import {
  autoId,
  field,
  filter,
  list,
  orderBy,
  schema,
  slice,
  understands,
  type Abilities,
  type Client,
} from '../../src/index.js'
import { memory } from '../../src/memory.js'

const { pipe } = fn
const models = schema({ word: { id: autoId, text: field.text() } })
const word = Array.from({ length: 25 }, (_, i) => ({ id: i + 1, text: `w${String(i % 5)}` }))

const counting = (abilities: Abilities): { readonly client: Client; readonly seen: { requests: number } } => {
  const { name, schema: own, list: ask } = memory(models, { word })
  const seen = { requests: 0 }
  const client: Client = {
    name,
    schema: own,
    support: understands(abilities),
    list: (query) => {
      seen.requests += 1
      return ask(query)
    },
  }
  return { client, seen }
}

const sorted = pipe(
  models.word,
  orderBy((w) => [w.text.asc()]),
)

describe('list', () => {
  it('fetches all rows once where the client can neither sort, slice nor count', async () => {
    const { client, seen } = counting({ slice: false })
    const page = await pipe(sorted, slice(3, 7), list(client))()
    expect(E.isRight(page) && page.right.total).to.equal(25)
    expect(E.isRight(page) && page.right.rows.map(({ id }) => id)).to.deep.equal([16, 21, 2, 7])
    expect(seen.requests).to.equal(1)
  })

  it('so by pages', async () => {
    const { client, seen } = counting({ maxPerRequest: 10, overlap: false })
    const page = await pipe(sorted, slice(0, 2), list(client))()
    expect(E.isRight(page) && page.right.total).to.equal(25)
    expect(seen.requests).to.equal(3)
  })

  it('and by a condition that is looked at here', async () => {
    const { client, seen } = counting({ maxPerRequest: 10, overlap: false })
    const some = pipe(
      sorted,
      filter((w) => w.text.gt('w2')),
    )
    const page = await pipe(some, slice(2, 4), list(client))()
    expect(E.isRight(page) && page.right.total).to.equal(10)
    expect(E.isRight(page) && page.right.rows.length).to.equal(2)
    expect(seen.requests).to.equal(3)
  })

  it('asks for no total after a page that is not full', async () => {
    const { client, seen } = counting({ order: true, lookups: { exact: 'exact' } })
    const some = pipe(
      sorted,
      filter((w) => w.text.eq('w2')),
    )
    const totals = async (start: number, stop?: number): Promise<readonly [number, number]> => {
      seen.requests = 0
      const page = await pipe(some, slice(start, stop), list(client))()
      return [E.isRight(page) ? page.right.total : -1, seen.requests]
    }
    expect(await totals(0, 10)).to.deep.equal([5, 1])
    expect(await totals(3, 10)).to.deep.equal([5, 1])
    expect(await totals(2)).to.deep.equal([5, 1])
    expect(await totals(0, 5)).to.deep.equal([5, 2])
    expect(await totals(7, 10)).to.deep.equal([5, 2])
  })

  it('counts what an earlier slice leaves', async () => {
    const { client } = counting({ slice: false })
    const page = await pipe(sorted, slice(0, 10), slice(8, 20), list(client))()
    expect(E.isRight(page) && [page.right.total, page.right.rows.length]).to.deep.equal([10, 2])
  })
})
