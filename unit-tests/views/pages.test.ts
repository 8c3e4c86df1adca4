/** Pages: what they answer, over HTTP's own types. */
import { expect } from 'chai'
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import { autoId, belongsTo, field, filter, schema, toArray, type WritableClient } from '../../src/index.js'
import { form, formset } from '../../src/forms.js'
import { memory } from '../../src/memory.js'
import { create, crud, list, pages, remove, update, type PagesOptions } from '../../src/views.js'

const { pipe } = F

const models = schema(
  {
    artist: {
      id: autoId,
      name: field.text({ maxLength: 20 }),
      site: field.text({ blank: true, default: '', format: 'url' }),
    },
    track: { id: autoId, name: field.text(), artist: belongsTo('artist', { relatedName: 'tracks' }) },
    prize: { id: autoId, artist: belongsTo('artist', { relatedName: 'prizes', onDelete: 'protect' }) },
  },
  { display: { artist: ({ name }) => name, track: ({ name }) => name } },
)

const opened = (): WritableClient =>
  memory(models, {
    artist: [
      { id: 1, name: 'U2', site: '' },
      { id: 2, name: 'Low', site: '' },
      { id: 3, name: 'Can', site: '' },
    ],
    track: [{ id: 1, name: 'One', artist: 1 }],
    prize: [{ id: 1, artist: 3 }],
  })

const artistForm = form(models.artist, { fields: ['name', 'site'] })
const routes = crud('artists/', models.artist, {
  form: artistForm,
  sets: [formset(models.artist, 'tracks', { fields: ['name'], extra: 1 })],
  pages: { size: 2 },
})

const noTracks = { 'tracks-TOTAL_FORMS': '0', 'tracks-INITIAL_FORMS': '0' }

const serving = (client = opened(), options: Partial<PagesOptions<null>> = {}) => {
  const handler = pages(routes, { client, site: 'Music', ...options })
  const get = (path: string, init: RequestInit = {}) =>
    handler(new Request(`http://music.example${path}`, init))
  const post = (
    path: string,
    data: { readonly [name: string]: string },
    headers: { readonly [name: string]: string } = {},
  ) => get(path, { method: 'POST', body: new URLSearchParams(data), headers })
  return { client, handler, get, post }
}

const artists = async (client: WritableClient) => {
  const rows = await pipe(models.artist, toArray(client))()
  return E.isRight(rows) ? rows.right.map(({ name }) => name) : []
}

const versionIn = (html: string): string => /name="__row" value="([^"]*)"/u.exec(html)?.[1] ?? ''

describe('pages', () => {
  it('show lists, rows and forms, with headers that allow nothing else', async () => {
    const { get } = serving()
    for (const path of [
      '/',
      '/artists/',
      '/artists/?page=2',
      '/artists/1/',
      '/artists/add/',
      '/artists/1/edit/',
      '/artists/1/delete/',
    ]) {
      const response = await get(path)
      expect(response.status, path).to.equal(200)
      expect(response.headers.get('content-security-policy')).to.contain("default-src 'self'")
      expect(await response.text()).to.match(/^<!DOCTYPE html>/u)
    }
    const sheet = await get('/queryset.css')
    expect([sheet.status, sheet.headers.get('content-type')]).to.deep.equal([200, 'text/css; charset=utf-8'])
  })

  it('make, change and delete rows, and lead on', async () => {
    const { client, get, post } = serving()
    const made = await post('/artists/add/', { name: 'New', site: '', ...noTracks })
    expect([made.status, made.headers.get('location')]).to.deep.equal([303, '/artists/4/'])
    const version = versionIn(await (await get('/artists/4/edit/')).text())
    const changed = await post('/artists/4/edit/', { name: 'Old', site: '', __row: version, ...noTracks })
    expect([changed.status, changed.headers.get('location')]).to.deep.equal([303, '/artists/4/'])
    const gone = await post('/artists/1/delete/', {})
    expect([gone.status, gone.headers.get('location')]).to.deep.equal([303, '/artists/'])
    expect(await artists(client)).to.deep.equal(['Low', 'Can', 'Old'])
  })

  it('show what was posted again, with what is wrong, as 422', async () => {
    const { post } = serving()
    const response = await post('/artists/add/', { name: '', site: 'javascript:alert(1)', ...noTracks })
    const html = await response.text()
    expect(response.status).to.equal(422)
    expect(html).to.contain('<a href="#id_name">Name is required.</a>')
    expect(html).to.contain('aria-describedby="id_name_errors"')
    expect(html).to.contain('value="javascript:alert(1)"')
    expect(html).to.not.contain('href="javascript:')
  })

  it('give one more row of a formset, and neither check nor save', async () => {
    const { client, post } = serving()
    const posted = {
      name: '',
      site: 'x',
      'tracks-TOTAL_FORMS': '2',
      'tracks-INITIAL_FORMS': '0',
      'tracks-0-name': 'Kept',
      'tracks-1-name': '',
      'tracks-ADD': '1',
    }
    const again = await post('/artists/add/', posted)
    const html = await again.text()
    expect(again.status).to.equal(200)
    expect(html).to.contain('Kept</textarea>').and.to.contain('name="tracks-2-name"')
    expect(html).to.contain('name="tracks-TOTAL_FORMS" value="3"')
    expect(html).not.to.contain('qs-errors').and.not.to.contain('Error:')
    expect(await artists(client)).to.have.length(3)
    // A number of forms that can't be read is told, and a button that was sent from elsewhere adds nothing to it.
    expect((await post('/artists/add/', { ...posted, 'tracks-TOTAL_FORMS': 'x' })).status).to.equal(422)
    const old = await post('/artists/1/edit/', { ...posted, __row: 'old' })
    expect(old.status).to.equal(409)
  })

  it('tell that a row was changed or deleted since the page was made, as 409', async () => {
    const { client, get, post } = serving()
    const version = versionIn(await (await get('/artists/1/edit/')).text())
    await post('/artists/1/edit/', { name: 'First', site: '', __row: version, ...noTracks })
    const second = await post('/artists/1/edit/', { name: 'Second', site: '', __row: version, ...noTracks })
    const html = await second.text()
    expect(second.status).to.equal(409)
    expect(html).to.contain('was changed since you opened the page. Now Name is “First”.')
    expect(html).to.contain('value="Second"')
    const again = await post('/artists/1/edit/', {
      name: 'Second',
      site: '',
      __row: versionIn(html),
      ...noTracks,
    })
    expect(again.status).to.equal(303)
    await post('/artists/1/delete/', {})
    const late = await post('/artists/1/edit/', { name: 'Late', site: '', __row: version, ...noTracks })
    expect(late.status).to.equal(409)
    expect(await late.text()).to.contain('value="Late"')
    expect(await artists(client)).to.deep.equal(['Low', 'Can'])
  })

  it('ask before they delete, say what goes along, and keep what is protected', async () => {
    const { client, get, post } = serving()
    const asked = await (await get('/artists/1/delete/')).text()
    expect(asked).to.contain('<li>1 track</li>')
    const seen = /name="__seen" value="([^"]*)"/u.exec(asked)?.[1] ?? ''
    await post('/artists/1/edit/', {
      name: 'U2',
      site: '',
      'tracks-TOTAL_FORMS': '1',
      'tracks-INITIAL_FORMS': '0',
      'tracks-0-name': 'Two',
    })
    const more = await post('/artists/1/delete/', { __seen: seen })
    expect(more.status).to.equal(409)
    expect(await more.text()).to.contain('<li>2 tracks</li>')
    const kept = await post('/artists/3/delete/', {})
    expect(kept.status).to.equal(409)
    expect(await kept.text()).to.contain('can’t be deleted')
    expect(await artists(client)).to.deep.equal(['U2', 'Low', 'Can'])
  })

  it('refuse what another site sends', async () => {
    const { client, post } = serving(opened(), { origins: ['https://other.example'] })
    const data = { name: 'X', site: '', ...noTracks }
    const status = async (headers: { readonly [name: string]: string }) =>
      (await post('/artists/add/', data, headers)).status
    expect(await status({ 'sec-fetch-site': 'cross-site' })).to.equal(403)
    expect(await status({ 'sec-fetch-site': 'same-site' })).to.equal(403)
    expect(await status({ 'sec-fetch-site': 'cross-site', origin: 'http://music.example' })).to.equal(403)
    expect(await status({ origin: 'http://evil.example' })).to.equal(403)
    expect(await status({ origin: 'null' })).to.equal(403)
    expect(await status({ cookie: 'session=1' })).to.equal(403)
    expect(await artists(client)).to.have.length(3)
    expect(await status({ 'sec-fetch-site': 'same-origin', cookie: 'session=1' })).to.equal(303)
    expect(await status({ origin: 'http://music.example' })).to.equal(303)
    expect(await status({ 'sec-fetch-site': 'cross-site', origin: 'https://other.example' })).to.equal(303)
    expect(await status({})).to.equal(303)
  })

  it('answer bad input with 4xx, never with 5xx', async () => {
    const { get, post } = serving()
    const multipart = 'multipart/form-data; boundary=x'
    const send = async (body: string, type: string) =>
      (await get('/artists/add/', { method: 'POST', body, headers: { 'content-type': type } })).status
    expect(await send('--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nab', multipart)).to.equal(
      400,
    )
    expect(await send('name=x', 'application/x-www-form-urlencoded; charset=utf-16')).to.equal(415)
    expect(await send('{}', 'application/json')).to.equal(415)
    expect(await send(`name=${'x'.repeat(1024 * 1024)}`, 'application/x-www-form-urlencoded')).to.equal(413)
    expect(await send('a=&'.repeat(1001), 'application/x-www-form-urlencoded')).to.equal(400)
    expect(await send('name=%ff%00&site=%', 'application/x-www-form-urlencoded')).to.equal(422)
    const missing = await post('/artists/add/', { name: 'x' })
    expect(missing.status).to.equal(422)
    expect(await missing.text()).to.contain('the page was not sent whole')
    for (const path of [
      '/artists/x/',
      '/artists/1.0/',
      '/artists/%00/',
      '/artists/%ff/',
      '/artists/999/',
      '/artists/?page=x',
      '/artists/?page=99',
      '/nowhere/',
    ])
      expect((await get(path)).status, path).to.equal(404)
    expect((await get('/artists')).headers.get('location')).to.equal('/artists/')
    expect((await get('/artists/', { method: 'POST' })).status).to.equal(405)
  })

  it('tell nothing of the inside of what fails', async () => {
    const told: Array<string> = []
    const broken: WritableClient = {
      ...opened(),
      list: () => () => Promise.reject(new Error('password=1')),
    }
    const { get } = serving(broken, { onError: ({ _tag }) => told.push(_tag) })
    const response = await get('/artists/1/')
    expect(response.status).to.equal(500)
    expect(await response.text()).to.not.contain('password')
    expect(told).to.have.length(1)
  })

  it('are answered to whom authorize lets in, and show only their rows', async () => {
    const handler = pages<number>(
      {
        'artists/': list((user: number) =>
          pipe(
            models.artist,
            filter((a) => a.id.eq(user)),
          ),
        ),
        'artists/{id}/edit/': update(
          (user: number) =>
            pipe(
              models.artist,
              filter((a) => a.id.eq(user)),
            ),
          artistForm,
          { success: '/artists/' },
        ),
        'artists/{id}/delete/': remove(
          (user: number) =>
            pipe(
              models.artist,
              filter((a) => a.id.eq(user)),
            ),
          { success: '/artists/' },
        ),
      },
      {
        client: opened(),
        authorize: (request) => {
          const user = Number(request.headers.get('x-user'))
          return user > 0
            ? TE.right(user)
            : TE.left({ status: 401, message: 'sign in', headers: { 'www-authenticate': 'X' } })
        },
      },
    )
    const ask = (path: string, method: string, user?: number) =>
      handler(
        new Request(`http://music.example${path}`, {
          method,
          headers: user === undefined ? {} : { 'x-user': String(user) },
        }),
      )
    expect((await ask('/artists/', 'GET')).status).to.equal(401)
    expect((await ask('/artists/', 'GET')).headers.get('www-authenticate')).to.equal('X')
    const html = await (await ask('/artists/', 'GET', 2)).text()
    expect(html).to.contain('Low').and.not.contain('U2')
    for (const method of ['GET', 'POST']) {
      expect((await ask('/artists/1/edit/', method, 2)).status).to.equal(404)
      expect((await ask('/artists/1/delete/', method, 2)).status).to.equal(404)
    }
  })

  it('lead nowhere but to their own host', async () => {
    const evil = (success: string) =>
      pages(
        { 'add/': create(artistForm, { success }) },
        { client: opened() },
      )(
        new Request('http://music.example/add/', {
          method: 'POST',
          body: new URLSearchParams({ name: '//evil.example', site: '' }),
        }),
      )
    expect((await evil('https://evil.example/')).headers.get('location')).to.equal(null)
    expect((await evil('//evil.example/')).headers.get('location')).to.equal(null)
    expect((await evil('/{name}')).headers.get('location')).to.equal('/%2F%2Fevil.example')
    expect((await evil('{name}')).headers.get('location')).to.equal('/add/%2F%2Fevil.example')
    expect((await evil('/x?a={name}')).headers.get('location')).to.equal('/x?a=%2F%2Fevil.example')
  })
})
