import { expect } from 'chai'
import { autoId, belongsTo, field, schema, type WritableClient } from '../../src/index.js'
import { memory } from '../../src/memory.js'
import { filters, pageNumber, rest, serializer, viewset, type RestHandler } from '../../src/rest.js'

const models = schema({
  artist: { id: autoId, name: field.text({ maxLength: 10 }), secret: field.text({ default: 'hidden' }) },
  album: {
    id: autoId,
    title: field.text(),
    artist: belongsTo('artist', { relatedName: 'albums', onDelete: 'protect' }),
  },
})

const rows = {
  artist: [
    { id: 1, name: 'U2', secret: 'b' },
    { id: 2, name: 'Abba', secret: 'a' },
  ],
  album: [{ id: 1, title: 'Boy', artist: 1 }],
}

const apiOver = (client: WritableClient): RestHandler =>
  rest(
    {
      artists: viewset({
        queryset: models.artist,
        serializer: serializer(models.artist, { fields: ['id', 'name'] }),
        filters: filters(models.artist, { name: ['exact'] }),
        ordering: ['name'],
        pages: pageNumber({ size: 10, max: 10 }),
      }),
      albums: viewset({
        queryset: models.album,
        serializer: serializer(models.album, { fields: 'all' }),
      }),
    },
    { client, prefix: '/api/' },
  )

const ask = async (api: RestHandler, method: string, path: string, body?: unknown, headers: object = {}) => {
  const response = await api(
    new Request(`http://localhost${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  )
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    json: text === '' ? null : (JSON.parse(text) as unknown),
  }
}

describe('rest', () => {
  const api = () => apiOver(memory(models, rows))

  it('gives only the fields that are listed', async () => {
    const { json } = await ask(api(), 'GET', '/api/artists/1/')
    expect(json).to.deep.equal({ id: 1, name: 'U2' })
  })

  it('writes no field that is not listed, in whichever body it comes', async () => {
    const client = memory(models, rows)
    const own = apiOver(client)
    await ask(own, 'PATCH', '/api/artists/1/', { name: 'U3', secret: 'stolen', id: 7 })
    const form = await own(
      new Request('http://localhost/api/artists/1/', {
        method: 'PATCH',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'name=U4&secret=stolen&id=7',
      }),
    )
    expect(form.status).to.equal(200)
    const multipart = new FormData()
    Object.entries({ name: 'U5', secret: 'stolen', id: '7' }).forEach(([name, value]) => {
      multipart.set(name, value)
    })
    await own(new Request('http://localhost/api/artists/1/', { method: 'PATCH', body: multipart }))
    const shown = rest(
      { all: viewset({ queryset: models.artist, serializer: serializer(models.artist, { fields: 'all' }) }) },
      { client },
    )
    expect((await ask(shown, 'GET', '/all/1/')).json).to.deep.equal({ id: 1, name: 'U5', secret: 'b' })
  })

  it('neither filters nor orders by what is not declared', async () => {
    const hidden = await ask(api(), 'GET', '/api/artists/?secret=a&ordering=secret&secret__startswith=a')
    const plain = await ask(api(), 'GET', '/api/artists/')
    expect((hidden.json as { results: unknown }).results).to.deep.equal(
      (plain.json as { results: unknown }).results,
    )
  })

  it('answers a row that others need with 409, and nothing of the inside', async () => {
    const { status, json } = await ask(api(), 'DELETE', '/api/artists/1/')
    expect(status).to.equal(409)
    expect(json).to.deep.equal({ detail: 'Other rows need this one.' })
  })

  it('refuses a write to a row that was changed since it was read', async () => {
    const own = api()
    const { headers } = await ask(own, 'GET', '/api/artists/2/')
    const etag = headers.get('etag') ?? ''
    expect((await ask(own, 'PATCH', '/api/artists/2/', { name: 'A' }, { 'if-match': etag })).status).to.equal(
      200,
    )
    expect((await ask(own, 'PATCH', '/api/artists/2/', { name: 'B' }, { 'if-match': etag })).status).to.equal(
      412,
    )
    const { json } = await ask(own, 'GET', '/api/artists/2/')
    expect(json).to.deep.equal({ id: 2, name: 'A' })
  })

  it('gives after a write the ETag that a GET gives, whichever form the write has', async () => {
    const own = rest(
      {
        artists: viewset({
          queryset: models.artist,
          serializer: {
            // Planted: the ETag of the body that the write gives.
            create: serializer(models.artist, { fields: ['name'] }),
            partialUpdate: serializer(models.artist, { fields: ['name'] }),
            otherwise: serializer(models.artist, { fields: ['id', 'name', 'secret'] }),
          },
        }),
      },
      { client: memory(models, rows), prefix: '/api/' },
    )
    const etagOf = async (method: string, path: string, body?: unknown, headers: object = {}) =>
      (await ask(own, method, path, body, headers)).headers.get('etag') ?? 'none'
    const made = await etagOf('POST', '/api/artists/', { name: 'New' })
    expect(made).to.equal(await etagOf('GET', '/api/artists/3/'))
    const changed = await etagOf('PATCH', '/api/artists/3/', { name: 'Newer' }, { 'if-match': made })
    expect(changed).to.equal(await etagOf('GET', '/api/artists/3/'))
    const put = await etagOf('PUT', '/api/artists/3/', { name: 'Newest' }, { 'if-match': changed })
    expect(put).to.equal(await etagOf('GET', '/api/artists/3/'))
  })

  it('escapes cells that a spreadsheet would compute', async () => {
    const names = ['=1+1', '+1', '-1', '@a', '\tx', '\rx', 'a=1']
    const artist = names.map((name, i) => ({ id: i + 1, name, secret: '' }))
    const response = await apiOver(memory(models, { artist, album: [] }))(
      new Request('http://localhost/api/artists/?format=csv'),
    )
    expect(await response.text()).to.equal(
      "id,name\n1,'=1+1\n2,'+1\n3,'-1\n4,'@a\n5,'\tx\n6,\"'\rx\"\n7,a=1\n",
    )
    expect(response.headers.get('x-content-type-options')).to.equal('nosniff')
  })

  it('escapes what it writes into a page', async () => {
    const client = memory(models, { artist: [{ id: 1, name: '<script>', secret: '' }], album: [] })
    const response = await apiOver(client)(
      new Request('http://localhost/api/artists/1/', { headers: { accept: 'text/html' } }),
    )
    expect(await response.text())
      .to.include('&lt;script&gt;')
      .and.not.include('<script>')
  })
})
