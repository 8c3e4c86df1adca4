import { expect } from 'chai'
import { either as E, function as fn, type taskEither as TE } from 'fp-ts'
import {
  autoId,
  count,
  create,
  deleteRows,
  field,
  filter,
  orderBy,
  plan,
  schema,
  slice,
  stream,
  toArray,
  update,
  within,
  type QueryError,
} from '../../src/index.js'
import {
  djangoRestFramework,
  jsonServer,
  odata,
  postgrest,
  restClient,
  type Handler,
  type RestService,
  type RestStyle,
} from '../../src/http.js'
import { jsonServerOver } from '../../property-tests/support/jsonServer.js'
import type { Listening } from '../../property-tests/support/loopback.js'

const models = schema({
  track: {
    id: autoId,
    name: field.text(),
    size: field.nullable(field.int()),
    price: field.decimal(),
    live: field.boolean(),
    day: field.date(),
  },
  label: { code: field.text({ primaryKey: true }), name: field.text() },
})
const url = 'http://localhost/api/'
const row = (id: number, more: object = {}) => ({
  id,
  name: `t${String(id)}`,
  size: 1,
  price: '1',
  live: true,
  day: '2024-01-01',
  ...more,
})

const left = async (program: TE.TaskEither<QueryError, unknown>): Promise<QueryError> => {
  const result = await program()
  if (E.isRight(result)) throw new Error(`right: ${JSON.stringify(result.right)}`)
  expect(JSON.stringify(result.left)).not.to.contain('hunter2')
  return result.left
}

/** A service that answers all requests likewise, and what it was asked. */
const answering = (
  style: RestStyle,
  answer: (request: Request) => Response,
  more: Partial<RestService> = {},
) => {
  const asked: Array<string> = []
  const fetch: Handler = (request) => {
    const { pathname, search } = new URL(request.url)
    asked.push(`${request.method} ${pathname}${decodeURIComponent(search)}`)
    return Promise.resolve(answer(request))
  }
  return { asked, client: restClient(models, { url, style, fetch, ...more }) }
}

/** Rows are walked through by their key. */
const byKey = /(?:_sort=id&_order=asc|ordering=id|order=id\.asc\.nullslast|\$orderby=id asc)&/u

const json = (body: unknown, headers: Record<string, string> = {}): Response =>
  Response.json(body, { headers })

describe('rest', () => {
  describe('spells', () => {
    const t = models.track
    const queries = {
      text: fn.pipe(
        t,
        filter((r) => r.name.eq("O'Neil & #1/%")),
      ),
      among: fn.pipe(
        t,
        filter((r) => r.id.in([3, 1])),
      ),
      range: fn.pipe(
        t,
        filter((r) => r.size.gt(5)),
        filter((r) => r.size.lte(9)),
      ),
      contains: fn.pipe(
        t,
        filter((r) => r.name.contains('a.b*_%')),
      ),
      missing: fn.pipe(
        t,
        filter((r) => r.size.isNull()),
      ),
      order: fn.pipe(
        t,
        orderBy((r) => [r.id.desc()]),
        slice(10, 15),
      ),
    }
    type Spelled = { readonly [Q in keyof typeof queries]: string }
    const spellings: ReadonlyArray<readonly [string, RestStyle, () => Response, Spelled]> = [
      [
        'json server',
        jsonServer(),
        () => json([], { 'x-total-count': '0' }),
        {
          text: "GET /api/track?name=O'Neil & #1/%&_start=0&_limit=100",
          among: 'GET /api/track?id=3&id=1&_start=0&_limit=100',
          range: 'GET /api/track?size_gte=6&size_lte=9&_start=0&_limit=100',
          contains: 'GET /api/track?name_like=a\\.b\\*_%&_start=0&_limit=100',
          missing: 'GET /api/track?_start=0&_limit=100',
          order: 'GET /api/track?_sort=id&_order=desc&_start=10&_limit=5',
        },
      ],
      [
        'django rest framework',
        djangoRestFramework({
          pages: 'offset',
          filters: ['name', 'id__in', 'size__gt'],
          ordering: ['id'],
        }),
        () => json({ count: 0, next: null, results: [] }),
        {
          text: "GET /api/track/?name=O'Neil & #1/%&limit=100&offset=0",
          among: 'GET /api/track/?id__in=3,1&limit=100&offset=0',
          range: 'GET /api/track/?size__gt=5&limit=100&offset=0',
          contains: 'GET /api/track/?limit=100&offset=0',
          missing: 'GET /api/track/?limit=100&offset=0',
          order: 'GET /api/track/?ordering=-id&limit=5&offset=10',
        },
      ],
      [
        'postgrest',
        postgrest(),
        () => json([], { 'content-range': '*/0' }),
        {
          text: "GET /api/track?name=eq.O'Neil & #1/%&offset=0&limit=1000",
          among: 'GET /api/track?id=in.("3","1")&offset=0&limit=1000',
          range: 'GET /api/track?size=gt.5&size=lte.9&offset=0&limit=1000',
          contains: 'GET /api/track?name=like.*a.b*\\_\\%*&offset=0&limit=1000',
          missing: 'GET /api/track?size=is.null&offset=0&limit=1000',
          order: 'GET /api/track?order=id.desc.nullsfirst&offset=10&limit=5',
        },
      ],
      [
        'odata',
        odata(),
        () => json({ '@odata.count': 0, value: [] }),
        {
          text: "GET /api/track?$filter=name eq 'O''Neil & #1/%'&$skip=0&$top=100&$count=true",
          among: 'GET /api/track?$filter=(id eq 3 or id eq 1)&$skip=0&$top=100&$count=true',
          range: 'GET /api/track?$filter=size gt 5 and size le 9&$skip=0&$top=100&$count=true',
          contains: "GET /api/track?$filter=contains(name,'a.b*_%')&$skip=0&$top=100&$count=true",
          missing: 'GET /api/track?$filter=size eq null&$skip=0&$top=100&$count=true',
          order: 'GET /api/track?$orderby=id desc&$skip=10&$top=5&$count=true',
        },
      ],
    ]
    for (const [name, style, answer, expected] of spellings)
      for (const key of Object.keys(queries) as ReadonlyArray<keyof typeof queries>)
        it(`${key} for ${name}`, async () => {
          const { asked, client } = answering(style, answer)
          expect((await toArray(client)(queries[key])())._tag).to.equal('Right')
          expect(asked.map((each) => (key === 'order' ? each : each.replace(byKey, '')))).to.deep.equal([
            expected[key],
          ])
        })

    it('values so that nothing of them is a part of the request', async () => {
      const nasty = [
        "'",
        "''",
        '"',
        '&',
        '#',
        '/',
        '?',
        '=',
        '+',
        ' ',
        '%',
        '%26',
        '\\',
        ',',
        '(',
        ')',
        ';',
        '..',
        '\n',
        '\0',
        "') or 1 eq 1 or ('",
        'in.(1)',
        'eq.1',
        'null',
        '😀',
        '&limit=0',
        '[]',
        '__proto__',
        '',
        'x\x1f',
        '\x85x',
      ]
      const styles: ReadonlyArray<
        readonly [RestStyle, (search: URLSearchParams) => string | null | undefined]
      > = [
        [jsonServer(), (search) => search.get('name')],
        [djangoRestFramework({ filters: ['name'] }), (search) => search.get('name')],
        [postgrest(), (search) => /^eq\.([^]*)$/u.exec(search.get('name') ?? '')?.[1]],
        [
          odata(),
          (search) =>
            /^name eq '((?:[^']|'')*)'$/u.exec(search.get('$filter') ?? '')?.[1]?.replace(/''/gu, "'"),
        ],
      ]
      for (const [style, valueIn] of styles) {
        const ask = async (text: string): Promise<URL> => {
          const seen: Array<URL> = []
          const { client } = answering(style, (request) => {
            seen.push(new URL(request.url))
            return json(Array.isArray(style.rows([])) ? [] : { results: [], value: [], count: 0, next: null })
          })
          await toArray(client)(
            fn.pipe(
              models.track,
              filter((r) => r.name.eq(text)),
            ),
          )()
          return seen[0]!
        }
        const usual = await ask('usual')
        for (const text of nasty) {
          const url = await ask(text)
          const value = valueIn(url.searchParams)
          // What can't be spelled isn't sent.
          const sent =
            value === null
              ? [...usual.searchParams.keys()].filter((each) => each !== 'name')
              : [...usual.searchParams.keys()]
          expect([url.pathname, ...url.searchParams.keys()], text).to.deep.equal([usual.pathname, ...sent])
          if (value !== null) expect(value, text).to.equal(text)
        }
      }
    })

    it('no text of which Django would strip a part', async () => {
      const { asked, client } = answering(djangoRestFramework({ filters: ['name'] }), () =>
        json({ count: 0, next: null, results: [] }),
      )
      for (const text of ['x\x1f', '\x1cx', 'x\x85', ' x', '\0', ''])
        await toArray(client)(
          fn.pipe(
            models.track,
            filter((r) => r.name.eq(text)),
          ),
        )()
      expect(asked.filter((each) => each.includes('name='))).to.deep.equal([])
    })

    it('no text that is not Unicode', async () => {
      const { asked, client } = answering(jsonServer(), () => json([], { 'x-total-count': '0' }))
      await toArray(client)(
        fn.pipe(
          models.track,
          filter((r) => r.name.eq('\ud800')),
        ),
      )()
      expect(asked).to.deep.equal(['GET /api/track?_sort=id&_order=asc&_start=0&_limit=100'])
    })

    it('names as they are called there, and keeps what its URL has already', async () => {
      const { asked, client } = answering(
        jsonServer(),
        () => json([{ ...row(1), bytes: 5 }], { 'x-total-count': '1' }),
        {
          url: `${url}?token=x`,
          models: { track: { path: 'v1/tracks', fields: { size: 'bytes' } } },
        },
      )
      const found = await toArray(client)(
        fn.pipe(
          models.track,
          filter((r) => r.size.eq(5)),
        ),
      )()
      expect(asked).to.deep.equal([
        'GET /api/v1/tracks?token=x&bytes=5&_sort=id&_order=asc&_start=0&_limit=100',
      ])
      expect(found).to.deep.equal(E.right([row(1, { size: 5 })]))
    })

    it('no filter by a name that means something else there', async () => {
      const odd = schema({
        track: { id: autoId, q: field.text(), a_like: field.text(), callback: field.text() },
      })
      const asked: Array<string> = []
      const client = restClient(odd, {
        url,
        style: jsonServer(),
        fetch: (request) => {
          asked.push(new URL(request.url).search)
          return Promise.resolve(json([], { 'x-total-count': '0' }))
        },
      })
      await toArray(client)(
        fn.pipe(
          odd.track,
          filter((r) => r.q.eq('x')),
          filter((r) => r.a_like.eq('x')),
          filter((r) => r.callback.eq('x')),
        ),
      )()
      expect(asked).to.deep.equal(['?_sort=id&_order=asc&_start=0&_limit=100'])
    })

    it('no more members than a URL has room for', async () => {
      const urls: Array<string> = []
      const { client } = answering(postgrest(), (request) => {
        urls.push(request.url)
        return json([], { 'content-range': '*/0' })
      })
      const uuid = '01234567-89ab-cdef-0123-456789abcdef'
      const codes = Array.from({ length: 400 }, (_, i) => `${uuid}${String(i)}`)
      await toArray(client)(
        fn.pipe(
          models.label,
          filter((r) => r.code.in(codes)),
        ),
      )()
      expect(urls.length).to.equal(8)
      expect(Math.max(...urls.map(({ length }) => length))).to.be.lessThan(8000 / 2)
    })

    it('a parameter once, where twice would mean either', async () => {
      const { asked, client } = answering(jsonServer(), () => json([], { 'x-total-count': '0' }))
      await toArray(client)(
        fn.pipe(
          models.track,
          filter((r) => r.size.gte(1)),
          filter((r) => r.size.gte(5)),
          filter((r) => r.id.in([1, 2, 3])),
          filter((r) => r.id.in([2, 3, 4])),
        ),
      )()
      expect(asked).to.deep.equal(['GET /api/track?size_gte=1&id=2&id=3&_start=0&_limit=100'])
      const nothing = fn.pipe(
        models.track,
        filter((r) => r.id.in([1, 2])),
        filter((r) => r.id.in([3, 4])),
      )
      expect(await toArray(client)(nothing)()).to.deep.equal(E.right([]))
      expect(asked.length).to.equal(1)
    })
  })

  it('asks for as few long values at once as go into a URL', async () => {
    const texts = Array.from({ length: 60 }, (_, i) => `${'x'.repeat(i % 2 === 0 ? 900 : 10)} ${String(i)}`)
    const sent: Array<string> = []
    const client = restClient(models, {
      url,
      style: postgrest(),
      fetch: (request) => {
        sent.push(request.url)
        return Promise.resolve(json([], { 'content-range': '*/0' }))
      },
    })
    const some = fn.pipe(
      models.track,
      filter((t) => t.name.in(texts)),
    )
    const planned = plan(client)(some)
    expect(await toArray(client)(some)()).to.deep.equal(E.right([]))
    expect(Math.max(...sent.map((each) => each.length))).to.be.lessThan(7000)
    expect(sent.length).to.be.lessThan(16)
    expect(E.isRight(planned) && planned.right.requests).to.satisfy(
      (n: number | null) => n === null || n >= sent.length,
    )
  })

  describe('fetches pages', () => {
    const all = Array.from({ length: 25 }, (_, i) => row(i + 1))
    const numbered =
      (most = 10) =>
      (request: Request): Response => {
        const search = new URL(request.url).searchParams
        const page = Number(search.get('page') ?? '1')
        const size = Math.min(most, Number(search.get('page_size') ?? '10'))
        const results = all.slice((page - 1) * size, page * size)
        const next =
          page * size < all.length ? `${url}track/?page=${String(page + 1)}&page_size=${String(size)}` : null
        return results.length === 0 && page > 1
          ? Response.json({ detail: 'Invalid page.' }, { status: 404 })
          : json({ count: all.length, next, results })
      }

    it('by their number', async () => {
      const { asked, client } = answering(djangoRestFramework({ size: 10 }), numbered())
      expect(await toArray(client)(models.track)()).to.deep.equal(E.right(all))
      expect(asked.length).to.equal(3)
      const { client: again, asked: few } = answering(
        djangoRestFramework({ size: 10, ordering: ['id'] }),
        numbered(),
      )
      expect(
        await toArray(again)(
          fn.pipe(
            models.track,
            orderBy((r) => [r.id.asc()]),
            slice(8, 12),
          ),
        )(),
      ).to.deep.equal(E.right(all.slice(8, 12)))
      expect(few.length).to.equal(2)
      expect(
        await toArray(again)(
          fn.pipe(
            models.track,
            orderBy((r) => [r.id.asc()]),
            slice(30, 35),
          ),
        )(),
      ).to.deep.equal(E.right([]))
      expect(await count(again)(models.track)()).to.deep.equal(E.right(25))
    })

    it('that are not of the size that was said', async () => {
      const { client } = answering(djangoRestFramework({ size: 10 }), numbered(3))
      expect((await left(toArray(client)(models.track))).message).to.contain('3 rows, and not 10')
      // Larger ones begin elsewhere.
      const { client: larger } = answering(djangoRestFramework({ size: 10, ordering: ['id'] }), (request) => {
        const page = Number(new URL(request.url).searchParams.get('page'))
        return json({ count: 25, next: null, results: all.slice(20 * (page - 1), 20 * page) })
      })
      const few = fn.pipe(
        models.track,
        orderBy((r) => [r.id.asc()]),
        slice(10, 13),
      )
      expect((await left(toArray(larger)(few))).message).to.contain('5 rows, and not 10')
      const capped = (request: Request): Response => {
        const at = Number(new URL(request.url).searchParams.get('offset'))
        return json({
          count: 25,
          next: at + 3 < 25 ? `?limit=3&offset=${String(at + 3)}` : null,
          results: all.slice(at, at + 3),
        })
      }
      const style = djangoRestFramework({ pages: 'offset', size: 10, ordering: ['id'] })
      const limits = answering(style, capped)
      expect(
        (await left(toArray(within({ requests: 1 })(limits.client))(slice(0, 10)(models.track)))).message,
      ).to.contain('3 rows, and not 10')
      expect(limits.asked.length).to.equal(1)
      const { pages } = style
      const loose = { ...style, pages: { ...pages, full: false } as RestStyle['pages'] }
      const following = answering(loose, capped)
      expect(await toArray(following.client)(models.track)()).to.deep.equal(E.right(all))
      expect(
        (await left(toArray(within({ requests: 999 })(following.client))(slice(0, 10)(models.track))))._tag,
      ).to.equal('OverBudget')
    })

    it('of which a budget knows', async () => {
      const by = (pages: 'page' | 'cursor') =>
        answering(djangoRestFramework({ pages, size: 10, ordering: ['id'] }), numbered())
      const cursor = by('cursor')
      expect((await left(toArray(within({ requests: 10 })(cursor.client))(models.track)))._tag).to.equal(
        'OverBudget',
      )
      expect(cursor.asked).to.deep.equal([])
      const page = by('page')
      const rows = (from: number, to: number) =>
        fn.pipe(
          models.track,
          orderBy((r) => [r.id.asc()]),
          slice(from, to),
        )
      expect((await left(toArray(within({ requests: 1 })(page.client))(rows(5, 15))))._tag).to.equal(
        'OverBudget',
      )
      expect((await left(toArray(within({ requests: 1 })(page.client))(rows(50, 55))))._tag).to.equal(
        'OverBudget',
      )
      expect((await left(toArray(within({ rows: 4 })(page.client))(rows(0, 5))))._tag).to.equal('OverBudget')
      expect(page.asked).to.deep.equal([])
      expect((await toArray(within({ requests: 1, rows: 10 })(page.client))(rows(0, 5))())._tag).to.equal(
        'Right',
      )
      expect((await toArray(within({ requests: 2, rows: 20 })(page.client))(rows(5, 15))())._tag).to.equal(
        'Right',
      )
    })

    it('that lead on and on, up to so many', async () => {
      const endless = (maxPages: number) =>
        answering(
          djangoRestFramework({ pages: 'cursor', size: 1, ordering: ['id'] }),
          (request) => {
            const at = Number(new URL(request.url).searchParams.get('cursor') ?? '1')
            return json({ next: `?cursor=${String(at + 1)}`, results: [row(at)] })
          },
          { maxPages },
        )
      const { asked, client } = endless(7)
      expect((await left(toArray(client)(models.track))).message).to.contain('more than 7 pages')
      expect(asked.length).to.equal(7)
      const told: Array<string> = []
      for await (const each of stream(endless(5).client)(models.track)) told.push(each._tag)
      expect(told).to.deep.equal(['Left'])
      expect(await toArray(endless(7).client)(slice(0, 7)(models.track))()).to.deep.equal(
        E.right(Array.from({ length: 7 }, (_, i) => row(i + 1))),
      )
    })

    it('by what each says is next', async () => {
      const { asked, client } = answering(djangoRestFramework({ pages: 'cursor', size: 10 }), numbered())
      expect(await toArray(client)(models.track)()).to.deep.equal(E.right(all))
      expect(asked.length).to.equal(3)
      await toArray(client)(slice(0, 5)(models.track))()
      expect(asked.length).to.be.lessThan(8)
    })

    it('but not in a circle, nor from elsewhere', async () => {
      const circle = answering(djangoRestFramework({ pages: 'cursor' }), () =>
        json({ next: `${url}track/?page_size=100`, results: [row(1)] }),
      )
      expect((await left(toArray(circle.client)(models.track))).message).to.contain('circle')
      const elsewhere = answering(djangoRestFramework({ pages: 'cursor' }), () =>
        json({ next: 'http://evil.example/hunter2', results: [row(1)] }),
      )
      expect((await left(toArray(elsewhere.client)(models.track))).message).to.contain('elsewhere')
      expect(elsewhere.asked.length).to.equal(1)
      const twice = answering(djangoRestFramework({ pages: 'cursor' }), () =>
        json({ next: null, results: [row(1), row(1)] }),
      )
      expect((await left(toArray(twice.client)(models.track))).retryable).to.equal(true)
    })

    it('none that it need not', async () => {
      const { asked, client } = answering(jsonServer(), () => json([], { 'x-total-count': '0' }))
      await toArray(client)(slice(3, 3)(models.track))()
      expect(asked).to.deep.equal([])
    })
  })

  describe('fails', () => {
    const failing = (status: number, headers: Record<string, string> = {}) =>
      answering(jsonServer(), () => new Response('hunter2', { status, headers }), {
        headers: { authorization: 'hunter2' },
      })

    it('as the status says, and tells when to ask again', async () => {
      expect(await left(toArray(failing(429, { 'retry-after': '3' }).client)(models.track))).to.include({
        retryable: true,
        retryAfter: 3000,
      })
      expect(await left(toArray(failing(503).client)(models.track))).to.include({
        retryable: true,
        retryAfter: null,
      })
      expect(await left(toArray(failing(401).client)(models.track))).to.include({ retryable: false })
      expect(await left(toArray(failing(404).client)(models.track))).to.include({ retryable: false })
    })

    it('at what is no answer', async () => {
      for (const body of ['<html>', '{"results":5}', 'null', '5'])
        expect(
          (await left(toArray(answering(jsonServer(), () => new Response(body)).client)(models.track)))._tag,
        ).to.equal('ClientFailed')
      expect(
        (await left(toArray(answering(jsonServer(), () => json([5])).client)(models.track)))._tag,
      ).to.equal('Undecodable')
      expect(
        (
          await left(
            toArray(answering(jsonServer(), () => json([row(1)]), { url: 'nowhere' }).client)(models.track),
          )
        )._tag,
      ).to.equal('ClientFailed')
    })

    it('at rows that were not asked for, or in another order', async () => {
      const ignoring = answering(jsonServer(), () => json([row(1), row(2)], { 'x-total-count': '2' })).client
      const one = fn.pipe(
        models.track,
        filter((r) => r.id.eq(2)),
      )
      expect((await left(toArray(ignoring)(one))).message).to.contain('not asked for')
      expect((await left(count(ignoring)(one)))._tag).to.equal('ClientFailed')
      const down = fn.pipe(
        models.track,
        orderBy((r) => [r.id.desc()]),
      )
      expect((await left(toArray(ignoring)(down))).message).to.contain('another order')
      expect((await toArray(ignoring)(models.track)())._tag).to.equal('Right')
    })

    it('at decimals that were rounded on the way', async () => {
      const priced = (price: string) =>
        answering(postgrest(), () => new Response(`[${JSON.stringify(row(1)).replace('"1"', price)}]`)).client
      for (const price of ['0.12345678901234567', '12345678901234567.89', '-1234567890123456'])
        expect((await left(toArray(priced(price))(models.track))).message, price).to.contain('decimal')
      for (const price of ['0.000123456789012345', '1e2', '"0.12345678901234567"', '-123456789012345'])
        expect((await toArray(priced(price))(models.track)())._tag, price).to.equal('Right')
    })

    it('at a URL with a user in it, whom no request would tell of', async () => {
      const { client, asked } = answering(jsonServer(), () => json([]), { url: 'http://me:hunter2@h/api' })
      expect((await left(toArray(client)(models.track)))._tag).to.equal('ClientFailed')
      expect(asked).to.deep.equal([])
    })

    it('at a total that its own pages contradict', async () => {
      const of = (total: string) =>
        answering(jsonServer(), () => json([row(1)], { 'x-total-count': total })).client
      expect((await left(count(of('3'))(models.track))).retryable).to.equal(true)
      expect((await left(count(of('0'))(models.track))).retryable).to.equal(true)
      expect(await count(of('-3'))(models.track)()).to.deep.equal(E.right(1))
      const more = answering(djangoRestFramework(), () =>
        json({ count: 1, next: '?page=2', results: Array.from({ length: 100 }, (_, i) => row(i + 1)) }),
      )
      expect((await left(toArray(more.client)(models.track)))._tag).to.equal('ClientFailed')
      expect(more.asked.length).to.equal(1)
    })

    it('at a page of something else that answers a write', async () => {
      const page = answering(jsonServer(), () => new Response('<html>')).client
      expect(await left(page.update('track', 1, { size: 2 }))).to.include({ retryable: true })
      expect(await left(page.delete('track', 1))).to.include({ retryable: true })
      const nothing = answering(jsonServer(), () => new Response(null, { status: 204 })).client
      expect(await nothing.delete('track', 1)()).to.deep.equal(E.right(true))
    })

    it('of models that the service has not', async () => {
      const { asked, client } = answering(jsonServer(), () => json([]), { models: { track: false } })
      expect((await left(toArray(client)(models.track)))._tag).to.equal('Unsupported')
      expect(
        (
          await left(
            create(client, { name: 'x', price: '1', live: true, day: '2024-01-01' } as never)(models.track),
          )
        )._tag,
      ).to.equal('Unsupported')
      expect(asked).to.deep.equal([])
    })

    it('without a request once it is aborted', async () => {
      const abort = new AbortController()
      abort.abort()
      const { asked, client } = answering(jsonServer(), () => json([]), { signal: abort.signal })
      await left(toArray(client)(models.track))
      await left(client.create('label', { code: 'x', name: 'x' }))
      expect(asked).to.deep.equal([])
    })
  })

  describe('writes', () => {
    let service: Listening | null = null
    afterEach(async () => {
      await service?.close()
      service = null
    })

    it('to a service of somebody else', async () => {
      const data = { track: [row(1), row(2)] }
      service = await jsonServerOver(data)
      const client = restClient(models, { url: service.url, style: jsonServer() })
      const made = await create(client, {
        name: 'new',
        size: null,
        price: '2.50',
        live: false,
        day: '2024-02-29',
      } as never)(models.track)()
      expect(made).to.deep.equal(
        E.right({ id: 3, name: 'new', size: null, price: '2.5', live: false, day: '2024-02-29' }),
      )
      expect(
        await fn.pipe(
          models.track,
          filter((r) => r.id.gte(2)),
          update(client, (r) => ({ size: r.size.plus(1) })),
        )(),
      ).to.deep.equal(E.right(2))
      expect(data.track.map(({ size }) => size)).to.deep.equal([1, 2, null])
      expect(
        (
          await fn.pipe(
            models.track,
            filter((r) => r.id.eq(1)),
            deleteRows(client),
          )()
        )._tag,
      ).to.equal('Right')
      expect(data.track.map(({ id }) => id)).to.deep.equal([2, 3])
      expect(await client.delete('track', 1)()).to.deep.equal(E.right(false))
      expect(await client.update('track', 9, { name: 'x' })()).to.deep.equal(E.right(false))
    })

    it('where a key leads, and nowhere else', async () => {
      const at = async (style: RestStyle, model: string, key: number | string): Promise<string> => {
        const asked: Array<string> = []
        const client = restClient(models, {
          url,
          style,
          fetch: (request) => {
            asked.push(request.url.slice(url.length))
            return Promise.resolve(new Response('[]', { status: 200 }))
          },
        })
        const told = await client.delete(model, key)()
        return asked[0] ?? (E.isLeft(told) ? told.left._tag : 'nothing')
      }
      expect(await at(jsonServer(), 'track', 5)).to.equal('track/5')
      expect(await at(jsonServer(), 'label', 'a/b?c#d')).to.equal('label/a%2Fb%3Fc%23d')
      for (const key of ['', '.', '..', '\ud800'])
        expect(await at(jsonServer(), 'label', key), key).to.equal('Unsupported')
      expect(await at(djangoRestFramework(), 'label', 'a b')).to.equal('label/a%20b/')
      for (const key of ['../x', 'a/b', 'a.b'])
        expect(await at(djangoRestFramework(), 'label', key), key).to.equal('Unsupported')
      expect(await at(odata(), 'label', "O'Neil")).to.equal('label(%27O%27%27Neil%27)')
      expect(await at(odata(), 'track', 5)).to.equal('track(5)')
      expect(await at(postgrest(), 'label', 'a&code=neq.b')).to.equal('label?code=eq.a%26code%3Dneq.b')
    })

    it('none to all rows, where a key is called like a parameter', async () => {
      const logs = schema({
        log: { offset: field.int({ primaryKey: true }) },
        part: { 'a.b': field.int({ primaryKey: true }) },
      })
      const asked: Array<string> = []
      const fetch: Handler = (request) => {
        asked.push(`${request.method} ${request.url}`)
        return Promise.resolve(json([{}]))
      }
      const client = restClient(logs, { url, style: postgrest(), fetch })
      expect((await left(client.delete('log', 5)))._tag).to.equal('Unsupported')
      expect((await left(client.update('log', 5, { offset: 6 })))._tag).to.equal('Unsupported')
      expect((await left(client.delete('part', 5)))._tag).to.equal('Unsupported')
      expect(asked).to.deep.equal([])
    })

    it('that make no row where there is none to change', async () => {
      const headers: Array<string | null> = []
      const { client } = answering(odata(), (request) => {
        headers.push(request.headers.get('if-match'))
        return new Response(null, { status: 412 })
      })
      expect(await client.update('label', 'gone', { name: 'x' })()).to.deep.equal(E.right(false))
      expect(headers).to.deep.equal(['*'])
      const refused = answering(jsonServer(), () => new Response(null, { status: 412 })).client
      expect((await left(refused.update('label', 'x', { name: 'x' })))._tag).to.equal('ClientFailed')
      // There is no such table.
      const nowhere = answering(postgrest(), () => Response.json({ code: '42P01' }, { status: 404 })).client
      expect((await left(nowhere.delete('label', 'x')))._tag).to.equal('ClientFailed')
    })

    it('and tells which values were refused', async () => {
      const told = (body: unknown, status = 400, style: RestStyle = djangoRestFramework()) =>
        left(
          answering(style, () => Response.json(body, { status }), {
            models: { label: { fields: { name: 'title' } } },
          }).client.create('label', { code: 'x', name: 'hunter2' }),
        )
      expect(
        await told({
          title: ['"hunter2" is not a valid choice.'],
          code: ['This field is required.'],
          owner: ['Who?'],
          non_field_errors: ['Not so.'],
        }),
      ).to.deep.include({
        _tag: 'Invalid',
        model: 'label',
        retryable: false,
        errors: [
          { item: 0, field: 'name', code: 'invalid', params: {}, message: '"…" is not a valid choice.' },
          { item: 0, field: 'code', code: 'required', params: {}, message: 'This field is required.' },
          { item: 0, field: null, code: 'invalid', params: {}, message: 'owner: Who?' },
          { item: 0, field: null, code: 'invalid', params: {}, message: 'Not so.' },
        ],
      })
      expect(await told({ title: ['label with this title already exists.'] })).to.deep.include({
        _tag: 'Conflict',
        fields: ['name'],
      })
      expect(await told({ non_field_errors: ['The fields a, b must make a unique set.'] })).to.include({
        _tag: 'Conflict',
      })
      for (const other of [
        { detail: 'JSON parse error' },
        {},
        [],
        { title: [] },
        { title: [5] },
        { title: { a: ['b'] } },
        'x',
      ])
        expect((await told(other))._tag, JSON.stringify(other)).to.equal('ClientFailed')
      expect((await told({ title: ['No.'] }, 403))._tag).to.equal('ClientFailed')
      expect((await told({ title: ['No.'] }, 400, jsonServer()))._tag).to.equal('ClientFailed')
    })

    it('and knows what became of them', async () => {
      const label = { code: 'x', name: 'x' }
      const answered = (status: number, body: unknown = {}) =>
        answering(jsonServer(), () => Response.json(body, { status })).client
      expect(await answered(201, label).create('label', label)()).to.deep.equal(E.right(label))
      expect((await left(answered(409).create('label', label)))._tag).to.equal('Conflict')
      expect(await left(answered(400).create('label', label))).to.include({ retryable: false })
      // They may have been done.
      expect(await left(answered(500).create('label', label))).to.include({ retryable: true })
      expect(await left(answered(201, 5).create('label', label))).to.include({ retryable: true })
      const dropped = restClient(models, {
        url,
        style: jsonServer(),
        fetch: () => Promise.reject(new Error('hunter2')),
      })
      expect(await left(dropped.update('label', 'x', label))).to.include({ retryable: true })
      const none = answering(postgrest(), () => json([])).client
      expect(await none.delete('label', 'x')()).to.deep.equal(E.right(false))
      expect(await answering(postgrest(), () => json([label])).client.delete('label', 'x')()).to.deep.equal(
        E.right(true),
      )
      expect(await answering(postgrest(), () => json([label])).client.create('label', label)()).to.deep.equal(
        E.right(label),
      )
    })
  })
})
