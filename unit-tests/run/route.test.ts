/** Several backends as one: what is asked of whom, and how often. */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  annotate,
  autoId,
  belongsTo,
  count,
  create,
  createBulk,
  deleteRows,
  deriveWrites,
  everything,
  explain,
  field,
  filter,
  manyToMany,
  orderBy,
  prefetchRelated,
  retry,
  route,
  schema,
  scope,
  selectRelated,
  slice,
  toArray,
  understands,
  unsupported,
  update,
  validate,
  within,
  type Client,
  type QueryError,
  type Queryset,
  type Row,
  type Support,
  type WritableClient,
} from '../../src/index.js'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from '../../src/json.js'
import { memory } from '../../src/memory.js'
import { canAnswer } from '../../src/client/Support.js'
import type { SingleWrites } from '../../src/client/Client.js'
import type { StoreClient } from '../../src/clients/reference/storeClient.js'
import { right } from '../support/answers.js'

const models = schema({
  artist: { id: autoId, name: field.text() },
  album: { id: autoId, title: field.text(), artist: belongsTo('artist', { relatedName: 'albums' }) },
  track: { id: autoId, name: field.text(), album: belongsTo('album', { relatedName: 'tracks' }) },
  list: { id: autoId, tracks: manyToMany('track', { relatedName: 'lists' }) },
})

const artist = Array.from({ length: 5 }, (_, i) => ({ id: i + 1, name: `artist ${String(i + 1)}` }))
const album = Array.from({ length: 20 }, (_, i) => ({
  id: i + 1,
  title: `album ${String(i + 1)}`,
  artist: (i % 5) + 1,
}))
const track = Array.from({ length: 200 }, (_, i) => ({
  id: i + 1,
  name: `track ${String(i + 1)}`,
  album: (i % 20) + 1,
}))

const setUp = () => {
  const asked: Array<string> = []
  const counting = <C extends Client>(name: string, client: C): C => ({
    ...client,
    name,
    list: (query) => {
      asked.push(`${name} ${query.from._tag === 'model' ? query.from.model : query.from._tag}`)
      return client.list(query)
    },
  })
  const people = counting('people', memory(models, { artist }))
  const shop = counting('shop', memory(models, { album, track, list: [{ id: 1 }] }))
  return {
    asked,
    people,
    shop,
    client: route(models, { artist: people, album: shop, track: shop, list: shop }),
  }
}

/** A client that can do everything, and knows how many rows there are. */
const everythingOf =
  (rows: { readonly [model: string]: number }): Support =>
  (question) => ({ ...everything(question), rows: rows[question.model] ?? 0 })

describe('route', () => {
  it('a page of tracks with album and artist takes one request for each relation', async () => {
    const { client, asked } = setUp()
    const page = fn.pipe(
      models.track,
      orderBy((t) => [t.name.asc()]),
      slice(0, 50),
      selectRelated((t) => t.album.artist),
    )
    const rows = await right(fn.pipe(page, toArray(client)))
    expect(rows.length).to.equal(50)
    expect(rows[0]?.album.artist.name).to.equal('artist 1')
    expect(asked).to.deep.equal(['shop track', 'shop album', 'people artist'])
  })

  it('so does a prefetch, and an aggregate over a relation', async () => {
    const { client, asked } = setUp()
    const rows = await right(
      fn.pipe(
        models.artist,
        annotate((a) => ({ n: a.albums.count() })),
        prefetchRelated((a) => a.albums),
        toArray(client),
      ),
    )
    expect(rows.map(({ n, albums }) => [n, albums.length])).to.deep.equal(artist.map(() => [4, 4]))
    expect(asked).to.deep.equal(['people artist', 'shop album'])
  })

  it('what is on one client is asked there, whole', async () => {
    const { client, asked } = setUp()
    expect(
      await right(
        fn.pipe(
          models.track,
          filter((t) => t.album.title.eq('album 3')),
          count(client),
        ),
      ),
    ).to.equal(10)
    expect(asked).to.deep.equal([])
    const explained = fn.pipe(
      models.track,
      filter((t) => t.album.title.eq('album 3')),
      explain(client),
    )
    expect(E.isRight(explained) && explained.right.plan.residual).to.equal(null)
    expect(E.isRight(explained) && explained.right.plan.client).to.equal('shop')
  })

  it('a condition across is turned into one on keys', async () => {
    const { client, asked } = setUp()
    const found = await right(
      fn.pipe(
        models.track,
        filter((t) => t.album.artist.name.eq('artist 2')),
        toArray(client),
      ),
    )
    expect(found.length).to.equal(40)
    expect(asked).to.deep.equal(['people artist', 'shop album', 'shop track'])
  })

  it('deletes cascade across, and writes go where the model is', async () => {
    const { client, people, shop } = setUp()
    expect(
      await right(
        fn.pipe(
          models.artist,
          filter((a) => a.id.eq(1)),
          deleteRows(client),
        ),
      ),
    ).to.deep.equal({ track: 40, album: 4, artist: 1 })
    expect(await right(fn.pipe(models.artist, count(people)))).to.equal(4)
    expect(await right(fn.pipe(models.track, count(shop)))).to.equal(160)
    await right(fn.pipe(models.artist, create(client, { name: 'new' })))
    expect(await right(fn.pipe(models.artist, count(people)))).to.equal(5)
    const changed = fn.pipe(
      models.album,
      filter((a) => a.artist.name.eq('artist 2')),
      update(client, (a) => ({ title: a.title })),
    )
    expect(await right(changed)).to.equal(4)
  })

  it('reads here and writes there; or goes by a function', async () => {
    const { people, shop } = setUp()
    const replica = memory(models, { artist })
    const split = route(models, { artist: { read: replica, write: people } })
    await right(fn.pipe(models.artist, create(split, { name: 'new' })))
    expect(await right(fn.pipe(models.artist, count(split)))).to.equal(5)
    expect(await right(fn.pipe(models.artist, count(people)))).to.equal(6)
    const chosen = route(models, ({ model }) => (model === 'artist' ? people : shop), {
      clients: [people, shop],
    })
    expect(await right(fn.pipe(models.artist, count(chosen)))).to.equal(6)
    expect(await right(fn.pipe(models.album, count(chosen)))).to.equal(20)
  })

  it('a function chooses among clients that are named: they are set up, closed, and write many at once', async () => {
    const { people, shop } = setUp()
    const told: Array<string> = []
    const counting = ({ transaction: _, ...client }: ReturnType<typeof memory>) => ({
      ...client,
      setup: TE.fromIO(() => void told.push(`setup ${client.name}`)),
      close: TE.fromIO(() => void told.push(`close ${client.name}`)),
      createBulk: (model: string, rows: ReadonlyArray<Row>) => {
        told.push(`${String(rows.length)} to ${client.name}`)
        return client.createBulk(model, rows)
      },
    })
    const [one, other] = [counting(people), counting(shop)]
    const chosen = route(
      models,
      ({ model }) => (model === 'artist' ? one : model === 'list' ? shop : other),
      {
        clients: [one, other],
      },
    )
    const { setup = TE.right(undefined), close = TE.right(undefined) } = chosen
    await right(setup)
    const made = fn.pipe(models.artist, createBulk(chosen, [{ name: 'x' }, { name: 'y' }, { name: 'z' }]))
    expect((await right(made)).length).to.equal(3)
    await right(close)
    expect(told).to.deep.equal(['setup people', 'setup shop', '3 to people', 'close people', 'close shop'])
    // Chosen, but not named.
    const unnamed = await fn.pipe(models.list, toArray(chosen))()
    expect(E.isLeft(unnamed) && unnamed.left._tag).to.equal('Unsupported')
  })

  it('holds each question to what the clients that it asks allow', async () => {
    const { people, shop, asked } = setUp()
    const sized = { ...shop, support: everythingOf({ track: 200, album: 20, list: 1 }) }
    const budgets = (client: Client) =>
      route(models, { artist: people, album: client, track: client, list: client })
    const tag = async (client: Client, queryset: Queryset<never, unknown>) => {
      const told = await toArray(client)(queryset)()
      return E.isLeft(told) ? told.left._tag : 'Right'
    }
    const named = fn.pipe(
      models.album,
      filter((a) => a.artist.name.eq('artist 2')),
    )
    const tracks: Queryset<never, unknown> = models.track
    const few: Queryset<never, unknown> = slice(0, 1)(models.track)
    const artists: Queryset<never, unknown> = models.artist
    const across: Queryset<never, unknown> = named
    const client = budgets(within({ rows: 1 })(sized))
    expect([await tag(client, tracks), await tag(client, across)]).to.deep.equal(['OverBudget', 'OverBudget'])
    expect(asked).to.deep.equal([])
    expect([await tag(client, few), await tag(client, artists)]).to.deep.equal(['Right', 'Right'])
    expect(await tag(budgets(within({ rows: 200 })(sized)), tracks)).to.equal('Right')
    // One budget loosens no other.
    expect(await tag(within({ rows: 1000 })(client), tracks)).to.equal('OverBudget')
    expect(await tag(within({ rows: 1 })(budgets(within({ rows: 200 })(sized))), tracks)).to.equal(
      'OverBudget',
    )
    // A route of routes, and one behind a scope.
    expect(await tag(route(models, { track: client }), tracks)).to.equal('OverBudget')
    expect(await tag(scope(models, { track: (t) => t.id.gt(0) })(client), tracks)).to.equal('OverBudget')
  })

  it('and so each write', async () => {
    const { people, shop } = setUp()
    const held = within({ requests: 3 })({ ...shop, maxPerRequest: 10 })
    const client = route(models, { artist: people, album: held, track: held, list: held })
    const many = (n: number) => Array.from({ length: n }, () => ({ title: 'new', artist: 1 }))
    const before = await right(fn.pipe(models.album, count(shop)))
    const refused = await fn.pipe(models.album, createBulk(client, many(31)))()
    expect(E.isLeft(refused) && refused.left).to.include({ _tag: 'OverBudget', cost: 4, budget: 3 })
    expect(await right(fn.pipe(models.album, count(shop)))).to.equal(before)
    expect((await right(fn.pipe(models.album, createBulk(client, many(30))))).length).to.equal(30)
    const free = await fn.pipe(
      models.artist,
      createBulk(
        client,
        Array.from({ length: 40 }, () => ({ name: 'x' })),
      ),
    )()
    expect(free._tag).to.equal('Right')
  })

  it('a model that is nowhere, and a write on a client that only reads, are Unsupported', async () => {
    const { people } = setUp()
    const { name, schema: known, list } = people
    const client = route(models, { artist: { name, schema: known, list } })
    const nowhere = await fn.pipe(models.album, toArray(client))()
    expect(E.isLeft(nowhere) && nowhere.left._tag).to.equal('Unsupported')
    const written = await fn.pipe(models.artist, create(client, { name: 'new' }))()
    expect(E.isLeft(written) && written.left._tag).to.equal('Unsupported')
  })
})

describe('route, of foreign keys between its parts', () => {
  const failure = async (task: TE.TaskEither<QueryError, unknown>): Promise<unknown> => {
    const answer = await task()
    return E.isLeft(answer) ? answer.left : null
  }
  const few = { artist: artist.slice(0, 2), album: album.slice(0, 2), track: track.slice(0, 2) }
  const folders: Array<string> = []
  after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))
  const filesOf = async (rows: { readonly [model: string]: ReadonlyArray<object> }) => {
    const folder = await mkdtemp(join(tmpdir(), 'queryset-route-'))
    folders.push(folder)
    await Promise.all(
      Object.entries(rows).map(([name, list]) =>
        writeFile(join(folder, `${name}.json`), JSON.stringify(list)),
      ),
    )
    return json(models, folder)
  }
  /** Does one thing that it says, and no more than a constraint needs. */
  const plain = (client: Client & SingleWrites, support: Support): WritableClient => {
    const { name, schema: own, list, create: one, update: change, delete: remove, elsewhere } = client
    return {
      ...(elsewhere === undefined ? {} : { elsewhere }),
      name,
      schema: own,
      support,
      list: (query) =>
        canAnswer({ support }, query) ? list(query) : TE.left(unsupported(name, 'this query')),
      create: one,
      update: change,
      delete: remove,
    }
  }
  const parts: {
    readonly [name: string]: () => Promise<{ readonly people: Client; readonly shop: Client }>
  } = {
    memory: () =>
      Promise.resolve({
        people: memory(models, { artist: few.artist }),
        shop: memory(models, { album: few.album, track: few.track }),
      }),
    'JSON folders': async () => ({
      people: await filesOf({ artist: few.artist }),
      shop: await filesOf({ album: few.album, track: few.track }),
    }),
    'a client that takes one key at a time': async () => {
      const support = understands({ lookups: { exact: 'exact' }, maxPerRequest: 1 })
      const made = await parts['memory']!()
      return {
        people: plain(made.people as StoreClient, support),
        shop: plain(made.shop as StoreClient, support),
      }
    },
    'a client that only lists': async () => {
      const made = await parts['memory']!()
      const support = understands({ slice: false })
      return {
        people: plain(made.people as StoreClient, support),
        shop: plain(made.shop as StoreClient, support),
      }
    },
    'a route of routes, under middleware': async () => {
      const { people, shop } = await parts['memory']!()
      const inner = route(models, { album: shop, track: shop, list: shop })
      return { people: validate(people), shop: retry({ times: 1 })(inner) }
    },
  }

  Object.entries(parts).forEach(([name, make]) => {
    it(`checks them: ${name}`, async () => {
      const { people, shop } = await make()
      const client = route(models, { artist: people, album: shop, track: shop, list: shop })
      const state = () =>
        Promise.all([
          right(toArray(client)(models.artist)),
          right(toArray(client)(models.album)),
          right(toArray(client)(models.track)),
        ])
      const before = await state()
      expect(before.map(({ length }) => length)).to.deep.equal([2, 2, 2])
      const nowhere = {
        _tag: 'Conflict',
        model: 'album',
        message: 'album.artist: there is no artist with the key 77',
      }
      const { create: one, update: change, delete: remove } = deriveWrites(client)
      for (const task of [
        create(client, { title: 'x', artist: 77 })(models.album),
        createBulk(client, [{ title: 'y', artist: 77 }])(models.album),
        fn.pipe(
          models.album,
          slice(0, 1),
          update(client, () => ({ artist: 77 })),
        ),
        one('album', { id: null, title: 'x', artist: 77 }),
        change('album', 1, { artist: 77 }),
      ] as ReadonlyArray<TE.TaskEither<QueryError, unknown>>)
        expect(await failure(task)).to.deep.include(nowhere)
      expect(await failure(remove('artist', 1))).to.deep.include({
        _tag: 'Conflict',
        model: 'album',
        message: "album.artist: artist 1 can't be deleted, because album 1 refers to it",
      })
      // Within a part it is the part that checks.
      expect(await failure(create(client, { name: 'x', album: 77 })(models.track))).to.include({
        _tag: 'Conflict',
        model: 'track',
      })
      expect(await state()).to.deep.equal(before)
      const made = await right(create(client, { title: 'new', artist: 2 })(models.album))
      expect(made).to.include({ title: 'new', artist: 2 })
      const gone = fn.pipe(
        models.artist,
        filter((a) => a.id.eq(1)),
        deleteRows(client),
      )
      expect(await right(gone)).to.deep.equal({ track: 1, album: 1, artist: 1 })
    })
  })
})

describe('in', () => {
  it('is asked for in parts where a backend takes few members, and in no order that would suffer', async () => {
    const { asked, shop } = setUp()
    const able: Client = {
      ...shop,
      support: understands({ lookups: { in: 'exact' }, order: true, maxMembers: 50, maxPerRequest: 100 }),
    }
    const some = fn.pipe(
      models.track,
      filter((t) => t.id.in(Array.from({ length: 120 }, (_, i) => 2 * i + 1))),
      orderBy((t) => [t.id.desc()]),
      slice(0, 3),
    )
    expect((await right(fn.pipe(some, toArray(able)))).map(({ id }) => id)).to.deep.equal([199, 197, 195])
    expect(asked).to.deep.equal(['shop track', 'shop track', 'shop track'])
    const explained = explain(able)(some)
    expect(E.isRight(explained) && explained.right.plan.requests).to.equal(3)
    expect(E.isRight(explained) && explained.right.text.split('\n')[0]).to.equal(
      '120 values of id, to be asked for 50 at a time',
    )
  })
})

describe('within', () => {
  const support = understands({
    lookups: { exact: 'exact' },
    maxPerRequest: 10,
    rows: { artist: 5 },
    milliseconds: 20,
  })
  const client: Client = { ...memory(models, { artist }), support }
  const named = fn.pipe(
    models.artist,
    filter((a) => a.name.contains('3')),
  )

  it('lets through what costs no more, and refuses the rest before anything is asked', async () => {
    expect(
      E.isRight(await toArray(within({ requests: 1, rows: 5, milliseconds: 20 })(client))(named)()),
    ).to.equal(true)
    const refused = await toArray(within({ milliseconds: 19 })(client))(named)()
    expect(E.isLeft(refused) && refused.left).to.include({
      _tag: 'OverBudget',
      what: 'milliseconds',
      cost: 20,
      budget: 19,
    })
  })

  it('refuses what nobody knows the cost of', async () => {
    const unknown = await toArray(within({ rows: 1e9 })({ ...client, support: understands({}) }))(named)()
    expect(E.isLeft(unknown) && unknown.left).to.include({ _tag: 'OverBudget', what: 'rows', cost: null })
  })

  it('holds for writes, too', async () => {
    const writing = within({ rows: 1 })({ ...memory(models, { artist }), support })
    const refused = await fn.pipe(named, deleteRows(writing))()
    expect(E.isLeft(refused) && refused.left._tag).to.equal('OverBudget')
  })
})
