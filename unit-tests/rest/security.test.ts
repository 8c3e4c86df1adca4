/** What a caller can't do: see the page on limits and security. */
import { expect } from 'chai'
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import {
  autoId,
  belongsTo,
  clientFailed,
  field,
  filter,
  schema,
  type Client,
  type WritableClient,
} from '../../src/index.js'
import { memory } from '../../src/memory.js'
import {
  allowIf,
  basic,
  filters,
  isAuthenticated,
  pageNumber,
  rest,
  sameSecret,
  serializer,
  viewset,
  type RestOptions,
} from '../../src/rest.js'

const { pipe } = F

const models = schema({
  owner: { id: autoId, name: field.text({ unique: true }), open: field.boolean({ default: true }) },
  note: {
    id: autoId,
    text: field.text({ maxLength: 20 }),
    meta: field.json({ default: {} }),
    owner: belongsTo('owner', { relatedName: 'notes' }),
  },
})

const rows = {
  owner: [
    { id: 1, name: 'open', open: true },
    { id: 2, name: 'hidden', open: false },
  ],
  note: [
    { id: 1, text: 'mine', meta: {}, owner: 1 },
    { id: 2, text: 'secret', meta: {}, owner: 2 },
  ],
}

const openOwners = () =>
  pipe(
    models.owner,
    filter((o) => o.open.eq(true)),
  )

interface User {
  readonly staff: boolean
}

const authenticate = basic<User>({
  realm: 'notes',
  find: (name) =>
    TE.right(name === 'ann' || name === 'boss' ? { user: { staff: name === 'boss' }, secret: 'pw' } : null),
})

const as = (name: string) => ({ authorization: `Basic ${btoa(`${name}:pw`)}` })

const apiOver = (client: WritableClient, options: Partial<RestOptions> = {}) => {
  const note = serializer(models.note, {
    fields: ['id', 'text', 'meta', 'owner'],
    override: { owner: { within: openOwners } },
  })
  return rest(
    {
      notes: viewset({
        queryset: () =>
          pipe(
            models.note,
            filter((n) => n.owner.open.eq(true)),
          ),
        serializer: note,
        filters: filters(
          models.note,
          { id: ['in'], owner: ['exact'], text: ['exact', 'contains', 'regex'] },
          { within: { owner: openOwners } },
        ),
        search: ['text'],
        pages: pageNumber({ size: 10, max: 10 }),
      }),
      guarded: viewset({
        queryset: models.note,
        serializer: note,
        only: ['list', 'retrieve'],
        authenticate,
        permission: allowIf(({ user }: { readonly user: User | null }) => user?.staff === true),
      }),
      private: viewset({
        queryset: models.note,
        serializer: note,
        authenticate,
        permission: isAuthenticated,
      }),
    },
    { client, prefix: '/', ...options },
  )
}

const client = () => memory(models, rows)

const ask = async (path: string, init: RequestInit = {}, api = apiOver(client())) => {
  const response = await api(new Request(`http://notes.example${path}`, init))
  return { status: response.status, text: await response.text(), headers: response.headers }
}

const json = (method: string, body: unknown, headers: object = {}): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

describe('rest, asked by strangers', () => {
  it('looks at who asks, whether they may, by which method, and which row, in this order', async () => {
    const status = async (init: RequestInit, path = '/guarded/999/') => (await ask(path, init)).status
    expect(await status({ method: 'DELETE' })).to.equal(401)
    expect(await status({ method: 'DELETE', headers: { authorization: 'Basic x' } })).to.equal(401)
    expect(await status({ method: 'DELETE', headers: as('ann') })).to.equal(403)
    expect(await status({ method: 'DELETE', headers: as('boss') })).to.equal(405)
    expect(await status({ method: 'GET', headers: as('boss') })).to.equal(404)
  })

  it('answers a row outside the queryset as one that is not there', async () => {
    for (const init of [
      { method: 'GET' },
      { method: 'DELETE' },
      json('PATCH', { text: 'x' }),
      json('PUT', {}),
    ]) {
      const [hidden, missing] = [await ask('/notes/2/', init), await ask('/notes/99/', init)]
      expect([hidden.status, hidden.text]).to.deep.equal([404, missing.text])
    }
    expect(JSON.parse((await ask('/notes/')).text)).to.have.property('count', 1)
  })

  it('answers a hidden related key as a missing one, with as many questions', async () => {
    const counted = async (path: string, init: RequestInit = {}) => {
      const state = { asked: 0 }
      const inner = client()
      const list: Client['list'] = (query, meter) => {
        state.asked += 1
        return inner.list(query, meter)
      }
      const { status, text } = await ask(path, init, apiOver({ ...inner, list }))
      return { status, text: text.replaceAll(/99|2/gu, 'KEY'), asked: state.asked }
    }
    expect(await counted('/notes/?owner=2')).to.deep.equal(await counted('/notes/?owner=99'))
    expect(await counted('/notes/', json('POST', { text: 'x', owner: 2 }))).to.deep.equal(
      await counted('/notes/', json('POST', { text: 'x', owner: 99 })),
    )
  })

  it('makes links of the configured origin, and serves no other host', async () => {
    const forged = { headers: { host: 'evil.example' } }
    const many = memory(models, {
      ...rows,
      note: Array.from({ length: 30 }, (_, i) => ({ id: i + 1, text: 'x', meta: {}, owner: 1 })),
    })
    const own = await ask('/notes/', forged, apiOver(many, { origin: 'https://api.example' }))
    expect(JSON.parse(own.text)).to.have.property('next', 'https://api.example/notes/?page=2')
    const hosts = apiOver(many, { hosts: ['api.example'] })
    expect((await ask('/notes/', forged, hosts)).status).to.equal(400)
    expect((await hosts(new Request('http://api.example/notes/'))).status).to.equal(200)
  })

  it('tells nothing of the inside of a backend that fails', async () => {
    const failing = (retryable: boolean): WritableClient => ({
      ...client(),
      list: () => () => {
        const error = clientFailed('pg', 'list', new Error('password=hunter2'))
        return Promise.resolve(E.left({ ...error, retryable }))
      },
    })
    for (const [retryable, status] of [
      [false, 500],
      [true, 503],
    ] as const) {
      const told = await ask('/notes/', {}, apiOver(failing(retryable)))
      expect(told.status).to.equal(status)
      expect(told.text).not.to.match(/hunter2|pg/u)
    }
    const throwing = { ...client(), list: () => expect.fail('hunter2') } as WritableClient
    expect((await ask('/notes/', {}, apiOver(throwing))).text).not.to.include('hunter2')
  })

  it('refuses what goes beyond its limits, by name', async () => {
    const deep = `{"text":"x","owner":1,"meta":${'['.repeat(50)}${']'.repeat(50)}}`
    expect((await ask('/notes/', json('POST', deep))).status).to.equal(400)
    expect((await ask('/notes/', json('POST', `"${'x'.repeat(1024 * 1024)}"`))).status).to.equal(413)
    expect((await ask(`/notes/?x=${'x'.repeat(9000)}`)).status).to.equal(414)
    expect(
      (await ask(`/notes/?id__in=${Array.from({ length: 1001 }, (_, i) => i).join(',')}`)).text,
    ).to.include('id__in')
    expect((await ask('/notes/?page=100000')).text).to.include('page')
    expect((await ask(`/notes/?search=${'a%20'.repeat(11)}`)).text).to.include('search')
    expect((await ask(`/notes/?search=${'a'.repeat(101)}`)).text).to.include('search')
    expect(JSON.parse((await ask('/notes/?page_size=1000')).text)).to.have.property('count', 1)
    // Patterns of callers are not allowed unless a view says so.
    expect((await ask('/notes/?text__regex=a')).status).to.equal(400)
  })

  it('compares secrets by their digests alone, and looks at a secret for names that are not there too', async () => {
    const { subtle } = crypto
    const digested: Array<string> = []
    const own = subtle.digest.bind(subtle)
    // Planted: comparing texts of different lengths without their digests; giving up at a name that isn't there.
    subtle.digest = (_, data) => {
      digested.push(new TextDecoder().decode(data as Uint8Array))
      return Promise.resolve(new ArrayBuffer(32))
    }
    try {
      // All digests are the same here, and nothing else is compared.
      expect(await sameSecret('open', 'open sesame')).to.equal(true)
      expect(digested.splice(0)).to.deep.equal(['open', 'open sesame'])
    } finally {
      subtle.digest = own
    }
    expect(await sameSecret('open', 'open sesame')).to.equal(false)
    expect(await sameSecret('open sesamE', 'open sesame')).to.equal(false)
    const verified: Array<readonly [string, string]> = []
    const way = basic<null>({
      realm: 'x',
      find: () => TE.right(null),
      verify: (given, kept) => {
        verified.push([given, kept])
        return Promise.resolve(true)
      },
    })
    const asked = new Request('http://x/', { headers: { authorization: `Basic ${btoa('nobody:pw')}` } })
    expect(E.isLeft(await way.user(asked)())).to.equal(true)
    expect(verified).to.deep.equal([['pw', '']])
  })

  it('tells of a taken value that it is taken, and not by whom', async () => {
    const owners = rest(
      {
        owners: viewset({
          queryset: openOwners,
          serializer: serializer(models.owner, { fields: ['id', 'name'] }),
        }),
      },
      { client: client(), prefix: '/' },
    )
    const [seen, hidden] = [
      await ask('/owners/', json('POST', { name: 'open' }), owners),
      await ask('/owners/', json('POST', { name: 'hidden' }), owners),
    ]
    expect([seen.status, seen.text]).to.deep.equal([hidden.status, hidden.text])
    expect(Object.keys(JSON.parse(seen.text) as object)).to.deep.equal(['name'])
  })
})
