/** What a server gives away at most: to whom, of what, how much at once, and in how much memory. */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  autoId,
  belongsTo,
  clientFailed,
  count,
  createBulk,
  field,
  filter,
  fold,
  not,
  prefetchRelated,
  schema,
  schemaOf,
  selectRelated,
  slice,
  stream,
  toArray,
  understands,
  union,
  update,
  valuesList,
  within,
  type Client,
  type Queryset,
} from '../../src/index.js'
import { httpClient, httpHandler, type HttpOptions } from '../../src/http.js'
import { memory } from '../../src/memory.js'
import { encode } from '../../src/query/wire.js'
import { allOf } from '../../src/query/Query.js'
import { left } from '../support/answers.js'

const { pipe } = fn
const models = schema({ artist: { id: autoId, name: field.text() } })
const url = 'http://localhost/'

type Artist = (typeof models)['artist'] extends Queryset<infer R, infer _A, infer _M> ? R : never

/** The client asks whatever it is asked, so that it is the server that refuses. */
const over = (client: Client, options: HttpOptions = {}, maxPerRequest?: number) =>
  httpClient(models, {
    url,
    fetch: httpHandler(client, options),
    lookups: () => true,
    ...(maxPerRequest === undefined ? {} : { maxPerRequest }),
  })

const post = (body: string | ReadableStream<Uint8Array>): Request =>
  new Request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    ...(typeof body === 'string' ? {} : { duplex: 'half' as const }),
  })

interface Counted {
  requests: number
  rows: number
}

/** So many rows, a hundred at a time, each made when it is asked for; from the row `failing` on there is an error. */
const endless = (rows: number, seen: Counted, failing = Infinity): Client => ({
  name: 'many',
  schema: schemaOf(models),
  maxPerRequest: 100,
  list: (query) => {
    seen.requests += 1
    const [after] = [...JSON.stringify(query.where).matchAll(/"value":(\d+)/gu)].slice(-1)
    const from = Number(after?.[1] ?? 0)
    if (from >= failing) return TE.left(clientFailed('many', 'list', null, { retryable: true }))
    const many = Math.max(0, Math.min(query.slice?.limit ?? 100, rows - from))
    seen.rows += many
    return TE.right({
      rows: Array.from({ length: many }, (_, i) => ({ id: from + i + 1, name: 'x' })),
      total: null,
    })
  },
})

describe('http, what a server gives at most', () => {
  const some = memory(models, {
    artist: [
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
    ],
  })

  it('is nothing to who is denied, whose body is not even read', async () => {
    const seen = { read: 0, asked: 0 }
    const handler = httpHandler(
      () => {
        seen.asked += 1
        return some
      },
      { authorize: () => TE.left({ status: 403, message: 'not you' }) },
    )
    const body = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          seen.read += 1
          controller.enqueue(new Uint8Array(1000))
        },
      },
      { highWaterMark: 0 },
    )
    expect((await handler(post(body))).status).to.equal(403)
    expect(seen).to.deep.equal({ read: 0, asked: 0 })
  })

  it('is not a query that is too large or too deep', async () => {
    const many = pipe(
      models.artist,
      filter((a) => a.id.in(Array.from({ length: 200 }, (_, i) => i))),
    )
    const far = over(some, { limits: { depth: 12, size: 300 } }, 100)
    expect((await toArray(far)(models.artist)())._tag).to.equal('Right')
    const whole = { operation: 'count', query: E.toUnion(E.flatMap(fold(many), encode())) }
    const handler = httpHandler(some, { limits: { depth: 12, size: 300 } })
    expect((await handler(post(JSON.stringify(whole)))).status).to.equal(400)
    // Which the client asks in parts.
    expect(await toArray(far)(many)()).to.deep.equal(await toArray(some)(many)())
    expect(await count(far)(many)()).to.deep.equal(E.right(2))
    const shallow = over(some, { limits: { depth: 2 } }, 100)
    expect((await left(toArray(shallow)(many)))._tag).to.equal('InvalidQuery')
  })

  it('is so many rows, read or written at once', async () => {
    const seen = { requests: 0, rows: 0 }
    const far = over(endless(1000, seen), { limits: { rows: 10 } })
    const found = await toArray(far)(models.artist)()
    expect(E.isRight(found) && found.right.length).to.equal(1000)
    expect(seen.rows).to.be.at.most(1010)
    const writing = over(some, { limits: { rows: 2 } })
    const rows = [{ name: 'c' }, { name: 'd' }, { name: 'e' }]
    const bulk = rows.map((row) => ({ id: null, ...row }))
    expect((await left(writing.createBulk('artist', bulk)))._tag).to.equal('InvalidQuery')
    expect(await count(some)(models.artist)()).to.deep.equal(E.right(2))
    // Which the terminals know how to deal with.
    expect((await createBulk(writing, rows)(models.artist)())._tag).to.equal('Right')
    const all = { operation: 'list', query: E.toUnion(encode()(allOf({ _tag: 'model', model: 'artist' }))) }
    const answer = await httpHandler(some, { limits: { rows: 1 } })(post(JSON.stringify(all)))
    expect(await answer.text()).to.equal('{"total":5}\n[{"id":1,"name":"a"}]\n{"more":1,"limit":1}\n')
  })

  it('is so many rows, those that come with rows included', async () => {
    const shop = schema({
      artist: { id: autoId, name: field.text() },
      album: { id: autoId, artist: belongsTo('artist', { relatedName: 'albums' }) },
    })
    const artist = [1, 2, 3].map((id) => ({ id, name: 'a' }))
    const album = [1, 2, 3, 4, 5].map((id) => ({ id, artist: 1 }))
    const client = httpClient(shop, {
      url,
      fetch: httpHandler(memory(shop, { artist, album }), { limits: { rows: 3 } }),
      maxPerRequest: 3,
    })
    expect(
      (
        await left(
          pipe(
            shop.artist,
            slice(0, 1),
            prefetchRelated((a) => a.albums),
            toArray(client),
          ),
        )
      )._tag,
    ).to.equal('InvalidQuery')
    expect(
      (
        await pipe(
          shop.artist,
          slice(1, 3),
          prefetchRelated((a) => a.albums),
          toArray(client),
        )()
      )._tag,
    ).to.equal('Right')
    // What stands in the place of a key is no row more.
    expect(
      (
        await pipe(
          shop.album,
          slice(0, 3),
          selectRelated((a) => a.artist),
          toArray(client),
        )()
      )._tag,
    ).to.equal('Right')
  })

  it('is none of the lookups that may not be asked, wherever they stand', async () => {
    const seen = { requests: 0, rows: 0 }
    const far = over(endless(10, seen), {}, 10)
    const slow = filter((a: Artist) => a.name.regex('^(a+)+$'))
    const within = filter((a: Artist) => not(a.id.in(valuesList((b: Artist) => b.id)(slow(models.artist)))))
    for (const each of [slow, within, filter((a: Artist) => a.name.iregex('x'))]) {
      expect((await left(toArray(far)(each(models.artist))))._tag).to.equal('Unsupported')
      expect((await left(count(far)(each(models.artist))))._tag).to.equal('Unsupported')
      expect(
        (await left(toArray(far)(pipe(models.artist, slice(0, 2), union(each(models.artist))))))._tag,
      ).to.equal('Unsupported')
    }
    expect(seen.requests).to.equal(0)
    expect((await toArray(far)(models.artist)())._tag).to.equal('Right')
    expect((await toArray(over(some, { lookups: () => true }))(slow(models.artist))())._tag).to.equal('Right')
  })

  it('is no lookup that the client evaluates itself, wherever it stands', async () => {
    const far = httpClient(models, {
      url,
      fetch: httpHandler(memory(models, { artist: ['A', 'B', 'C'].map((name, i) => ({ id: i + 1, name })) })),
    })
    const slow = filter((a: Artist) => a.name.regex('^B'))
    const inside = filter((a: Artist) => not(a.id.in(valuesList((b: Artist) => b.id)(slow(models.artist)))))
    const names = async (queryset: typeof models.artist) =>
      E.map((rows: ReadonlyArray<{ readonly name: string }>) => rows.map(({ name }) => name))(
        await toArray(far)(queryset)(),
      )
    expect(await names(slow(models.artist))).to.deep.equal(E.right(['B']))
    expect(await names(inside(models.artist))).to.deep.equal(E.right(['A', 'C']))
    expect(await names(pipe(models.artist, slice(0, 1), union(slow(models.artist))))).to.deep.equal(
      E.right(['A', 'B']),
    )
    expect(await count(far)(slow(models.artist))()).to.deep.equal(E.right(1))
    expect(
      await pipe(
        models.artist,
        filter((a) => a.name.regex('^B')),
        update(far, () => ({ name: 'D' })),
      )(),
    ).to.deep.equal(E.right(1))
    expect(await names(models.artist)).to.deep.equal(E.right(['A', 'D', 'C']))
  })

  // Caught, planted: all errors collected before they are cut.
  it('is told of 100 mistakes, and how many more there are', async () => {
    const told = async (write: object) => {
      const response = await httpHandler(some)(post(JSON.stringify({ operation: 'write', write })))
      expect(response.status).to.equal(422)
      const text = await response.text()
      expect(text.length).to.be.lessThan(100_000)
      return (JSON.parse(text) as { error: { errors: ReadonlyArray<object>; more: number; message: string } })
        .error
    }
    const wrong = Array.from({ length: 5000 }, () => ({ id: 1, name: 7 }))
    const unknown = Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`x${String(i)}`, 1]))
    for (const [write, all] of [
      [{ _tag: 'create', model: 'artist', rows: wrong }, 5000],
      [{ _tag: 'create', model: 'artist', rows: wrong.map(() => ({})) }, 10_000],
      [{ _tag: 'create', model: 'artist', rows: [{ id: 1, name: 'a', ...unknown }] }, 200_000],
      [{ _tag: 'update', model: 'artist', changes: wrong.map(() => ({ key: 1, set: { name: 1 } })) }, 5000],
      [{ _tag: 'update', model: 'artist', changes: wrong.map(() => ({ key: 'a', set: {} })) }, 5000],
      [{ _tag: 'delete', model: 'artist', keys: wrong.map(() => 'a') }, 5000],
    ] as const) {
      const { errors, more, message } = await told(write)
      expect(errors.length).to.equal(100)
      expect(more).to.equal(all - 100)
      expect(message).to.match(new RegExp(`; and ${String(more)} more$`, 'u'))
    }
  })

  it('is told no more than the beginning of a long name, at once', async () => {
    const long = 'x'.repeat(5_000_000)
    const query = { ...allOf({ _tag: 'model', model: 'artist' }), slice: { offset: 0, limit: 1 } }
    const column = { _tag: 'column', path: [long], level: 0 }
    for (const body of [
      { operation: 'list', query: { ...query, from: { _tag: 'model', model: long } } },
      {
        operation: 'list',
        query: { ...query, order: [{ expression: column, direction: 'asc', nulls: 'last' }] },
      },
      { operation: 'list', query: { ...query, fields: [long] } },
      { operation: 'list', query: { ...query, related: [{ relation: long, many: true, query }] } },
      {
        operation: 'list',
        query: { ...query, columns: [{ name: 'a', expression: { _tag: 'call', name: long, args: [] } }] },
      },
      { operation: 'list', query: { ...query, [long]: 1 } },
      { operation: 'list', query, [long]: 1 },
      { operation: long },
      { operation: 'write', write: { _tag: 'create', model: long, rows: [] } },
      {
        operation: 'write',
        write: { _tag: 'create', model: 'artist', rows: [{ id: 1, name: 'a', [long]: 1 }] },
      },
    ]) {
      const response = await httpHandler(some)(post(JSON.stringify(body)))
      expect(response.status).to.be.within(400, 422)
      expect((await response.text()).length).to.be.lessThan(3000)
    }
  })

  it('is nothing more once whoever asked has left', async () => {
    const weak = (seen: Counted): Client => ({
      ...endless(100_000, seen),
      support: understands({ lookups: { gt: 'exact' }, order: true, maxPerRequest: 100 }),
    })
    const named = pipe(
      models.artist,
      filter((a) => a.name.eq('none')),
    )
    for (const operation of ['count', 'list'] as const) {
      const seen = { requests: 0, rows: 0 }
      const abort = new AbortController()
      const client: Client = {
        ...weak(seen),
        list: (query) => {
          if (seen.requests === 3) abort.abort()
          return weak(seen).list(query)
        },
      }
      const query = E.flatMap(fold(slice(0, 10)(named)), encode())
      const body = JSON.stringify({ operation, query: E.toUnion(query) })
      const response = await httpHandler(client)(new Request(post(body), { signal: abort.signal }))
      expect(response.status, operation).to.equal(500)
      expect(seen.requests, operation).to.equal(4)
    }
  })

  it('is what the plan may cost, before the backend is asked', async () => {
    const seen = { requests: 0, rows: 0 }
    const weak: Client = {
      ...endless(1000, seen),
      support: understands({ order: true, maxPerRequest: 100, rows: { artist: 1000 } }),
    }
    const named = pipe(
      models.artist,
      filter((a) => a.name.eq('x')),
    )
    const far = over(within({ requests: 3 })(weak))
    expect(await left(toArray(far)(named))).to.include({ _tag: 'OverBudget', what: 'requests' })
    expect((await left(count(far)(named)))._tag).to.equal('OverBudget')
    expect(seen.requests).to.equal(0)
    expect((await toArray(far)(slice(0, 5)(models.artist))())._tag).to.equal('Right')
  })

  it('is fetched as it is read: 100,000 rows, of which few are held', async () => {
    const seen = { requests: 0, rows: 0 }
    const far = over(endless(100_000, seen), {}, 1000)
    let read = 0
    let ahead = 0
    for await (const row of stream(far)(models.artist)) {
      expect(row._tag).to.equal('Right')
      read += 1
      ahead = Math.max(ahead, seen.rows - read)
    }
    expect(read).to.equal(100_000)
    expect(ahead).to.be.at.most(1100)
  })

  it('waits for a reader who is slow', async () => {
    const seen = { requests: 0, rows: 0 }
    const asked = {
      operation: 'list',
      query: { ...allOf({ _tag: 'model', model: 'artist' }), slice: { offset: 0, limit: 100_000 } },
    }
    const response = await httpHandler(endless(100_000, seen), { limits: { rows: 100_000 } })(
      post(JSON.stringify(asked)),
    )
    const reader = response.body!.getReader()
    for (let lines = 0; lines < 20; lines += 1) {
      await reader.read()
      await new Promise((done) => setImmediate(done))
      // A line has a hundred rows, and the first one none.
      expect(seen.rows).to.be.at.most((lines + 3) * 100)
    }
    await reader.cancel()
    const { requests } = seen
    await new Promise((done) => setTimeout(done, 5))
    expect(seen.requests).to.equal(requests)
  })

  it('is an error where there is one in the midst, and no short list', async () => {
    const seen = { requests: 0, rows: 0 }
    const far = over(endless(1000, seen, 300), {}, 500)
    expect(await left(toArray(far)(models.artist))).to.include({ _tag: 'ClientFailed', retryable: true })
    const rows: Array<string> = []
    for await (const row of stream(over(endless(1000, seen, 300), {}, 100))(models.artist))
      rows.push(row._tag)
    expect(rows.length).to.equal(301)
    expect(rows.at(-1)).to.equal('Left')
    const odd: Client = {
      ...endless(1000, seen),
      list: (query) =>
        seen.rows > 600 ? TE.right({ rows: [{ id: 'x' }], total: null }) : endless(1000, seen).list(query),
    }
    expect((await left(toArray(over(odd, {}, 1000))(models.artist)))._tag).to.equal('Undecodable')
  })
})
