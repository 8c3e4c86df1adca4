/** What is too much at once for a server is asked in parts. */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import {
  autoId,
  belongsTo,
  count,
  exclude,
  field,
  filter,
  or,
  orderBy,
  plan,
  prefetchRelated,
  schema,
  slice,
  stream,
  toArray,
} from '../../src/index.js'
import { httpClient, httpHandler, type Handler, type HttpLimits } from '../../src/http.js'
import { memory } from '../../src/memory.js'

const { pipe } = fn
const models = schema({
  artist: { id: autoId, name: field.text() },
  album: { id: autoId, artist: belongsTo('artist', { relatedName: 'albums' }) },
})

/** So many artists with so many albums each. */
const shop = (artists: number, albums: number) =>
  memory(models, {
    artist: Array.from({ length: artists }, (_, i) => ({ id: i + 1, name: `artist ${String(i)}` })),
    album: Array.from({ length: artists * albums }, (_, i) => ({ id: i + 1, artist: 1 + (i % artists) })),
  })

const over = (handler: Handler) => {
  const seen = { requests: 0 }
  const client = httpClient(models, {
    url: 'http://localhost/',
    fetch: (request) => {
      seen.requests += 1
      return handler(request)
    },
  })
  return { client, seen }
}

const withAlbums = pipe(
  models.artist,
  prefetchRelated((a) => a.albums),
)
const numbers = (n: number): ReadonlyArray<number> => Array.from({ length: n }, (_, i) => i + 1)

describe('http, what is too much at once', () => {
  for (const [artists, albums, requests] of [
    [100, 100, 2],
    [5001, 1, 2],
    [30, 1000, 4],
  ] as const)
    it(`are ${String(artists)} rows with ${String(albums)} each`, async () => {
      const own = shop(artists, albums)
      const { client, seen } = over(httpHandler(own))
      const found = await toArray(client)(withAlbums)()
      expect(seen.requests).to.equal(requests)
      expect(found).to.deep.equal(await toArray(own)(withAlbums)())
    })

  it('is one row with more than an answer may have, which is told', async () => {
    const { client } = over(httpHandler(shop(2, 10), { limits: { rows: 10 } }))
    const found = await toArray(client)(withAlbums)()
    expect(E.isLeft(found) && found.left.message).to.equal(
      'query.related: one row comes with more than 9 others, and an answer has 10 rows at most',
    )
    expect(E.isLeft(found) && found.left.hint).to.contain('Slice the rows that come with each row')
  })

  it('is planned, as far as is known of the rows that come with rows', () => {
    const { client } = over(httpHandler(shop(2, 10)))
    const planned = (each: number | null) => {
      const told = pipe(
        models.artist,
        slice(0, 1000),
        prefetchRelated(
          (a) => a.albums,
          (albums) => (each === null ? albums : slice(0, each)(albums)),
        ),
        plan(client),
      )
      return E.isRight(told) ? told.right.requests : told.left
    }
    // Any number of rows may come with each.
    expect(planned(null)).to.equal(1000)
    expect(planned(9)).to.equal(1)
    expect(planned(99)).to.equal(10)
  })

  for (const [n, most] of [
    [1000, 9],
    [6000, 9],
    [30_000, 3],
  ] as const)
    it(`is a list of ${String(n)} values`, async () => {
      const own = shop(100, 1)
      const { client } = over(httpHandler(own))
      const ids = numbers(n)
      const all = [
        pipe(
          models.artist,
          filter((a) => a.id.in(ids)),
        ),
        pipe(
          models.artist,
          filter((a) => a.name.in(ids.map((i) => `artist ${String(i)}`))),
        ),
        pipe(
          models.artist,
          exclude((a) => a.id.in(ids)),
        ),
        pipe(
          models.artist,
          filter((a) => or(a.id.in(ids), a.name.eq('x'))),
        ),
        pipe(
          models.album,
          filter((a) => a.artist.id.in(ids)),
        ),
        pipe(
          models.artist,
          filter((a) => a.albums.some((b) => b.id.in(ids))),
        ),
        pipe(
          models.artist,
          filter((a) => a.id.in(ids)),
          filter((a) => a.albums.some((b) => b.id.in(ids))),
        ),
        pipe(
          models.artist,
          filter((a) => a.id.in(ids)),
          orderBy((a) => [a.name.desc()]),
          slice(3, 9),
        ),
        pipe(
          models.artist,
          filter((a) => a.id.in(ids)),
          slice(3, 9),
          filter((a) => a.id.in(ids)),
        ),
      ] as const
      for (const some of all.slice(0, most)) {
        expect(await toArray(client)(some as typeof models.artist)()).to.deep.equal(
          await toArray(own)(some as typeof models.artist)(),
        )
        expect(await count(client)(some as typeof models.artist)()).to.deep.equal(
          await count(own)(some as typeof models.artist)(),
        )
      }
    })

  it('are long values, as few of which as fit are asked for at once', async () => {
    const own = shop(100, 1)
    const { client, seen } = over(httpHandler(own, { limits: { bytes: 100_000 } }))
    const names = numbers(100).map((i) =>
      i % 10 === 0 ? `artist ${String(i)}` : 'x'.repeat(3000) + String(i),
    )
    const some = pipe(
      models.artist,
      filter((a) => a.name.in(names)),
    )
    expect(await toArray(client)(some)()).to.deep.equal(await toArray(own)(some)())
    // Now it is known how much the server takes.
    seen.requests = 0
    const planned = plan(client)(some)
    const requests = E.isRight(planned) ? planned.right.requests : null
    const before = await toArray(client)(some)()
    expect(E.isRight(before) && before.right.length).to.equal(9)
    if (requests !== null) expect(seen.requests).to.be.at.most(requests)
    expect(seen.requests).to.be.lessThan(12)
  })

  it('is refused by what stands between, too', async () => {
    const own = shop(100, 1)
    const handler = httpHandler(own)
    const { client } = over(async (request) => {
      const text = await request.clone().text()
      return text.length > 20_000 ? new Response('too large', { status: 413 }) : handler(request)
    })
    const some = pipe(
      models.artist,
      filter((a) => a.id.in(numbers(2000))),
    )
    expect(await toArray(client)(some)()).to.deep.equal(await toArray(own)(some)())
    expect(await count(client)(some)()).to.deep.equal(E.right(100))
  })

  it('whatever a server says of its limits, an end is found', async () => {
    let said = 1_000_000
    const limits = (): HttpLimits => ({ rows: 1000, bytes: (said -= 1), depth: 100, size: 1000 })
    const { client, seen } = over(() =>
      Promise.resolve(Response.json({ refused: 'less', limits: limits() }, { status: 413 })),
    )
    expect(E.isLeft(await toArray(client)(models.artist)())).to.equal(true)
    expect(seen.requests).to.be.lessThan(100)
  })

  it('goes page by page, too', async () => {
    const { client } = over(httpHandler(shop(300, 10), { limits: { rows: 100 } }))
    const rows: Array<unknown> = []
    for await (const row of stream(client)(withAlbums)) rows.push(E.toUnion(row))
    expect(rows.length).to.equal(300)
    expect(rows[299]).to.have.nested.property('albums.length', 10)
  })
})
