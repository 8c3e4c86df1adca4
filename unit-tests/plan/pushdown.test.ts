/** What a client is asked of a query that it doesn't answer whole. */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  annotate,
  autoId,
  belongsTo,
  everything,
  field,
  filter,
  groupBy,
  only,
  orderBy,
  plan,
  prefetchRelated,
  run,
  schema,
  selectRelated,
  slice,
  toArray,
  union,
  values,
  distinct,
  type Answer,
  type Client,
  type Plan,
  type Query,
  type Queryset,
} from '../../src/index.js'
import { memory } from '../../src/memory.js'
import { planQuery } from '../../src/plan/planQuery.js'
import { layersOf } from '../../src/query/Query.js'
import { fetchRows } from '../../src/run/read/fetchRows.js'

const { pipe } = fn

const models = schema({
  artist: { id: autoId, name: field.text() },
  album: {
    id: autoId,
    title: field.text(),
    year: field.int(),
    artist: belongsTo('artist', { relatedName: 'albums' }),
  },
})

const whole = memory(models, {
  artist: ['AC/DC', 'Accept', 'Queen', 'Abba'].map((name, i) => ({ id: i + 1, name })),
  album: Array.from({ length: 12 }, (_, i) => ({
    id: i + 1,
    title: `title ${String(i % 5)}`,
    year: 1970 + (i % 4),
    artist: 1 + (i % 3),
  })),
})

/** A client that does everything but what is said, and no lookup with `icontains`. */
const without = (...parts: ReadonlyArray<keyof Answer>) => {
  const asked: Array<Query> = []
  const client: Client = {
    name: 'nearly',
    schema: whole.schema,
    support: (question) => ({
      ...everything(question),
      ...Object.fromEntries(parts.map((part) => [part, false])),
      where: question.where.map((each) =>
        each._tag === 'lookup' && each.name === 'icontains' ? 'unsupported' : 'exact',
      ),
    }),
    list: (query) => {
      asked.push(query)
      // Of a model's rows without an order, the order is its own.
      const own = query.order.length === 0 && query.from._tag === 'model'
      return TE.map((page: { readonly rows: ReadonlyArray<unknown>; readonly total: number | null }) => ({
        ...page,
        rows: own ? [...page.rows].reverse() : page.rows,
      }))(whole.list(query))
    },
  }
  return { client, asked }
}

/** The plan of a queryset, whose rows are those that it means. */
const planned = async <R, A, M>(client: Client, queryset: Queryset<R, A, M>): Promise<Plan> => {
  const made = pipe(queryset, plan(client))
  if (E.isLeft(made)) throw new Error(made.left.message)
  const rows = await run(client)(made.right)()
  expect(rows).to.deep.equal(await toArray(whole)(queryset)())
  return made.right
}

describe('a query that a client does not answer whole', () => {
  it('has its annotations computed by the client, where related rows are not its own to give', async () => {
    const { client, asked } = without('related')
    const counted = pipe(
      models.artist,
      annotate((a) => ({ n: a.albums.count() })),
      orderBy((a) => [a.n.desc(), a.id.asc()]),
      prefetchRelated((a) => a.albums),
    )
    const { pushed } = await planned(client, counted)
    expect(pushed.annotations.map(({ name }) => name)).to.deep.equal(['n'])
    expect(asked).to.have.length(2)
  })

  it('has conditions on those asked, an order by them, and a slice', async () => {
    const { client } = without('related')
    const counted = pipe(
      models.artist,
      annotate((a) => ({ n: a.albums.count() })),
      filter((a) => a.n.gt(1)),
      orderBy((a) => [a.n.desc(), a.name.desc()]),
      slice(0, 2),
      prefetchRelated((a) => a.albums),
    )
    const { pushed } = await planned(client, counted)
    expect(pushed.where).not.to.equal(null)
    expect(pushed.order).to.have.length(3)
    expect(pushed.slice).to.deep.equal({ offset: 0, limit: 2 })
  })

  it('has related rows given along, where something else is left', async () => {
    const { client, asked } = without()
    const found = pipe(
      models.artist,
      filter((a) => a.name.icontains('AC')),
      orderBy((a) => [a.name.asc()]),
      only('name'),
      prefetchRelated((a) => a.albums),
    )
    const { pushed, residual } = await planned(client, found)
    expect(pushed.related).to.have.length(1)
    expect(residual?.carried?.relations).to.deep.equal(['albums'])
    expect(asked).to.have.length(1)
  })

  it('has a related row given in the place of its key, which is looked at all the same', async () => {
    const { client, asked } = without()
    const found = pipe(
      models.album,
      filter((a) => a.title.icontains('3')),
      filter((a) => a.artist.name.icontains('c')),
      orderBy((a) => [a.id.desc()]),
      selectRelated((a) => a.artist),
    )
    const { pushed } = await planned(client, found)
    expect(pushed.related).to.have.length(1)
    expect(asked.filter(({ from }) => from._tag === 'model' && from.model === 'album')).to.have.length(1)
  })

  it('has its projection, its distinct rows and its groups asked, as far as the client goes', async () => {
    const years = pipe(
      models.album,
      values((a) => ({ year: a.year, title: a.title })),
      distinct,
      orderBy((a) => [a.year.asc(), a.title.desc()]),
      slice(1, 4),
    )
    const unsliced = (await planned(without('slice').client, years)).pushed
    expect(layersOf(unsliced).map((pass) => pass.distinct)).to.deep.equal([true, false])
    expect(unsliced.order.length).to.be.greaterThan(0)
    const grouped = pipe(
      models.album,
      groupBy(
        (a) => ({ year: a.year }),
        (g) => ({ n: g.count() }),
      ),
      filter((row) => row.n.gt(2)),
      orderBy((row) => [row.year.asc()]),
    )
    expect((await planned(without('nested').client, grouped)).pushed.group).not.to.equal(null)
    const filtered = pipe(
      models.album,
      values((a) => ({ year: a.year, title: a.title })),
      distinct,
      filter((row) => row.title.icontains('1')),
      filter((row) => row.year.gt(1970)),
      orderBy((row) => [row.year.asc()]),
    )
    const { pushed, residual } = await planned(without().client, filtered)
    expect(pushed.from._tag).to.equal('query')
    expect(pushed.where).not.to.equal(null)
    expect(residual?.given).to.equal(2)
  })

  it('has a related row given along in the place of the very key of the row', async () => {
    const keyed = schema({
      person: { id: autoId, name: field.text() },
      pilot: { person: belongsTo('person', { primaryKey: true }), hours: field.int() },
    })
    const people = memory(keyed, {
      person: many(4).map((id) => ({ id, name: `name ${String(id)}` })),
      pilot: many(3).map((person) => ({ person, hours: 10 * person })),
    })
    const client: Client = {
      ...without().client,
      schema: people.schema,
      list: people.list,
      support: (question) => ({
        ...everything(question),
        where: question.where.map((each) =>
          each._tag === 'lookup' && each.name === 'gt' ? 'unsupported' : 'exact',
        ),
      }),
    }
    const able = pipe(
      keyed.pilot,
      filter((p) => p.hours.gt(10)),
      orderBy((p) => [p.hours.asc()]),
      selectRelated((p) => p.person),
    )
    const made = pipe(able, plan(client))
    if (E.isLeft(made)) throw new Error(made.left.message)
    expect(made.right.residual?.carried?.key).to.equal('person')
    expect(await run(client)(made.right)()).to.deep.equal(await toArray(people)(able)())
  })

  it("knows that rows put together may be a model's again, and follows their relations", async () => {
    const { client } = without('related')
    const ones = pipe(
      models.artist,
      filter((a) => a.id.lt(3)),
    )
    const both = pipe(
      union(ones)(
        pipe(
          models.artist,
          filter((a) => a.name.eq('Abba')),
        ),
      ),
      orderBy((a) => [a.name.asc()]),
      prefetchRelated((a) => a.albums),
    )
    await planned(client, both)
    const column = (name: string) => ({
      name,
      expression: { _tag: 'column', path: [name], level: 0 } as const,
    })
    const artists: Query = {
      ...emptyOf({ _tag: 'model', model: 'artist' }),
      columns: [column('id'), column('name')],
    }
    const query: Query = {
      ...emptyOf({ _tag: 'combine', operation: 'union', model: 'artist', left: artists, right: [] }),
      order: [{ expression: column('id').expression, direction: 'asc', nulls: 'last' }],
      slice: { offset: 0, limit: 10 },
      related: [{ relation: 'albums', many: true, query: emptyOf({ _tag: 'model', model: 'album' }) }],
    }
    const made = planQuery(client, query)
    if (E.isLeft(made)) throw new Error(made.left.message)
    expect(made.right.pushed.slice).not.to.equal(null)
    const rows: Array<{ readonly albums?: unknown }> = []
    for await (const page of fetchRows(client, made.right)) if (E.isRight(page)) rows.push(...page.right)
    expect(rows.map(({ albums }) => (Array.isArray(albums) ? albums.length : -1))).to.deep.equal([4, 4, 4, 0])
  })

  it('keeps an order that is nowhere said, where a slice depends on it', async () => {
    const { client } = without('slice')
    const groups: Query = {
      ...emptyOf({ _tag: 'model', model: 'album' }),
      group: {
        keys: [{ name: 'year', expression: { _tag: 'column', path: ['year'], level: 0 } }],
        aggregates: [],
      },
    }
    const query: Query = { ...emptyOf({ _tag: 'query', query: groups }), slice: { offset: 0, limit: 2 } }
    const made = planQuery(client, query)
    if (E.isLeft(made)) throw new Error(made.left.message)
    const rows: Array<unknown> = []
    for await (const page of fetchRows(client, made.right)) if (E.isRight(page)) rows.push(...page.right)
    expect(rows).to.deep.equal([{ year: 1970 }, { year: 1971 }])
  })
})

const many = (n: number) => Array.from({ length: n }, (_, i) => i + 1)

const emptyOf = (from: Query['from']): Query => ({
  from,
  annotations: [],
  where: null,
  order: [],
  reverse: false,
  distinctOn: null,
  columns: null,
  group: null,
  distinct: false,
  slice: null,
  fields: null,
  related: [],
})
