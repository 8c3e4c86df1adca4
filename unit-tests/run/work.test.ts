/** Work is counted: what a small query can make of time and memory is stopped, wherever it is evaluated. */
import { expect } from 'chai'
import { either as E, function as fn, type taskEither as TE } from 'fp-ts'
import {
  annotate,
  autoId,
  belongsTo,
  concat,
  count,
  distinct,
  field,
  filter,
  fold,
  manyToMany,
  orderBy,
  prefetchRelated,
  retry,
  schema,
  slice,
  toArray,
  understands,
  union,
  update,
  value,
  values,
  within,
  type Budget,
  type Client,
  type QueryError,
  type WritableClient,
} from '../../src/index.js'
import { httpClient, httpHandler, httpWork } from '../../src/http.js'
import { memory } from '../../src/memory.js'
import { allOf, type Query } from '../../src/query/Query.js'

const { pipe } = fn

const models = schema({
  track: { id: autoId, name: field.text(), price: field.decimal() },
  playlist: { id: autoId, name: field.text(), tracks: manyToMany('track', { relatedName: 'playlists' }) },
})

/** So many rows of each, every track on every playlist. */
const data = (n: number) => {
  const ids = Array.from({ length: n }, (_, i) => i + 1)
  return {
    track: ids.map((id) => ({ id, name: `track ${String(id)}`, price: '1.5' })),
    playlist: ids.map((id) => ({ id, name: `list ${String(id)}` })),
    playlist_tracks: ids.flatMap((playlist) =>
      ids.map((track) => ({ id: (playlist - 1) * n + track, playlist, track })),
    ),
  }
}

/** Four clients that evaluate: memory, whole or what a weaker client leaves to do; and both behind HTTP. */
const clients = (n: number, budget: Budget): ReadonlyArray<readonly [string, Client]> => {
  const whole = memory(models, data(n))
  const weak: Client = { ...whole, support: understands({}), name: 'weak' }
  const served = (client: Client): Client =>
    httpClient(models, { url: 'http://localhost/', fetch: httpHandler(client, { work: budget }) })
  return [
    ['memory', within(budget)(whole)],
    ['the rest of a weak client', within(budget)(weak)],
    ['memory over HTTP', served(whole)],
    ['the rest of a weak client over HTTP', served(weak)],
  ]
}

const leftOf = async (asked: TE.TaskEither<QueryError, unknown>): Promise<unknown> => {
  const told = await asked()
  return E.isLeft(told) ? ('what' in told.left ? [told.left._tag, told.left.what] : told.left) : 'rows'
}

const named = pipe(
  models.track,
  values((t) => ({ name: t.name })),
)
const nines = value('9'.repeat(999), 'decimal')

const small: Budget = { steps: 200_000, bytes: 1_000_000 }

/** Some of them take more steps than are allowed, some more bytes, whoever evaluates them. */
const hostile: ReadonlyArray<
  readonly [
    what: string,
    rows: number,
    over: string,
    ask: (client: Client) => TE.TaskEither<QueryError, unknown>,
  ]
> = [
  [
    'text that is made of itself',
    10,
    'bytes',
    (client) =>
      pipe(
        Array.from({ length: 22 }).reduce<typeof named>(
          (before) =>
            pipe(
              before,
              values((t) => ({ name: concat(t.name, t.name) })),
            ),
          named,
        ),
        toArray(client),
      ),
  ],
  [
    'text that is repeated',
    10,
    'bytes',
    (client) =>
      pipe(
        models.track,
        values((t) => ({ x: t.name.repeat(900_000) })),
        toArray(client),
      ),
  ],
  [
    'text that is filled up, in a filter',
    10,
    'bytes',
    (client) =>
      pipe(
        models.track,
        filter((t) => t.name.lpad(900_000).eq('x')),
        toArray(client),
      ),
  ],
  [
    'text that is replaced',
    10,
    'bytes',
    (client) =>
      pipe(
        models.track,
        filter((t) => t.name.repeat(40_000).replace('t', 's').eq('')),
        toArray(client),
      ),
  ],
  [
    'rows that are reached from rows that are reached, each compared with the first',
    30,
    'steps',
    (client) =>
      pipe(
        models.track,
        filter((t) => t.playlists.some((p) => p.tracks.some((u) => u.id.plus(t.id).lt(0)))),
        count(client),
      ),
  ],
  [
    'an aggregate along a path that goes to and fro',
    30,
    'steps',
    (client) =>
      pipe(
        models.track,
        annotate((t) => ({ n: t.playlists.sum((p) => p.tracks.sum((u) => u.id.plus(t.id))) })),
        toArray(client),
      ),
  ],
  [
    'long keys to be distinct by',
    40,
    'bytes',
    (client) =>
      pipe(
        models.track,
        values((t) => ({ x: t.name.repeat(1000) })),
        distinct,
        toArray(client),
      ),
  ],
  [
    'long keys to be sorted by',
    100,
    'bytes',
    (client) =>
      pipe(
        models.track,
        orderBy((t) => [t.name.repeat(1000).asc()]),
        toArray(client),
      ),
  ],
  [
    'rows put together',
    100,
    'steps',
    (client) =>
      pipe(
        Array.from({ length: 180 }).reduce<typeof named>(
          (all, _, i) =>
            pipe(
              all,
              union(
                pipe(
                  models.track,
                  values((t) => ({ name: t.name.left(i) })),
                ),
              ),
            ),
          named,
        ),
        toArray(client),
      ),
  ],
  [
    'passes over all rows',
    100,
    'steps',
    (client) =>
      pipe(
        Array.from({ length: 60 }).reduce<typeof models.track>(
          (all, _, i) =>
            pipe(
              all,
              orderBy((t) => [t.price.asc(), t.price.desc(), t.name.length().asc(), t.name.lower().desc()]),
              slice(0, 10_000 - i),
              filter((t) => t.name.contains('t')),
            ),
          models.track,
        ),
        toArray(client),
      ),
  ],
  [
    'roots of 1,000 digits',
    100,
    'steps',
    (client) =>
      pipe(
        models.track,
        filter((t) => t.price.plus(nines).sqrt().lt(nines)),
        count(client),
      ),
  ],
]

// Planted, one at a time: no count of what functions make; `keyOf`, `sorted`, `combining`, `some` and aggregates that don't
// count; long division that isn't counted; `fetchRows`, `within` and the HTTP handler without a meter.
describe('work that is counted', () => {
  hostile.forEach(([what, rows, over, ask]) => {
    clients(rows, small).forEach(([name, client]) => {
      it(`${what}: ${name}`, async () => {
        expect(await leftOf(ask(client))).to.deep.equal(['OverBudget', over])
      })
    })
  })

  it('counts what a mutation looks for, and what is told of it, on the client itself', async () => {
    const client = within(small)(memory(models, data(100)))
    const asked = pipe(
      models.track,
      filter((t) => t.name.repeat(900_000).eq('')),
      update(client, () => ({ name: 'x' })),
    )
    expect(await leftOf(asked)).to.deep.equal(['OverBudget', 'bytes'])
    const query = fold(
      pipe(
        models.track,
        filter((t) => t.name.repeat(900_000).eq('')),
      ),
    )
    if (E.isLeft(query)) return expect.fail()
    expect(await leftOf(client.list(query.right))).to.deep.equal(['OverBudget', 'bytes'])
    expect(await leftOf(client.count!(query.right))).to.deep.equal(['OverBudget', 'bytes'])
    expect(await leftOf(client.getPks!(query.right))).to.deep.equal(['OverBudget', 'bytes'])
  })

  it('says what was allowed, and what to do', async () => {
    const client = within({ steps: 100 })(memory(models, data(100)))
    const told = await pipe(
      models.track,
      orderBy((t) => [t.name.asc()]),
      toArray(client),
    )()
    expect(told).to.deep.equal(
      E.left({
        _tag: 'OverBudget',
        client: 'memory',
        what: 'steps',
        cost: null,
        budget: 100,
        message: "evaluating the query on the client 'memory' takes more than the 100 steps that are allowed",
        hint: 'Ask for fewer rows, in fewer steps, or for shorter text; or allow more with `within`, or as `work` of the HTTP server.',
        retryable: false,
      }),
    )
  })

  // Planted: pages that are asked for without the meter, so that each has its own.
  it('has one meter for all pages of a question', async () => {
    const paged = { ...memory(models, data(100)), maxPerRequest: 10 }
    const enough = async (asked: (client: Client) => TE.TaskEither<QueryError, unknown>): Promise<number> => {
      for (let steps = 100; ; steps *= 2)
        if ((await leftOf(asked(within({ steps })(paged)))) === 'rows') return steps
    }
    const first = await enough((client) => pipe(models.track, slice(90, 100), toArray(client)))
    expect(await enough((client) => toArray(client)(models.track))).to.be.greaterThan(4 * first)
  })

  it('counts keys by which stored rows are put together', async () => {
    const track = [1, 2, 3].map((id) => ({ id, name: `${String(id)}${'x'.repeat(100_000)}`, price: '1' }))
    const client = within({ bytes: 1_000_000 })(memory(models, { track }))
    const all = pipe(
      models.track,
      values((t) => ({ name: t.name })),
    )
    const some = pipe(
      models.track,
      slice(0, 2),
      values((t) => ({ name: t.name })),
    )
    expect(await leftOf(toArray(client)(all))).to.equal('rows')
    expect(await leftOf(pipe(all, union(some), toArray(client)))).to.deep.equal(['OverBudget', 'bytes'])
  })

  // Planted: a `some` that remembers what it found for a row though it looks at the rows around that.
  it('remembers nothing that depends on the rows around', async () => {
    const asked = pipe(
      models.track,
      filter((t) => t.playlists.some((p) => p.tracks.some((u) => u.id.gt(t.id)))),
      count(memory(models, data(5))),
    )
    expect(await asked()).to.deep.equal(E.right(4))
  })

  // Planted: a meter for each question of a request; one for each mutation.
  it('has one meter for all that a request does, at once or not', async () => {
    const { write: _, ...byKey } = memory(models, data(100))
    const asked = async (client: WritableClient, mutations: number): Promise<unknown> => {
      const handler = httpHandler(client, { work: { steps: 20_000 } })
      const one = {
        _tag: 'update',
        query: {
          ...allOf({ _tag: 'model', model: 'track' }),
          where: {
            _tag: 'lookup',
            name: 'contains',
            left: { _tag: 'column', path: ['name'], level: 0 },
            right: [{ _tag: 'const', kind: 'text', value: 'k 7' }],
          },
        },
        set: [{ name: 'name', expression: { _tag: 'const', kind: 'text', value: 'track 7' } }],
        expect: null,
      }
      const response = await handler(
        new Request('http://localhost/', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            operation: 'mutate',
            mutations: Array.from({ length: mutations }, () => one),
          }),
        }),
      )
      return response.status
    }
    for (const client of [memory(models, data(100)), byKey]) {
      expect(await asked(client, 2)).to.equal(200)
      expect(await asked(client, 200)).to.equal(422)
    }
  })

  it('lets through the defaults of the server what is no more than large', async () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => ({
      id: i + 1,
      name: `track ${String(i)}`,
      price: '1.5',
    }))
    const client = httpClient(models, {
      url: 'http://localhost/',
      fetch: httpHandler(memory(models, { track: rows })),
    })
    const told = await pipe(
      models.track,
      annotate((t) => ({ long: t.name.length(), twice: t.price.times(2) })),
      filter((t) => t.name.icontains('9')),
      orderBy((t) => [t.long.desc(), t.name.asc()]),
      toArray(client),
    )()
    expect(E.isRight(told) && told.right.length).to.equal(3439)
  })

  it('is counted once for what middleware asks again, and bounded by default over HTTP', async () => {
    const client = retry({ times: 3, delay: 0 })(memory(models, data(100)))
    const served = httpClient(models, { url: 'http://localhost/', fetch: httpHandler(client) })
    expect(
      await leftOf(
        pipe(
          models.track,
          values((t) => ({ x: t.name.repeat(900_000) })),
          toArray(served),
        ),
      ),
    ).to.deep.equal(['OverBudget', 'bytes'])
    expect(httpWork).to.deep.equal({ steps: 10_000_000, bytes: 64 * 1024 * 1024 })
  })
})

describe('related rows', () => {
  // Planted: `copyRows`, or `decodeRow`, that reads each row where it is reached (30 + 30² + 30³ + 30⁴ of them).
  it('are kept once where they are reached again', async () => {
    const deep = pipe(
      models.track,
      prefetchRelated(
        (t) => t.playlists,
        prefetchRelated(
          (p) => p.tracks,
          prefetchRelated(
            (t) => t.playlists,
            prefetchRelated((p) => p.tracks),
          ),
        ),
      ),
    )
    const start = performance.now()
    const told = await toArray(memory(models, data(30)))(deep)()
    expect(performance.now() - start).to.be.below(1000)
    if (E.isLeft(told)) return expect.fail(told.left.message)
    const [first, second] = told.right
    expect(first!.playlists).to.have.lengthOf(30)
    expect(first!.playlists[3]).to.equal(second!.playlists[3])
    expect(first!.playlists[3]!.tracks[5]!.playlists[7]!.tracks[29]!.name).to.equal('track 30')
  })

  const artists = schema({
    artist: { id: autoId },
    album: { id: autoId, artist: belongsTo('artist', { relatedName: 'albums' }) },
  })
  const album = Array.from({ length: 30 }, (_, i) => ({ id: i + 1, artist: 1 }))
  const oneArtist = memory(artists, { artist: [{ id: 1 }], album })
  const all = (model: string, more: Partial<Query> = {}): Query => ({
    ...allOf({ _tag: 'model', model }),
    ...more,
  })

  // Planted: what a foreign key leads to is made for each row that has it.
  it('are made once for all rows that lead to the same, by foreign keys too', async () => {
    const deep = (n: number): Query =>
      n === 0
        ? all('album')
        : n % 2 === 0
          ? all('album', { related: [{ relation: 'artist', many: false, query: deep(n - 1) }] })
          : all('artist', { related: [{ relation: 'albums', many: true, query: deep(n - 1) }] })
    const told = await within({ steps: 10_000 })(oneArtist).list(deep(12))()
    expect(E.isRight(told) && told.right.rows.length).to.equal(30)
  })

  // Planted: the same, though the related rows look at the row that they belong to.
  it('are made for each row that they look at', async () => {
    const seen: Query = all('artist', {
      annotations: [{ name: 'from', expression: { _tag: 'column', path: ['id'], level: 1 } }],
    })
    const told = await oneArtist.list(
      all('album', { related: [{ relation: 'artist', many: false, query: seen }] }),
    )()
    expect(E.isRight(told) && told.right.rows[4]).to.deep.equal({ id: 5, artist: { id: 1, from: 5 } })
  })

  // Planted: no count of what is sent.
  it('are counted as they are sent, before they are spelled: in several answers, unless one row is too much', async () => {
    const asked = async (size: number): Promise<readonly [unknown, number]> => {
      const { playlist, ...others } = data(30)
      const named = playlist.map(({ id }) => ({ id, name: 'x'.repeat(size) }))
      const handler = httpHandler(memory(models, { ...others, playlist: named }), {
        work: { bytes: 1_000_000 },
      })
      const calls = { made: 0 }
      const client = httpClient(models, {
        url: 'http://localhost/',
        fetch: (request) => {
          calls.made += 1
          return handler(request)
        },
      })
      const told = await leftOf(
        pipe(
          models.track,
          prefetchRelated((t) => t.playlists),
          toArray(client),
        ),
      )
      return [told, calls.made]
    }
    expect(await asked(10)).to.deep.equal(['rows', 1])
    const [told, calls] = await asked(10_000)
    expect(told).to.equal('rows')
    expect(calls).to.be.within(8, 31)
    expect((await asked(50_000))[0]).to.deep.equal(['OverBudget', 'bytes'])
  })
})
