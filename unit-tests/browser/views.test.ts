/** The default pages in a real browser: by keyboard alone, without scripts, and by nobody else's pages. */
import { serve, type ServerType } from '@hono/node-server'
import { expect } from 'chai'
import { either as E, function as F } from 'fp-ts'
import { HtmlValidate } from 'html-validate'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext } from 'playwright-core'
import { get, toArray, type WritableClient } from '../../src/index.js'
import { browserPath, keep, launch, needsBrowser, tabTo, violationsOn } from './browser.js'
import { models, opened, rows, siteOver } from './site.js'

const { pipe } = F

interface Served {
  readonly client: WritableClient
  readonly url: string
  readonly close: () => Promise<void>
}

const listening = (
  fetch: (request: Request) => Promise<Response> | Response,
): Promise<{ readonly url: string; readonly server: ServerType }> =>
  new Promise((ready) => {
    const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, (info: AddressInfo) => {
      ready({ url: `http://127.0.0.1:${String(info.port)}`, server })
    })
  })

const closed = (server: ServerType): Promise<void> =>
  new Promise((done) => {
    server.close(() => {
      done()
    })
    if ('closeAllConnections' in server) server.closeAllConnections()
  })

const served = async (client = opened()): Promise<Served> => {
  const { url, server } = await listening(siteOver(client))
  return { client, url, close: () => closed(server) }
}

const right = <A>(result: E.Either<unknown, A>): A => {
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

const paths = [
  '/',
  '/artists/',
  '/artists/?page=2',
  '/artists/1/',
  '/artists/add/',
  '/artists/1/edit/',
  '/artists/1/delete/',
  '/labels/',
  '/labels/1/',
  '/labels/1/edit/',
  '/labels/1/delete/',
  '/releases/',
  '/releases/add/',
  '/releases/1/edit/',
  '/playlists/1/edit/',
  '/nowhere/',
]

describe('the default pages in a browser', function () {
  this.timeout(120_000)
  let browser: Browser | null = null
  let site: Served | null = null
  let context: BrowserContext | null = null

  before(async function () {
    needsBrowser(this)
    if (browserPath !== null) browser = await launch()
  })
  after(async () => {
    await browser?.close()
  })
  afterEach(async () => {
    await context?.close()
    await site?.close()
    context = site = null
  })

  const start = async (options: Parameters<Browser['newContext']>[0] = {}, client = opened()) => {
    site = await served(client)
    context = await browser!.newContext({ baseURL: site.url, ...options })
    const page = await context.newPage()
    const alarms: Array<string> = []
    page.on('dialog', (dialog) => {
      alarms.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('console', (message) => {
      if (/content security policy|refused to/iu.test(message.text())) alarms.push(message.text())
    })
    page.on('pageerror', (error) => alarms.push(error.message))
    return { ...site, page, alarms }
  }

  const artist = async (client: WritableClient, id: number) =>
    right(
      await pipe(
        models.artist,
        get(client, (a) => a.id.eq(id)),
      )(),
    )

  it('make, change and delete a row by keyboard alone, with scripts off', async () => {
    const { page, client } = await start({ javaScriptEnabled: false })
    await page.goto('/artists/')
    await tabTo(page, 'a[href="/artists/add/"]')
    await page.keyboard.press('Enter')
    await tabTo(page, '#id_name')
    await page.keyboard.type('Low')
    await tabTo(page, '#id_type')
    await page.keyboard.type('Group')
    await tabTo(page, '#id_genre')
    await page.keyboard.type('Slowcore')
    await tabTo(page, '#id_tracks-0-name')
    await page.keyboard.type('Words')
    await tabTo(page, '#id_tracks-0-album')
    await page.keyboard.type('I Could Live in Hope')
    await tabTo(page, 'button:not([name])')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/artists/16/')
    expect(await artist(client, 16)).to.deep.equal({ id: 16, name: 'Low', type: 1, genre: 'Slowcore' })

    await tabTo(page, 'a[href="/artists/16/edit/"]')
    await page.keyboard.press('Enter')
    await tabTo(page, '#id_genre')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('Rock')
    await tabTo(page, '#id_tracks-0-DELETE')
    await page.keyboard.press('Space')
    await tabTo(page, '#id_tracks-1-name')
    await page.keyboard.type('Lullaby')
    await tabTo(page, '#id_tracks-1-album')
    await page.keyboard.type('Hope')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/artists/16/')
    const tracks = right(await pipe(models.track, toArray(client))())
    expect(tracks.filter((each) => each.artist === 16).map(({ name }) => name)).to.deep.equal(['Lullaby'])

    await tabTo(page, 'a[href="/artists/16/delete/"]')
    await page.keyboard.press('Enter')
    expect(await page.locator('main').innerText()).to.contain('1 track')
    await tabTo(page, 'button:not([name])')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/artists/')
    expect(right(await pipe(models.artist, toArray(client))())).to.have.length(15)
  })

  it('give one more row of a formset by a button, with scripts off, and keep what was typed', async () => {
    const { page, client } = await start({ javaScriptEnabled: false })
    await page.goto('/artists/1/edit/')
    await page.locator('#id_genre').fill('Jazz')
    await page.locator('#id_tracks-0-DELETE').check()
    await page.locator('#id_tracks-2-name').fill('Desire')
    await tabTo(page, 'button[name="tracks-ADD"]')
    await page.keyboard.press('Enter')
    await page.waitForSelector('#id_tracks-3-name')
    expect(await page.title()).to.equal('Edit U2 · Music')
    expect(await page.locator('.qs-summary, .qs-errors').count()).to.equal(0)
    expect(await page.locator('#id_genre').inputValue()).to.equal('Jazz')
    expect(await page.locator('#id_tracks-0-DELETE').isChecked()).to.equal(true)
    expect(await page.locator('#id_tracks-2-name').inputValue()).to.equal('Desire')
    expect((await artist(client, 1)).genre).to.equal('Rock')
    // The page opens at the new row: the next stop of the Tab key is its first field.
    await page.keyboard.press('Tab')
    expect(await page.locator('#id_tracks-3-name:focus').count()).to.equal(1)
    await keep(page, 'artist_another')
    await page.locator('#id_tracks-3-name').fill('One')
    await page.locator('#id_tracks-3-album').fill('Achtung Baby')
    await page.locator('#id_tracks-2-album').fill('Rattle and Hum')
    // Enter saves, and adds no row.
    await page.locator('#id_tracks-3-album').press('Enter')
    await page.waitForURL(/artists\/1\/(?:#|$)/u)
    const tracks = right(await pipe(models.track, toArray(client))())
    expect(tracks.filter((each) => each.artist === 1).map(({ name }) => name)).to.deep.equal([
      'I Will Follow',
      'Desire',
      'One',
    ])
    expect((await artist(client, 1)).genre).to.equal('Jazz')
  })

  it('show a bad post again, with the focus on what is wrong', async () => {
    const { page, client } = await start({ javaScriptEnabled: false })
    await page.goto('/labels/add/')
    await page.locator('#id_website').fill('javascript:alert(1)')
    await page.locator('#id_notes').fill('kept')
    await page.locator('#id_notes').focus()
    await tabTo(page, 'button:not([name])')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.qs-summary:focus')
    expect(await page.title()).to.equal('Error: Add label · Music')
    expect(await page.locator('.qs-summary li').allInnerTexts()).to.deep.equal([
      'Name is required.',
      'Slug is required.',
      'Website: expected a web address.',
    ])
    await keep(page, 'label_errors')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    // The link leads to the field: the next stop is beside it, whichever way it went.
    await page.locator('#id_name').fill('New')
    expect(await page.locator('#id_name').getAttribute('aria-describedby')).to.equal('id_name_errors')
    expect(await page.locator('#id_notes').inputValue()).to.equal('kept')
    await page.locator('#id_slug').fill('new')
    await page.locator('#id_website').fill('new.example')
    await page.locator('#id_slug').press('Enter')
    await keep(page, 'label_mended')
    await page.waitForURL(/labels\/2\/(?:#|$)/u)
    const label = right(
      await pipe(
        models.label,
        get(client, (l) => l.id.eq(2)),
      )(),
    )
    expect([label.name, label.website, label.notes]).to.deep.equal(['New', 'http://new.example', 'kept'])
  })

  it('tell that the row has changed meanwhile, and then keep what was typed', async () => {
    const { page, client } = await start()
    await page.goto('/artists/1/edit/')
    const other = await context!.newPage()
    await other.goto('/artists/1/edit/')
    await other.locator('#id_genre').fill('Pop')
    await other.locator('#id_genre').press('Enter')
    await other.waitForURL('**/artists/1/')
    await page.locator('#id_genre').fill('Jazz')
    await page.locator('#id_genre').press('Enter')
    await page.waitForSelector('.qs-summary:focus')
    expect(await page.locator('.qs-summary').innerText()).to.contain('Now Genre is “Pop”.')
    expect((await artist(client, 1)).genre).to.equal('Pop')
    await keep(page, 'artist_changed')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.waitForURL('**/artists/1/')
    expect((await artist(client, 1)).genre).to.equal('Jazz')
  })

  it('can be gone back to, and used again', async () => {
    const { page, client } = await start()
    await page.goto('/artists/1/edit/')
    await page.locator('#id_genre').fill('')
    await page.locator('#id_genre').press('Enter')
    await page.waitForSelector('.qs-summary')
    await page.goBack()
    await page.locator('#id_genre').fill('Jazz')
    await page.locator('#id_genre').press('Enter')
    await page.waitForURL('**/artists/1/')
    expect((await artist(client, 1)).genre).to.equal('Jazz')
    await page.goBack()
    await page.goForward()
    expect(await page.locator('main').innerText()).to.contain('Jazz')
  })

  it('change nothing where nothing was typed, whatever a field holds', async () => {
    const { page, client } = await start()
    const all = async () =>
      JSON.stringify([
        right(await pipe(models.release, toArray(client))()),
        right(await pipe(models.label, toArray(client))()),
        right(await pipe(models.playlist, toArray(client))()),
        right(await pipe(models.track, toArray(client))()),
      ])
    const before = await all()
    for (const path of ['/releases/1/', '/labels/1/', '/playlists/1/', '/artists/1/']) {
      await page.goto(`${path}edit/`)
      await page.getByRole('button', { name: 'Save' }).click()
      await page.waitForURL(`**${path}`)
    }
    expect(await all()).to.equal(before)
  })

  for (const [name, options] of [
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['phone', { viewport: { width: 360, height: 780 } }],
  ] as const)
    it(`are accessible, ${name}`, async () => {
      const { page } = await start({ ...options, bypassCSP: true })
      for (const path of paths) {
        await page.goto(path)
        expect(await violationsOn(page), path).to.deep.equal([])
        const wide = await page.evaluate(
          'document.documentElement.scrollWidth > document.documentElement.clientWidth',
        )
        expect(wide, `${path} is wider than the screen`).to.equal(false)
        await keep(page, `${name}${path}`)
      }
      await page.goto('/releases/add/')
      await page.getByRole('button', { name: 'Save' }).click()
      expect(await violationsOn(page)).to.deep.equal([])
      await keep(page, `${name}_release_errors`)
    })

  it('take no forms from pages of other origins', async () => {
    const { page, client, url } = await start()
    const form = (target: string) =>
      `<!DOCTYPE html><title>x</title><form method="post" action="${target}/artists/1/edit/"><input name="name" value="Evil"><input name="type" value="1"><input name="genre" value="x"><input name="tracks-TOTAL_FORMS" value="0"><input name="tracks-INITIAL_FORMS" value="0"><button>go</button></form>`
    const other = await listening(() => new Response(form(url), { headers: { 'content-type': 'text/html' } }))
    await context!.addCookies([{ name: 'session', value: '1', url, sameSite: 'Lax' }])
    // Another port is another origin of the same site; another name is another site.
    for (const from of [other.url, other.url.replace('127.0.0.1', 'localhost')]) {
      await page.goto(from)
      const [response] = await Promise.all([
        page.waitForResponse((each) => each.request().method() === 'POST'),
        page.getByRole('button').click(),
      ])
      expect(response.status()).to.equal(403)
    }
    await closed(other.server)
    expect((await artist(client, 1)).name).to.equal('U2')
  })

  const hostile = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onfocus='alert(1)' autofocus='",
    'javascript:alert(1)',
    '</textarea></select><svg onload=alert(1)>',
    '\u202egnp.exe\u0007\u001b[2J{{7*7}}${7*7}',
  ]

  it('show hostile values as text, under a policy that reports nothing', async () => {
    const short = hostile.map((text) => text.slice(0, 20))
    const client = opened({
      ...rows,
      artist: short.map((name, i) => ({ id: i + 1, name, type: 1, genre: name.slice(0, 15) })),
      track: hostile.map((name, i) => ({
        id: i + 1,
        artist: 1,
        album: name.slice(0, 25),
        name,
        release_date: null,
      })),
      playlist_tracks: [],
      label: [
        { ...rows.label[0], notes: hostile.join('\n'), website: 'javascript:alert(1)', email: hostile[1] },
      ],
      release: [{ ...rows.release[0], meta: { x: hostile }, title: hostile[1] }],
    })
    const { page, alarms } = await start({}, client)
    for (const path of paths) {
      await page.goto(path)
      await page.mouse.click(5, 5)
      expect(
        await page.locator('main script, main img, main svg, [onerror], [onfocus], [onload]').count(),
        path,
      ).to.equal(0)
      expect(await page.locator('a[href^="javascript:"]').count(), path).to.equal(0)
    }
    await page.goto('/artists/add/')
    await page.locator('#id_genre').fill(hostile[1]!)
    await page.locator('#id_name').fill(hostile[0]!)
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await page.locator('#id_genre').inputValue()).to.equal(hostile[1]!.slice(0, 15))
    expect(alarms).to.deep.equal([])
  })
})

describe('the HTML of the default pages', () => {
  it('has no error', async () => {
    const handler = siteOver(opened())
    const validator = new HtmlValidate({ extends: ['html-validate:standard'] })
    const errorsIn = async (path: string, init: RequestInit = {}): Promise<ReadonlyArray<string>> => {
      const response = await handler(new Request(`http://music.example${path}`, init))
      const { results } = await validator.validateString(await response.text())
      return results.flatMap(({ messages }) =>
        messages.map(({ ruleId, message }) => `${path}: ${ruleId}: ${message}`),
      )
    }
    const post = (data: { readonly [name: string]: string }): RequestInit => ({
      method: 'POST',
      body: new URLSearchParams(data),
    })
    for (const path of paths) expect(await errorsIn(path)).to.deep.equal([])
    for (const path of ['/artists/add/', '/labels/1/edit/', '/releases/1/edit/', '/playlists/add/'])
      expect(
        await errorsIn(
          path,
          post({
            genre: '',
            __row: 'old',
            'tracks-TOTAL_FORMS': '1',
            'tracks-INITIAL_FORMS': '0',
            'tracks-0-name': 'x',
          }),
        ),
      ).to.deep.equal([])
    // The validator is one that finds something.
    const { results } = await validator.validateString('<p><div id="a"></div></p><input id="a">')
    expect(results.flatMap(({ messages }) => messages)).to.not.have.length(0)
  })
})
