/**
 * Pages put together are the list, for all three kinds, with ties and missing values; and for cursors while rows come and
 * go: no other row comes twice or is lost.
 *
 * Caught, planted: a cursor that forgets rows without a value behind those that have one; one that compares an order key
 * without those before it; a next offset that is one too far; a way back that reads forwards.
 */
import { expect } from 'chai'
import fc from 'fast-check'
import { either as E, function as F } from 'fp-ts'
import {
  autoId,
  create,
  deleteRows,
  field,
  filter,
  schema,
  toArray,
  type WritableClient,
} from '../../src/index.js'
import { memory } from '../../src/memory.js'
import {
  cursor,
  limitOffset,
  pageNumber,
  rest,
  serializer,
  viewset,
  type RestHandler,
} from '../../src/rest.js'
import { parameters, titled } from '../support/runs.js'

const { pipe } = F

/** A case is many requests. */
const share = 0.3

const models = schema({
  item: {
    id: autoId,
    rank: field.nullable(field.int()),
    name: field.nullable(field.text()),
  },
})

const item = serializer(models.item, { fields: ['id', 'rank', 'name'] })

const apiOver = (client: WritableClient, size: number): RestHandler => {
  const common = { queryset: models.item, serializer: item, ordering: ['rank', 'name'] } as const
  return rest(
    {
      number: viewset({ ...common, pages: pageNumber({ size, max: 100 }) }),
      offset: viewset({ ...common, pages: limitOffset({ size, max: 100 }) }),
      up: viewset({
        ...common,
        pages: cursor(models.item, { size, max: 100, order: (i) => [i.rank.asc(), i.name.desc()] }),
      }),
      down: viewset({
        ...common,
        pages: cursor(models.item, {
          size,
          max: 100,
          order: (i) => [i.rank.desc({ nulls: 'last' }), i.name.asc({ nulls: 'first' })],
        }),
      }),
    },
    { client },
  )
}

interface Page {
  readonly results: ReadonlyArray<{ readonly id: number }>
  readonly next: string | null
  readonly previous: string | null
}

const pageAt = async (api: RestHandler, url: string): Promise<Page> => {
  const response = await api(new Request(url))
  expect(response.status).to.equal(200)
  return (await response.json()) as Page
}

const ids = (page: Page): ReadonlyArray<number> => page.results.map(({ id }) => id)

/** All pages from one on, in one direction. */
const walk = async (
  api: RestHandler,
  start: string,
  way: 'next' | 'previous',
  between: (page: number) => Promise<void> = () => Promise.resolve(),
): Promise<ReadonlyArray<Page>> => {
  const pages: Array<Page> = []
  for (let url: string | null = start; url !== null && pages.length < 100;) {
    const page: Page = await pageAt(api, url)
    pages.push(page)
    await between(pages.length)
    url = page[way]
  }
  return pages
}

const items = fc.array(
  fc.record({
    rank: fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }),
    name: fc.option(fc.constantFrom('a', 'b', 'é', ''), { nil: null }),
  }),
  { maxLength: 25 },
)

const withIds = (rows: ReadonlyArray<{ readonly rank: number | null; readonly name: string | null }>) => ({
  item: rows.map((row, i) => ({ id: i + 1, ...row })),
})

const all = async (client: WritableClient): Promise<ReadonlyArray<number>> => {
  const rows = await toArray(client)(models.item)()
  return E.isRight(rows) ? rows.right.map(({ id }) => id) : expect.fail(rows.left.message)
}

describe('pages of rest', () => {
  it(titled('put together are the list, whichever way they are read', share), async () => {
    await fc.assert(
      fc.asyncProperty(items, fc.integer({ min: 1, max: 6 }), async (rows, size) => {
        const client = memory(models, withIds(rows))
        const api = apiOver(client, size)
        const everything = [...(await all(client))].sort((a, b) => a - b)
        const ordered = await pageAt(api, 'http://x/number/?ordering=rank,-name&page_size=100')
        for (const path of ['number/?ordering=rank,-name', 'offset/?ordering=rank,-name', 'up/', 'down/']) {
          const pages = await walk(api, `http://x/${path}`, 'next')
          const found = pages.flatMap(ids)
          expect(
            [...found].sort((a, b) => a - b),
            path,
          ).to.deep.equal(everything)
          if (path !== 'down/') expect(found, path).to.deep.equal(ids(ordered))
          expect(pages.slice(0, -1).every((page) => page.results.length === size)).to.equal(true)
          const last = pages.at(-1)
          const back =
            last?.previous === null || last === undefined ? [] : await walk(api, last.previous, 'previous')
          expect(back.map(ids), `${path} back`).to.deep.equal(pages.slice(0, -1).reverse().map(ids))
        }
      }),
      parameters(share),
    )
  })

  it(titled('by cursor lose and repeat no row while others come and go', share), async () => {
    await fc.assert(
      fc.asyncProperty(
        items,
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 24 }), fc.integer({ min: 0, max: 3 })), {
          maxLength: 10,
        }),
        async (rows, size, changes) => {
          const client = memory(models, withIds(rows))
          const api = apiOver(client, size)
          const before = await all(client)
          const gone = new Set<number>()
          const pages = await walk(api, 'http://x/up/', 'next', async (page) => {
            const change = changes[page - 1]
            if (change === undefined) return
            const [comes, at, rank] = change
            if (comes) await pipe(models.item, create(client, { rank, name: 'new' }))()
            else {
              gone.add(at + 1)
              await pipe(
                models.item,
                filter((i) => i.id.eq(at + 1)),
                deleteRows(client),
              )()
            }
          })
          const found = pages.flatMap(ids)
          expect(new Set(found).size, 'no row twice').to.equal(found.length)
          const stayed = before.filter((id) => !gone.has(id))
          expect(found).to.include.members(stayed)
        },
      ),
      parameters(share),
    )
  })

  it('by cursor take no cursor that was made for another list, or changed', async () => {
    const api = apiOver(memory(models, withIds(Array.from({ length: 9 }, () => ({ rank: 1, name: 'a' })))), 3)
    const { next } = await pageAt(api, 'http://x/up/')
    const own = new URL(next ?? '').searchParams.get('cursor') ?? ''
    const status = async (path: string): Promise<number> =>
      (await api(new Request(`http://x/${path}`))).status
    expect(await status(`up/?cursor=${own}`)).to.equal(200)
    expect(await status(`down/?cursor=${own}`)).to.equal(404)
    expect(await status(`up/?cursor=x${own}`)).to.equal(404)
    expect(await status(`up/?cursor=${own.split('.')[0] ?? ''}`)).to.equal(404)
  })
})
