import { expect } from 'chai'
import { createServer as createTcp, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  autoId,
  belongsTo,
  clientFailed,
  count,
  createBulk,
  create,
  field,
  filter,
  manyToMany,
  schema,
  schemaOf,
  stream,
  toArray,
  unsupported,
  type Client,
  type QueryError,
} from '../../src/index.js'
import { httpClient, httpHandler, type Denied, type Handler } from '../../src/http.js'
import { memory } from '../../src/memory.js'
import { decodeError, encodeError } from '../../src/clients/http/wireError.js'
import { httpLimits } from '../../src/clients/http/HttpLimits.js'
import { isWithin } from '../../src/clients/http/limitSupport.js'
import { measure } from '../../src/clients/http/measure.js'
import { retryAfter } from '../../src/clients/http/retryAfter.js'
import {
  badFile,
  conflict,
  invalid,
  invalidField,
  invalidQuery,
  invalidSchema,
  invalidStep,
  multipleFound,
  notFound,
  protectedBy,
  undecodable,
} from '../../src/value/QueryError.js'
import { unfinished } from '../../src/client/Outcome.js'
import { allOf, type Query } from '../../src/query/Query.js'
import { onLoopback, type Listening } from '../../property-tests/support/loopback.js'

const models = schema({
  artist: { id: autoId, name: field.text({ maxLength: 20 }) },
  album: { id: autoId, title: field.text(), artist: belongsTo('artist', { relatedName: 'albums' }) },
})
const rows = {
  artist: [
    { id: 1, name: 'AC/DC' },
    { id: 2, name: 'Accept' },
  ],
  album: [{ id: 1, title: 'Powerage', artist: 1 }],
}
const url = 'http://localhost/'
const secret = 'hunter2'

const left = async (program: TE.TaskEither<QueryError, unknown>): Promise<QueryError> => {
  const result = await program()
  if (E.isRight(result)) throw new Error(`right: ${JSON.stringify(result.right)}`)
  expect(JSON.stringify(result.left, (_, u: unknown) => (u instanceof Error ? u.stack : u))).not.to.contain(
    secret,
  )
  return result.left
}

const post = (body: unknown, headers: Record<string, string> = {}): Request =>
  new Request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const answering = (make: () => Response): Client =>
  httpClient(models, { url, fetch: () => Promise.resolve(make()) })

describe('http', () => {
  describe('the handler', () => {
    const handler = httpHandler(memory(models, rows))

    it('wants a POST of JSON', async () => {
      const got = await handler(new Request(url))
      expect([got.status, got.headers.get('allow')]).to.deep.equal([405, 'POST'])
      expect((await handler(new Request(url, { method: 'POST', body: '{}' }))).status).to.equal(415)
      expect((await handler(post('{"operation":'))).status).to.equal(400)
      expect((await handler(post('[]'))).status).to.equal(400)
      expect((await handler(post({ operation: 'drop' }))).status).to.equal(400)
    })

    it('refuses bodies that are too large, whatever they say of themselves', async () => {
      const small = httpHandler(memory(models, rows), { limits: { bytes: 100 } })
      expect((await small(post(' '.repeat(101)))).status).to.equal(413)
      const chunk = new TextEncoder().encode(' '.repeat(64))
      let sent = 0
      const endless = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          sent += 1
          controller.enqueue(chunk)
        },
      })
      const request = new Request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: endless,
        duplex: 'half',
      })
      expect((await small(request)).status).to.equal(413)
      expect(sent).to.be.lessThan(10)
    })

    it('refuses what is not UTF-8', async () => {
      const request = new Request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: new Uint8Array([0x22, 0xff, 0x22]),
      })
      expect((await handler(request)).status).to.equal(400)
    })

    it('checks values before they are written', async () => {
      const write = (asked: unknown) => handler(post({ operation: 'write', write: asked }))
      const bad: ReadonlyArray<readonly [unknown, number]> = [
        [{ _tag: 'create', model: 'artist', rows: [{ id: null, name: 'x'.repeat(21) }] }, 422],
        [{ _tag: 'create', model: 'artist', rows: [{ id: null, name: null }] }, 422],
        [{ _tag: 'create', model: 'artist', rows: [{ id: null }] }, 422],
        [{ _tag: 'create', model: 'artist', rows: [{ id: null, name: 'x', admin: true }] }, 422],
        [{ _tag: 'create', model: 'artist', rows: ['x'] }, 400],
        [{ _tag: 'create', model: 'artist', rows: { length: 1 } }, 400],
        [{ _tag: 'create', model: '__proto__', rows: [] }, 400],
        [{ _tag: 'update', model: 'artist', changes: [{ key: 1, set: { name: 5 } }] }, 422],
        [{ _tag: 'update', model: 'artist', changes: [{ key: 1, set: { id: 5 } }] }, 422],
        [{ _tag: 'update', model: 'artist', changes: [{ set: { name: 'x' } }] }, 400],
        [{ _tag: 'delete', model: 'artist', keys: ['1'] }, 422],
        [{ _tag: 'delete', model: 'artist', keys: [null] }, 422],
        [{ _tag: 'truncate', model: 'artist' }, 400],
        ['delete', 400],
      ]
      for (const [asked, status] of bad)
        expect((await write(asked)).status, JSON.stringify(asked)).to.equal(status)
      expect(await count(memory(models, rows))(models.artist)()).to.deep.equal(E.right(2))
    })

    it('gives only columns that were asked for', async () => {
      const leaky: Client = {
        name: 'leaky',
        schema: schemaOf(models),
        list: () => TE.right({ rows: [{ id: 1, name: 'AC/DC', password: secret }], total: 1 }),
      }
      const query = { operation: 'list', query: { ...(await asked()), slice: { offset: 0, limit: 1 } } }
      const text = await (await httpHandler(leaky)(post(query))).text()
      expect(text).to.equal('{"total":1}\n[{"id":1,"name":"AC/DC"}]\n{"end":1}\n')
    })

    it('tells nothing of its inside', async () => {
      const failing = (error: QueryError): Client => ({
        name: 'db',
        schema: schemaOf(models),
        list: () => TE.left(error),
      })
      for (const error of [
        clientFailed('db', 'list', new Error(`postgres://me:${secret}@db`)),
        badFile({
          client: 'json',
          file: `/home/${secret}/artist.json`,
          line: 1,
          column: 1,
          model: 'artist',
          row: 0,
          path: '',
          reason: 'is not JSON',
        }),
      ])
        expect(
          (
            await left(
              toArray(httpClient(models, { url, fetch: httpHandler(failing(error)) }))(models.artist),
            )
          )._tag,
        ).to.equal(error._tag)
      const throwing: Client = {
        name: 'db',
        schema: schemaOf(models),
        list: () => {
          throw new Error(secret)
        },
      }
      const client = httpClient(models, { url, fetch: httpHandler(throwing) })
      expect((await left(toArray(client)(models.artist)))._tag).to.equal('ClientFailed')
      const unauthorized = httpHandler(() => memory(models, rows), {
        authorize: () => {
          throw new Error(secret)
        },
      })
      expect(
        (await left(toArray(httpClient(models, { url, fetch: unauthorized }))(models.artist)))._tag,
      ).to.equal('ClientFailed')
    })

    it('says when to ask again, and that it may help', async () => {
      const busy: Client = {
        name: 'db',
        schema: schemaOf(models),
        list: () => TE.left(clientFailed('db', 'list', null, { retryable: true, retryAfter: 1500 })),
      }
      const response = await httpHandler(busy)(post({ operation: 'count', query: await asked() }))
      expect([response.status, response.headers.get('retry-after')]).to.deep.equal([503, '2'])
      const error = await left(toArray(httpClient(models, { url, fetch: httpHandler(busy) }))(models.artist))
      expect(error).to.include({ _tag: 'ClientFailed', retryable: true, retryAfter: 1500 })
    })

    it('chooses the client by who asks', async () => {
      const tenants: Record<string, Client> = {
        a: memory(models, { artist: [{ id: 1, name: 'a' }] }),
        b: memory(models, { artist: [{ id: 1, name: 'b' }] }),
      }
      const fetch = httpHandler((tenant: string) => tenants[tenant] ?? memory(models, {}), {
        authorize: (request): TE.TaskEither<Denied, string> => {
          const token = request.headers.get('authorization')
          return token === null
            ? TE.left({ status: 401, message: 'say who you are', headers: { 'www-authenticate': 'Bearer' } })
            : token === 'often'
              ? TE.left({ status: 429, message: 'not so often', headers: { 'retry-after': '7' } })
              : TE.right(token)
        },
      })
      const of = (authorization: string) => httpClient(models, { url, fetch, headers: { authorization } })
      expect(await toArray(of('b'))(models.artist)()).to.deep.equal(E.right([{ id: 1, name: 'b' }]))
      const denied = await left(toArray(httpClient(models, { url, fetch }))(models.artist))
      expect(denied.message).to.contain('say who you are')
      expect(denied.retryable).to.equal(false)
      expect(await left(toArray(of('often'))(models.artist))).to.include({
        retryable: true,
        retryAfter: 7000,
      })
    })

    it('names only models that may be asked about', async () => {
      const fetch = httpHandler(memory(models, rows), { models: ['album'] })
      const client = httpClient(models, { url, fetch })
      expect(await toArray(client)(models.album)()).to.deep.equal(E.right(rows.album))
      const error = await left(toArray(client)(models.artist))
      expect(error).to.deep.include({ _tag: 'InvalidField', names: ['album'] })
      expect((await left(create(client, { name: 'x' })(models.artist)))._tag).to.equal('InvalidField')
    })

    it('refuses a query whose columns are named twice over', async () => {
      const whole = allOf({ _tag: 'model', model: 'artist' })
      const name = { name: 'name', expression: { _tag: 'column', path: ['name'], level: 0 } }
      const columns = [name]
      const group = { keys: [name], aggregates: [] }
      const album: Query = allOf({ _tag: 'model', model: 'album' })
      const related = [{ relation: 'albums', many: true, query: album }]
      const slice = { offset: 0, limit: 5 }
      const answered = async (more: object): Promise<unknown> => {
        const asked = { operation: 'list', query: { ...whole, slice, ...more } }
        const response = await httpHandler(memory(models, rows))(post(asked))
        return response.status === 200 ? 200 : response.json()
      }
      for (const [path, more] of [
        ['group', { columns, group }],
        ['fields', { columns, fields: [] }],
        ['fields', { group, fields: ['name'] }],
        ['related', { columns, related }],
        ['related', { group, related }],
      ] as const)
        expect(await answered(more)).to.deep.nested.include({
          'error._tag': 'InvalidQuery',
          'error.path': path,
        })
      // Rows that are no model's keep their columns.
      const inside = { from: { _tag: 'query', query: { ...whole, group } }, fields: [] }
      for (const more of [{ columns }, { group }, { fields: [], related }, inside])
        expect(await answered(more)).to.equal(200)
    })

    it('follows no relation through rows that may not be asked about', async () => {
      const clubs = schema({
        person: { id: autoId, clubs: manyToMany('club', { through: 'membership', relatedName: 'people' }) },
        club: { id: autoId, name: field.text() },
        membership: { id: autoId, person: belongsTo('person'), club: belongsTo('club') },
      })
      const data = memory(clubs, {
        person: [{ id: 1 }],
        club: [{ id: 1, name: 'x' }],
        membership: [{ id: 1, person: 1, club: 1 }],
      })
      const members = fn.pipe(
        clubs.person,
        filter((p) => p.clubs.some((c) => c.name.eq('x'))),
      )
      const asking = (names: ReadonlyArray<string>) =>
        count(httpClient(clubs, { url, fetch: httpHandler(data, { models: names }) }))(members)()
      expect(await asking(['person', 'club', 'membership'])).to.deep.equal(E.right(1))
      expect(await asking(['person', 'club'])).to.have.nested.property('left._tag', 'InvalidField')
    })

    it('fetches rows as they are read', async () => {
      let requests = 0
      const many: Client = {
        name: 'many',
        schema: schemaOf(models),
        maxPerRequest: 100,
        list: (query) => {
          requests += 1
          const gt = JSON.stringify(query.where)
          const from = Number(/"value":(\d+)/u.exec(gt)?.[1] ?? 0)
          return TE.right({
            rows: Array.from({ length: 100 }, (_, i) => ({ id: from + i + 1, name: 'x' })),
            total: null,
          })
        },
      }
      const response = await httpHandler(many)(
        post({ operation: 'list', query: { ...(await asked()), slice: { offset: 0, limit: 10_000 } } }),
      )
      const reader = response.body!.getReader()
      await reader.read()
      await reader.read()
      await reader.cancel()
      expect(requests).to.be.lessThan(5)
    })

    it('writes several rows only where they are written together', async () => {
      const {
        name,
        schema: of,
        list,
        create: make,
        update,
        delete: remove,
        transaction,
      } = memory(models, rows)
      const single = { name, schema: of, list, create: make, update, delete: remove }
      const two = {
        operation: 'write',
        write: {
          _tag: 'create',
          model: 'artist',
          rows: [
            { id: null, name: 'x' },
            { id: null, name: 'y' },
          ],
        },
      }
      expect((await httpHandler(single)(post(two))).status).to.equal(422)
      const response = await httpHandler({ ...single, transaction } as Client)(post(two))
      expect(await response.json()).to.deep.equal({
        value: [
          { id: 3, name: 'x' },
          { id: 4, name: 'y' },
        ],
      })
    })
  })

  describe('errors', () => {
    const all: ReadonlyArray<QueryError> = [
      invalidSchema('artist', null, 'is odd', 'mend it'),
      invalidField('artist', 'nmae', 'is not there', ['name']),
      invalidStep('slice', 1, 'is odd', 'mend it'),
      invalidQuery('where', 'is odd', 'mend it'),
      notFound('artist'),
      multipleFound(null),
      undecodable({ client: 'c', model: 'artist', row: 1, path: 'name', expected: 'text', actual: 'null' }),
      conflict('artist', ['name'], 'is taken', [
        { item: 0, field: 'name', code: 'unique', params: {}, message: 'x' },
      ]),
      protectedBy('artist', [{ model: 'album', relation: 'artist', rows: 1 }]),
      invalid('artist', [{ item: 0, field: null, code: 'x', params: { limit: 1 }, message: 'x' }]),
      unsupported('c', 'this'),
    ]

    it('are the same on the other side', () => {
      for (const error of all)
        expect(decodeError(encodeError(error)), error._tag).to.deep.equal({
          _tag: 'Some',
          value: {
            ...error,
            ...(error._tag === 'InvalidSchema'
              ? { hint: 'It concerns the inside of the server: see there.' }
              : {}),
          },
        })
    })

    it('tell of each item, without what is left to do', () => {
      const error = unfinished('artist', [
        { _tag: 'done', key: 1, error: null },
        { _tag: 'failed', key: null, error: clientFailed('c', 'create', secret) },
      ])!
      const there = decodeError(JSON.parse(JSON.stringify(encodeError(error))))
      expect(JSON.stringify(there)).not.to.contain(secret)
      expect(there).to.have.nested.property('value.items[1].error._tag', 'ClientFailed')
    })

    it('are refused where they are none', () => {
      for (const json of [
        null,
        [],
        {},
        { _tag: 'Odd' },
        { _tag: '__proto__' },
        { _tag: 'NotFound', model: 5, message: '', hint: '', retryable: false },
      ])
        expect(decodeError(json)._tag).to.equal('None')
    })
  })

  describe('the client', () => {
    it('takes no answer for one that is none', async () => {
      const bad: ReadonlyArray<string> = [
        '',
        'null',
        '<html>',
        '{"total":"1"}',
        '{"total":null}',
        '{"total":null}\n[{"id":1,"name":"x"}]\n',
        '{"total":null}\n[{"id":1,"name":"x"}]\n{"end":2}',
        '{"total":null}\n[{"id":1,"na',
        '{"total":null}\n5\n{"end":0}',
        '[]\n{"end":0}',
        '{"total":-1}\n{"end":0}',
        '{"total":null}\n{"error":{}}',
        '{"end":0}\n{"end":0}',
      ]
      for (const body of bad) {
        const error = await left(toArray(answering(() => new Response(body)))(models.artist))
        expect(error._tag, body).to.equal('ClientFailed')
      }
      const wrong = answering(() => new Response('{"total":null}\n[{"id":1,"name":5}]\n{"end":1}\n'))
      expect((await left(toArray(wrong)(models.artist)))._tag).to.equal('Undecodable')
      for (const body of ['', '{"value":-1}', '{"value":"1"}', '5', '{"__proto__":{"value":1}}'])
        expect((await left(count(answering(() => new Response(body)))(models.artist)))._tag).to.equal(
          'ClientFailed',
        )
    })

    it('says of statuses what they mean', async () => {
      const status = (code: number, headers: Record<string, string> = {}) =>
        left(toArray(answering(() => new Response('<html>', { status: code, headers })))(models.artist))
      for (const [code, retryable] of [
        [301, false],
        [400, false],
        [401, false],
        [403, false],
        [404, false],
        [408, true],
        [413, false],
        [429, true],
        [500, true],
        [502, true],
        [503, true],
      ] as const)
        expect(await status(code), String(code)).to.include({ _tag: 'ClientFailed', retryable })
      expect(await status(503, { 'retry-after': '120' })).to.include({ retryAfter: 120_000 })
      expect(await status(503)).to.include({ retryAfter: null })
    })

    it("doesn't know of a write whose answer is lost", async () => {
      const garbage = httpClient(models, { url, fetch: () => Promise.resolve(new Response('{"value":[')) })
      expect((await left(garbage.create('artist', { id: null, name: 'x' }))).retryable).to.equal(true)
      const outcome = await left(createBulk(garbage, [{ name: 'x' }, { name: 'y' }])(models.artist))
      expect(outcome).to.have.nested.property('items[0]._tag', 'unknown')
    })

    it('asks nothing that no server takes', async () => {
      let deep: Client['list'] extends (query: infer Q) => unknown ? Q : never = await asked()
      for (let i = 0; i < 20_000; i += 1) deep = { ...deep, from: { _tag: 'query', query: deep } }
      const sent: Array<unknown> = []
      const fetch = async (request: Request): Promise<Response> => {
        sent.push(JSON.parse(await request.text()))
        return new Response('')
      }
      // Of a query that is too deep, the server is asked for as many passes as it takes.
      expect((await left(httpClient(models, { url, fetch }).list(deep)))._tag).to.equal('ClientFailed')
      expect(sent.length).to.equal(1)
      expect(isWithin(httpLimits, measure((sent[0] as { query: unknown }).query))).to.equal(true)
    })

    it('keeps URLs and headers to itself', async () => {
      for (const bad of [`http://me:${secret}@localhost/`, `/${secret}`, `nowhere://${secret}`])
        expect((await left(toArray(httpClient(models, { url: bad }))(models.artist)))._tag).to.equal(
          'ClientFailed',
        )
      const headers = { authorization: `${secret}\n` + 'x' }
      expect((await left(toArray(httpClient(models, { url, headers }))(models.artist)))._tag).to.equal(
        'ClientFailed',
      )
      const fetch: Handler = () => Promise.reject(new Error(`failed to fetch ${secret}`))
      expect((await left(toArray(httpClient(models, { url, fetch }))(models.artist))).retryable).to.equal(
        true,
      )
    })

    it('asks nothing once it is aborted', async () => {
      const abort = new AbortController()
      let requests = 0
      const handler = httpHandler(memory(models, rows))
      const fetch: Handler = (request) => {
        requests += 1
        return handler(request)
      }
      const client = httpClient(models, { url, fetch, signal: abort.signal, maxPerRequest: 1 })
      for await (const row of stream(client)(models.artist)) {
        if (requests > 1) {
          expect(row).to.have.nested.property('left.retryable', false)
          break
        }
        abort.abort(secret)
      }
      expect(requests).to.equal(1)
      await left(client.create('artist', { id: null, name: 'x' }))
      expect(requests).to.equal(1)
    })

    it('reads when it may ask again', () => {
      const now = Date.UTC(2024, 0, 1)
      expect(retryAfter('5', now)).to.equal(5000)
      expect(retryAfter(' 0 ', now)).to.equal(0)
      expect(retryAfter('Mon, 01 Jan 2024 00:00:10 GMT', now)).to.equal(10_000)
      expect(retryAfter('Sun, 31 Dec 2023 00:00:10 GMT', now)).to.equal(0)
      for (const odd of [null, '', '-5', '1.5', 'soon', '2024-01-01'])
        expect(retryAfter(odd, now), String(odd)).to.equal(null)
    })
  })

  describe('on a loopback port', () => {
    let server: Listening | null = null
    let raw: Server | null = null
    const sockets = new Set<Socket>()

    afterEach(async () => {
      await server?.close()
      server = null
      sockets.forEach((socket) => socket.destroy())
      await new Promise<void>((closed) => {
        if (raw === null) closed()
        else
          raw.close(() => {
            closed()
          })
      })
      raw = null
    })

    /** A server that answers with these bytes, or drops the connection. */
    const rawly = async (answer: (socket: Socket) => void): Promise<Client> => {
      raw = createTcp((socket) => {
        sockets.add(socket)
        socket.on('error', () => null)
        socket.once('data', () => {
          answer(socket)
        })
      })
      await new Promise<void>((ready) => raw?.listen(0, '127.0.0.1', ready))
      return httpClient(models, {
        url: `http://127.0.0.1:${String((raw.address() as AddressInfo).port)}/?token=${secret}`,
      })
    }

    it('reads and writes', async () => {
      const data = memory(models, rows)
      server = await onLoopback(httpHandler(data))
      const client = httpClient(models, { url: server.url })
      expect(await toArray(client)(models.artist)()).to.deep.equal(E.right(rows.artist))
      expect(await create(client, { name: 'Änne 😀' })(models.artist)()).to.deep.equal(
        E.right({ id: 3, name: 'Änne 😀' }),
      )
      expect(await count(data)(models.artist)()).to.deep.equal(E.right(3))
    })

    it('may be tried again where nobody listens', async () => {
      const listening = await onLoopback(httpHandler(memory(models, rows)))
      await listening.close()
      const error = await left(toArray(httpClient(models, { url: listening.url }))(models.artist))
      expect(error).to.include({ _tag: 'ClientFailed', retryable: true, cause: 'ECONNREFUSED' })
    })

    it('may be tried again where the connection breaks, before or within the answer', async () => {
      const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\n'
      const answers = [
        '',
        `${head}content-length: 1000\r\n\r\n{"total":null}\n[{"id":1,"name":"x"}]\n`,
        `${head}transfer-encoding: chunked\r\n\r\nf\r\n{"total":null}\n\r\n`,
        `${head}connection: close\r\n\r\n{"total":null}\n[{"id":1,"name":"x"}]\n`,
      ]
      for (const answer of answers) {
        const client = await rawly((socket) => {
          socket.end(answer)
        })
        expect(await left(toArray(client)(models.artist)), answer).to.include({
          _tag: 'ClientFailed',
          retryable: true,
        })
        expect(await left((client as ReturnType<typeof httpClient>).delete('artist', 1)), answer).to.include({
          retryable: true,
        })
        raw?.close()
      }
    })

    it('follows no redirect', async () => {
      const client = await rawly((socket) => {
        socket.end(
          `HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1:1/${secret}\r\ncontent-length: 0\r\n\r\n`,
        )
      })
      expect((await left(toArray(client)(models.artist)))._tag).to.equal('ClientFailed')
    })

    it('ends when it is aborted', async () => {
      const abort = new AbortController()
      await rawly(() => {
        setTimeout(() => {
          abort.abort()
        }, 20)
      })
      const address = `http://127.0.0.1:${String((raw!.address() as AddressInfo).port)}/`
      const client = httpClient(models, { url: address, signal: abort.signal })
      expect(await left(toArray(client)(models.artist))).to.include({ retryable: false })
    })
  })
})

const asked = async () => {
  let query: Parameters<Client['list']>[0] | null = null
  const spy: Client = {
    name: 'spy',
    schema: schemaOf(models),
    list: (each) => {
      query = each
      return TE.right({ rows: [], total: 0 })
    },
  }
  await toArray(spy)(models.artist)()
  return query!
}
