/** Clients that know nothing of the server but what it speaks. */
import { expect } from 'chai'
import { either as E, function as F } from 'fp-ts'
import { build } from 'esbuild'
import { create, deleteRows, filter, orderBy, slice, toArray, update } from '../../src/index.js'
import { djangoRestFramework, restClient } from '../../src/http.js'
import { shop, shopApi, shopClient } from './shop.js'

const { pipe } = F

/** A fetch that the handler answers. */
const fetchOf = () => {
  const api = shopApi(shopClient())
  return (input: string | URL | Request, init?: RequestInit): Promise<Response> =>
    api(new Request(input, init))
}

interface Listed {
  readonly data: ReadonlyArray<{ readonly id: number }>
  readonly total: number
}

interface Provider {
  readonly [method: string]: (resource: string, params: object) => Promise<Listed>
}

type Provide = (url: string, fetchJson: (url: string, init?: RequestInit) => Promise<unknown>) => Provider

/**
 * The package as it is published. Of react-admin, which it is made for, it needs a fetch only, which it is given: so
 * react-admin is left out, with all that it needs itself.
 */
const published = async (): Promise<Provide> => {
  const { outputFiles } = await build({
    stdin: { contents: "export { default } from 'ra-data-django-rest-framework'", resolveDir: process.cwd() },
    bundle: true,
    write: false,
    format: 'esm',
    logLevel: 'error',
    plugins: [
      {
        name: 'no react-admin',
        setup: (bundle) => {
          bundle.onResolve({ filter: /^ra-core$/ }, () => ({ path: 'ra-core', namespace: 'none' }))
          bundle.onLoad({ filter: /^ra-core$/, namespace: 'none' }, () => ({
            contents: 'export const fetchUtils = {}',
          }))
        },
      },
    ],
  })
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')
  const { default: provide } = (await import(`data:text/javascript;base64,${code}`)) as {
    readonly default: Provide
  }
  return provide
}

describe('clients of rest', () => {
  it('restClient, by its preset for Django REST framework', async () => {
    const client = restClient(shop, {
      url: 'http://x/api/',
      style: djangoRestFramework({ filters: ['id', 'id__in', 'name'], ordering: ['id'] }),
      models: { artist: { path: 'artists' }, album: { path: 'albums' } },
      fetch: fetchOf(),
    })
    const found = await pipe(
      shop.artist,
      filter((a) => a.name.startswith('Artist 9')),
      orderBy((a) => [a.name.desc()]),
      slice(0, 2),
      toArray(client),
    )()
    expect(found).to.deep.equal(
      E.right([
        { id: 99, name: 'Artist 99' },
        { id: 98, name: 'Artist 98' },
      ]),
    )
    const made = await pipe(shop.artist, create(client, { name: 'New' }))()
    expect(made).to.deep.equal(E.right({ id: 101, name: 'New' }))
    const own = pipe(
      shop.artist,
      filter((a) => a.id.eq(101)),
    )
    expect(
      await pipe(
        own,
        update(client, () => ({ name: 'Newer' })),
      )(),
    ).to.deep.equal(E.right(1))
    expect(await pipe(own, toArray(client))()).to.deep.equal(E.right([{ id: 101, name: 'Newer' }]))
    expect((await pipe(own, deleteRows(client))())._tag).to.equal('Right')
    expect(await pipe(own, toArray(client))()).to.deep.equal(E.right([]))
    const refused = await pipe(shop.artist, create(client, { name: 'x'.repeat(41) }))()
    expect(refused._tag).to.equal('Left')
  })

  it('ra-data-django-rest-framework, unmodified', async () => {
    const send = fetchOf()
    // As `fetchJson` of react-admin does it.
    const json = async (url: string, init: RequestInit = {}) => {
      const headers = { accept: 'application/json', 'content-type': 'application/json' }
      const response = await send(url, { ...init, headers })
      const body = await response.text()
      return { status: response.status, json: body === '' ? null : (JSON.parse(body) as unknown) }
    }
    const provider = (await published())('http://x/api', json)
    const list = await provider['getList']!('artists', {
      pagination: { page: 2, perPage: 5 },
      sort: { field: 'name', order: 'DESC' },
      filter: { q: 'artist', name__icontains: '9' },
    })
    expect(list.total).to.equal(19)
    expect(list.data.map(({ id }) => id)).to.deep.equal([94, 93, 92, 91, 90])
    expect((await provider['getOne']!('artists', { id: 3 })).data).to.deep.equal({ id: 3, name: 'Artist 3' })
    const many = await provider['getMany']!('artists', { ids: [1, 2] })
    expect(many.data).to.have.length(2)
    const references = await provider['getManyReference']!('albums', {
      target: 'artist',
      id: 7,
      pagination: { page: 1, perPage: 10 },
      sort: { field: 'id', order: 'ASC' },
      filter: {},
    })
    expect(references.data.map(({ id }) => id)).to.deep.equal([7, 107])
    const made = await provider['create']!('artists', { data: { name: 'New' } })
    expect(made.data).to.deep.equal({ id: 101, name: 'New' })
    const changed = await provider['update']!('artists', {
      id: 101,
      data: { name: 'Newer' },
      previousData: { id: 101, name: 'New' },
    })
    expect(changed.data).to.deep.equal({ id: 101, name: 'Newer' })
    await provider['updateMany']!('artists', { ids: [1, 2], data: { name: 'Same' } })
    await provider['delete']!('artists', { id: 101, previousData: changed.data })
    await provider['deleteMany']!('albums', { ids: [1, 101] })
    const left = await provider['getList']!('albums', {
      pagination: { page: 1, perPage: 1 },
      sort: { field: 'id', order: 'ASC' },
      filter: {},
    })
    expect(left.total).to.equal(198)
    expect((await provider['getOne']!('artists', { id: 2 })).data).to.deep.equal({ id: 2, name: 'Same' })
  })
})
