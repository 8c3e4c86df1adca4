/** The pages under node:http and Hono, and over a SQL database: a row is made, refused, changed and deleted. */
import { PGlite } from '@electric-sql/pglite'
import { getRequestListener } from '@hono/node-server'
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import { Hono } from 'hono'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { autoId, belongsTo, field, schema, type WritableClient } from '../../src/index.js'
import { form, formset } from '../../src/forms.js'
import { memory } from '../../src/memory.js'
import { nodeListener } from '../../src/rest.js'
import { createSchema, sqlClient } from '../../src/sql.js'
import { pgliteDriver } from '../../src/sqlPglite.js'
import { crud, pages } from '../../src/views.js'

const models = schema(
  {
    artist: { id: autoId, name: field.text({ maxLength: 20, unique: true }) },
    track: {
      id: autoId,
      name: field.text({ maxLength: 20 }),
      artist: belongsTo('artist', { relatedName: 'tracks' }),
    },
  },
  { display: { artist: ({ name }) => name } },
)

const siteOver = (client: WritableClient) =>
  pages(
    crud('artists/', models.artist, {
      form: form(models.artist, { fields: ['name'] }),
      sets: [formset(models.artist, 'tracks', { fields: ['name'], extra: 1 })],
    }),
    { client },
  )

type Send = (path: string, init?: RequestInit) => Promise<Response>

/** The life of a row, as a visitor sees it. */
const lived = async (send: Send): Promise<void> => {
  const post = (path: string, data: { readonly [name: string]: string }) =>
    send(path, { method: 'POST', body: new URLSearchParams(data), redirect: 'manual' })
  const none = { 'tracks-TOTAL_FORMS': '0', 'tracks-INITIAL_FORMS': '0' }
  const one = { 'tracks-TOTAL_FORMS': '1', 'tracks-INITIAL_FORMS': '0', 'tracks-0-name': 'One' }
  const made = await post('/artists/add/', { name: 'U2', ...one })
  expect([made.status, made.headers.get('location')]).to.deep.equal([303, '/artists/1/'])
  const taken = await post('/artists/add/', { name: 'U2', ...none })
  expect([taken.status, (await taken.text()).includes('qs-summary')]).to.deep.equal([422, true])
  const edit = await (await send('/artists/1/edit/')).text()
  expect(edit).to.contain('value="One"')
  const version = /name="__row" value="([^"]*)"/u.exec(edit)?.[1] ?? ''
  expect((await post('/artists/1/edit/', { name: 'U3', __row: version, ...none })).status).to.equal(303)
  expect((await post('/artists/1/edit/', { name: 'U4', __row: version, ...none })).status).to.equal(409)
  expect(await (await send('/artists/')).text()).to.contain('U3')
  expect((await post('/artists/1/delete/', {})).status).to.equal(303)
  expect((await send('/artists/1/')).status).to.equal(404)
}

describe('pages elsewhere', function () {
  this.timeout(60_000)

  const servers: { readonly [name: string]: () => RequestListener } = {
    'node:http': () => nodeListener(siteOver(memory(models, {}))),
    Hono: () => {
      const site = siteOver(memory(models, {}))
      const app = new Hono().all('*', (context) => site(context.req.raw))
      const listener = getRequestListener(app.fetch)
      return (incoming, outgoing) => {
        void listener(incoming, outgoing)
      }
    },
  }
  Object.entries(servers).forEach(([name, listener]) => {
    it(`are the same under ${name}`, async () => {
      const server = createServer(listener())
      await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
      const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
      try {
        await lived((path, init) => fetch(`${url}${path}`, init))
      } finally {
        server.closeAllConnections()
        server.close()
      }
    })
  })

  it('are the same over PostgreSQL', async () => {
    const database = new PGlite()
    const driver = pgliteDriver(database)
    expect(E.isRight(await createSchema(models, driver)())).to.equal(true)
    const client = sqlClient(models, driver)
    try {
      const site = siteOver(client)
      await lived((path, init) => site(new Request(`http://music.example${path}`, init)))
    } finally {
      await database.close()
    }
  })
})
