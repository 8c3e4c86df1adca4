/** Choices that depend on how many rows there are, made when the first page has told. */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  autoId,
  belongsTo,
  explain,
  field,
  plan,
  run,
  schema,
  slice,
  toArray,
  understands,
  values,
  type Abilities,
  type Client,
  type Query,
} from '../../src/index.js'
import { memory } from '../../src/memory.js'

const { pipe } = fn

const models = schema({
  track: { id: autoId, name: field.text() },
  line: { id: autoId, track: belongsTo('track', { relatedName: 'lines' }) },
})

const many = (n: number) => Array.from({ length: n }, (_, i) => i + 1)

/** A service of pages of 100 rows, which takes 20 values at once and says nothing of sizes beforehand. */
const service = (tracks: number, lines: number, sold: number, abilities: Abilities = {}) => {
  const whole = memory(models, {
    track: many(tracks).map((id) => ({ id, name: `track ${String(id)}` })),
    line: many(lines).map((id) => ({ id, track: 1 + ((id * 7) % sold) })),
  })
  const asked: Array<Query> = []
  const total = abilities.total ?? 'exact'
  const client: Client = {
    name: 'service',
    schema: whole.schema,
    support: understands({
      lookups: { exact: 'exact', in: 'exact', gt: 'exact' },
      order: true,
      maxPerRequest: 100,
      maxMembers: 20,
      ...abilities,
      total,
    }),
    list: (query) => {
      asked.push(query)
      return TE.map((page: { readonly rows: ReadonlyArray<unknown>; readonly total: number | null }) => ({
        ...page,
        total: total === 'none' ? null : page.total,
      }))(whole.list(query))
    },
  }
  const of = (model: string) =>
    asked.filter(({ from }) => from._tag === 'model' && from.model === model).length
  return { client, of }
}

const names = pipe(
  models.line,
  values((l) => ({ line: l.id, name: l.track.name })),
)

const answer = async (client: Client, queryset: typeof names = names) => {
  const rows = await toArray(client)(queryset)()
  if (E.isLeft(rows)) throw new Error(rows.left.message)
  return rows.right
}

describe('how many rows there are, seen from the first page', () => {
  it('has a small table fetched whole, in place of many lists of keys', async () => {
    const { client, of } = service(350, 2240, 300)
    expect(await answer(client)).to.have.length(2240)
    // 300 keys, 20 a request, would be 15.
    expect(of('track')).to.equal(4)
  })

  it('has a large table asked for by key, after one page', async () => {
    const { client, of } = service(5000, 2240, 300)
    expect(await answer(client)).to.have.length(2240)
    // The first page has 100 of the 300.
    expect(of('track')).to.equal(1 + 10)
  })

  it('is not looked at for few keys', async () => {
    const { client, of } = service(350, 60, 60)
    expect(await answer(client)).to.have.length(60)
    expect(of('track')).to.equal(3)
  })

  it('is not known of a full page without a total: of four requests for keys, one is spent on pages', async () => {
    const large = service(350, 2240, 300, { total: 'none' })
    expect(await answer(large.client)).to.have.length(2240)
    // 15 requests for keys would be due, so three pages are read, and these have all 300.
    expect(large.of('track')).to.equal(3)
    const small = service(87, 2240, 87, { total: 'none' })
    expect(await answer(small.client)).to.have.length(2240)
    expect(small.of('track')).to.equal(1)
  })

  it('has several rows asked for one by one only where that takes fewer requests', async () => {
    const alone: Abilities = { lookups: { exact: 'exact', gt: 'exact' } }
    const large = service(5000, 60, 12, alone)
    expect(await answer(large.client)).to.have.length(60)
    expect(large.of('track')).to.be.at.most(1 + 12)
    const small = service(350, 2240, 300, alone)
    expect(await answer(small.client)).to.have.length(2240)
    expect(small.of('track')).to.equal(4)
  })

  it('is looked at only as far as the plan has room for it', async () => {
    const { client, of } = service(350, 2240, 300, { rows: { line: 2240 } })
    const sliced = slice(0, 100)(names)
    const planned = plan(client)(sliced)
    if (E.isLeft(planned)) throw new Error(planned.left.message)
    // 100 rows of tracks at most were planned: a page of others besides would be more.
    expect(planned.right.rows).to.equal(200)
    expect(await run(client)(planned.right)()).to.have.nested.property('right.length', 100)
    expect(of('track')).to.equal(5)
  })

  it('is told in the text of a plan', () => {
    const explained = explain(service(350, 2240, 300).client)(names)
    expect(E.isRight(explained) && explained.right.text).to.contain(
      'id = their track, 20 values at a time; all rows where that takes no more requests',
    )
  })
})
