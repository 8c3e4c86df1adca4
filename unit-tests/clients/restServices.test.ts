/** Services that people really have: limits of requests, cursors, rows at a URL of their own, rows that don't fit. */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import {
  autoId,
  count,
  create,
  deleteRows,
  explain,
  field,
  filter,
  get,
  orderBy,
  plan,
  schema,
  slice,
  toArray,
  update,
  within,
} from 'queryset-ts'
import {
  djangoRestFramework,
  jsonServer,
  nextToken,
  restClient,
  type BadRow,
  type RestService,
  type RestStyle,
} from 'queryset-ts/http'
import { memory } from 'queryset-ts/memory'
import { left, right } from '../support/answers.js'

const models = schema({
  order: { id: autoId, city: field.text(), total: field.int(), price: field.nullable(field.decimal()) },
})
const { order } = models
const cities = ['Bern', 'Rome', 'Oslo']
const rowOf = (id: number) => ({ id, city: cities[id % 3] ?? '', total: 10 * id, price: null })
const rows = (n: number): ReadonlyArray<Record<string, unknown>> =>
  Array.from({ length: n }, (_, i) => rowOf(i + 1))

/** Pages by a cursor, with one filter, in the order of the keys. */
const cursors: RestStyle = {
  ...jsonServer(),
  filters: {
    exact: [
      {
        kinds: ['text'],
        fidelity: 'exact',
        spell: (name, [value]) => [[name, JSON.stringify(value).replace(/"/gu, '')]],
      },
    ],
  },
  order: () => null,
  pages: { by: 'next', size: 5, full: true, params: (size) => [['limit', String(size)]] },
  next: nextToken('cursor', ({ body }) => (body as { readonly next_cursor?: unknown }).next_cursor),
  rows: (body) => (body as { readonly data?: unknown }).data,
  total: null,
}

interface Told {
  readonly asked: Array<string>
  readonly fetch: (request: Request) => Promise<Response>
}

/** A service with these rows, and what it was asked. `interfere` may answer in its place, by the number of the request. */
const serving = (
  data: ReadonlyArray<Record<string, unknown>>,
  interfere: (number: number, request: Request) => Response | Promise<Response> | null = () => null,
): Told => {
  const asked: Array<string> = []
  return {
    asked,
    fetch: async (request) => {
      const { pathname, searchParams, search } = new URL(request.url)
      asked.push(`${request.method} ${pathname}${search}`)
      const instead = interfere(asked.length, request)
      if (instead !== null) return instead
      const key = /^\/order\/(.+)$/u.exec(pathname)?.[1]
      if (request.method === 'POST')
        return Response.json({ id: 99, ...((await request.json()) as object) }, { status: 201 })
      if (key !== undefined && request.method !== 'GET') return new Response(null, { status: 204 })
      if (key !== undefined) {
        const row = data.find(({ id }) => String(id) === key)
        return row === undefined ? new Response(null, { status: 404 }) : Response.json(row)
      }
      const city = searchParams.get('city')
      const found = data.filter((row) => city === null || row['city'] === city)
      // The token says nothing to whoever doesn't have the key to it.
      const start = Number(atob(searchParams.get('cursor') ?? btoa('0')))
      const end = start + Number(searchParams.get('limit'))
      return Response.json({
        data: found.slice(start, end),
        next_cursor: end < found.length ? btoa(String(end)) : null,
      })
    },
  }
}

const clientOf = ({ fetch }: Told, more: Partial<RestService> = {}) =>
  restClient(models, { url: 'http://localhost', style: cursors, fetch, ...more })

/** A clock that stands still but for those who sleep. */
const clock = () => {
  const state = { time: 0, slept: [] as Array<number> }
  return {
    state,
    now: () => state.time,
    sleep: (milliseconds: number): Promise<void> => {
      state.time += milliseconds
      state.slept.push(milliseconds)
      return Promise.resolve()
    },
  }
}

const ids = (list: ReadonlyArray<{ readonly id: number }>) => list.map(({ id }) => id)

describe('limits of HTTP requests', () => {
  it('space the requests of one list', async () => {
    const service = serving(rows(45))
    const { state, now, sleep } = clock()
    const client = clientOf(service, { rateLimit: { calls: 1, per: 1000, now, sleep } })
    expect(await right(toArray(client)(order))).to.have.length(45)
    expect(service.asked).to.have.length(9)
    expect(state.time).to.equal(8000)
  })

  it('keep the pages that came while the next one is tried again', async () => {
    const busy = serving(rows(40), (n) => (n % 4 === 0 ? new Response(null, { status: 429 }) : null))
    const { sleep } = clock()
    const client = clientOf(busy, { retry: { times: 2, sleep, random: () => 1 } })
    expect(ids(await right(toArray(client)(order)))).to.deep.equal(ids(rows(40) as never))
    // Eight pages, and each page that was refused once more.
    expect(busy.asked).to.have.length(10)
    expect(busy.asked.filter((each) => !each.includes('cursor'))).to.have.length(1)
    expect(new Set(busy.asked).size).to.equal(8)
  })

  it('wait as long as the service says, and no longer than is allowed', async () => {
    const later = (seconds: number) =>
      serving(rows(3), (n) =>
        n === 1 ? new Response(null, { status: 503, headers: { 'retry-after': String(seconds) } }) : null,
      )
    const { state, sleep } = clock()
    const patient = clientOf(later(7), { retry: { times: 1, sleep } })
    expect(await right(toArray(patient)(order))).to.have.length(3)
    expect(state.slept).to.deep.equal([7000])
    const error = await left(toArray(clientOf(later(60), { retry: { times: 1, sleep } }))(order))
    expect(error).to.include({ _tag: 'ClientFailed', retryAfter: 60_000 })
  })

  it('try so often and no more, and nothing that is refused for good', async () => {
    const { sleep } = clock()
    const down = serving(rows(3), () => new Response(null, { status: 503 }))
    expect((await left(toArray(clientOf(down, { retry: { times: 3, sleep } }))(order))).retryable).to.equal(
      true,
    )
    expect(down.asked).to.have.length(4)
    const wrong = serving(rows(3), () => new Response(null, { status: 400 }))
    await left(toArray(clientOf(wrong, { retry: { times: 3, sleep } }))(order))
    expect(wrong.asked).to.have.length(1)
    const signal = AbortSignal.abort()
    const ended = serving(rows(3), () => new Response(null, { status: 503 }))
    await left(toArray(clientOf(ended, { signal, retry: { times: 3, sleep } }))(order))
    expect(ended.asked).to.have.length(0)
  })

  it('send a write again only where the service did nothing', async () => {
    const { sleep } = clock()
    const failing = (status: number) =>
      serving(rows(3), (n) => (n === 1 ? new Response(null, { status }) : null))
    const limited = failing(429)
    const made = await right(
      create(clientOf(limited, { retry: { times: 1, sleep } }), { city: 'Bern', total: 1 })(order),
    )
    expect(made.id).to.equal(99)
    expect(limited.asked).to.deep.equal(['POST /order', 'POST /order'])
    const down = failing(503)
    await left(create(clientOf(down, { retry: { times: 1, sleep } }), { city: 'Bern', total: 1 })(order))
    expect(down.asked).to.deep.equal(['POST /order'])
  })

  it('end a request that takes too long, and free its connection', async () => {
    const signals: Array<AbortSignal> = []
    const slow = serving(rows(12), (n, { signal }) => {
      if (n !== 2) return null
      signals.push(signal)
      // It never answers, and takes no notice of its end.
      return new Promise<Response>(() => undefined)
    })
    const error = await left(toArray(clientOf(slow, { timeout: 20 }))(order))
    expect(error).to.include({ _tag: 'ClientFailed', retryable: true })
    expect(error.message).to.contain('no answer within 20 ms')
    expect(signals.map(({ aborted }) => aborted)).to.deep.equal([true])
    const again = serving(rows(12), (n) => (n === 2 ? new Promise<Response>(() => undefined) : null))
    const client = clientOf(again, { timeout: 20, retry: { times: 1, delay: 1 } })
    expect(await right(toArray(client)(order))).to.have.length(12)
    expect(again.asked).to.have.length(4)
  })

  it('let so many requests be under way at the same time', async () => {
    const running = { now: 0, most: 0 }
    const counting = serving(rows(10), async () => {
      running.now += 1
      running.most = Math.max(running.most, running.now)
      await new Promise((done) => setTimeout(done, 2))
      running.now -= 1
      return Response.json({ data: [], next_cursor: null })
    })
    const client = clientOf(counting, { concurrency: 2 })
    await Promise.all(Array.from({ length: 9 }, () => toArray(client)(order)()))
    expect(running).to.deep.equal({ now: 0, most: 2 })
    expect(counting.asked).to.have.length(9)
  })

  it('that are none let nothing through', async () => {
    const service = serving(rows(1))
    const wrong: ReadonlyArray<Partial<RestService>> = [
      { timeout: NaN },
      { concurrency: 'x' as never },
      { retry: {} as never },
      { rateLimit: { calls: 1, per: Infinity } },
    ]
    for (const limits of wrong)
      expect((await left(toArray(clientOf(service, limits))(order)))._tag).to.equal('InvalidStep')
    expect(service.asked).to.deep.equal([])
  })
})

describe('pages by a cursor', () => {
  const bern = fn.pipe(
    order,
    filter((o) => o.city.eq('Bern')),
  )

  it('go on by a token, with the same filters and size', async () => {
    const service = serving(rows(40))
    expect(await right(toArray(clientOf(service))(bern))).to.have.length(13)
    expect(service.asked).to.deep.equal([
      'GET /order?city=Bern&limit=5',
      `GET /order?city=Bern&limit=5&cursor=${encodeURIComponent(btoa('5'))}`,
      `GET /order?city=Bern&limit=5&cursor=${encodeURIComponent(btoa('10'))}`,
    ])
  })

  it('end where the token is missing or empty', async () => {
    for (const token of [null, '', undefined, {}, false]) {
      const service = serving([], () => Response.json({ data: rows(2), next_cursor: token }))
      expect(await right(toArray(clientOf(service))(order)), typeof token).to.have.length(2)
      expect(service.asked).to.have.length(1)
    }
  })

  it('do not go in a circle, and are escaped', async () => {
    const service = serving([], (n) => Response.json({ data: [rowOf(n)], next_cursor: 'a&city=Rome#' }))
    const error = await left(
      toArray(
        clientOf(service, { style: { ...cursors, pages: { ...cursors.pages, full: false } as never } }),
      )(bern),
    )
    expect(error.message).to.contain('its pages lead in a circle')
    expect(service.asked.at(-1)).to.equal('GET /order?city=Bern&limit=5&cursor=a%26city%3DRome%23')
  })

  it('may be told by a function of the request and the response', async () => {
    const service = serving(rows(12))
    const seen: Array<unknown> = []
    const next: RestStyle['next'] = ({ body }, { url, params, page }) => {
      seen.push([page, params])
      const token = (body as { readonly next_cursor: string | null }).next_cursor
      const to = new URL(url)
      if (token !== null) to.searchParams.set('cursor', token)
      return token === null ? null : to.href
    }
    expect(await right(toArray(clientOf(service, { style: { ...cursors, next } }))(order))).to.have.length(12)
    expect(seen).to.deep.equal([
      [0, [['limit', '5']]],
      [
        1,
        [
          ['limit', '5'],
          ['cursor', btoa('5')],
        ],
      ],
      [
        2,
        [
          ['limit', '5'],
          ['cursor', btoa('10')],
        ],
      ],
    ])
  })
})

describe('a row at a URL of its own', () => {
  const one: RestStyle = { ...cursors, one: (body) => body }

  it('is what get asks for', async () => {
    const service = serving(rows(40))
    const client = clientOf(service, { style: one })
    expect(
      await right(
        fn.pipe(
          order,
          filter((o) => o.id.eq(5)),
          get(client),
        ),
      ),
    ).to.deep.equal(rowOf(5))
    expect(service.asked).to.deep.equal(['GET /order/5'])
  })

  it('is not there after a 404', async () => {
    const client = clientOf(serving(rows(4)), { style: one })
    const gone = fn.pipe(
      order,
      filter((o) => o.id.eq(50)),
    )
    expect((await left(get(client)(gone)))._tag).to.equal('NotFound')
    expect(await right(toArray(client)(gone))).to.deep.equal([])
    expect(await right(count(client)(gone))).to.equal(0)
  })

  it('is asked for by each of some keys, once, with conditions and orders on top', async () => {
    const service = serving(rows(40))
    const client = clientOf(service, { style: one })
    const some = fn.pipe(
      order,
      filter((o) => o.id.in([7, 3, 5, 3, 90])),
      filter((o) => o.total.gt(30)),
      orderBy((o) => [o.total.desc()]),
    )
    expect(ids(await right(toArray(client)(some)))).to.deep.equal([7, 5])
    expect([...service.asked].sort()).to.deep.equal([
      'GET /order/3',
      'GET /order/5',
      'GET /order/7',
      'GET /order/90',
    ])
    const planned = plan(client)(some)
    expect(E.isRight(planned) && planned.right.requests).to.equal(4)
    expect(ids(await right(fn.pipe(some, slice(1, 2), toArray(client))))).to.deep.equal([5])
  })

  it('is an error where it has another key, and where it is none', async () => {
    const other = serving([], () => Response.json(rowOf(6)))
    const five = fn.pipe(
      order,
      filter((o) => o.id.eq(5)),
    )
    expect((await left(toArray(clientOf(other, { style: one }))(five))).message).to.contain('another row')
    const broken = serving([], () => Response.json({ ...rowOf(5), total: '12a' }))
    expect((await left(toArray(clientOf(broken, { style: one }))(five))).message).to.contain(
      "order 5 (row 0 of 'order', by its key), 'total'",
    )
    const down = serving([], () => new Response(null, { status: 500 }))
    expect((await left(toArray(clientOf(down, { style: one }))(five)))._tag).to.equal('ClientFailed')
  })

  it('is found before it is changed or deleted', async () => {
    const service = serving(rows(40))
    const client = clientOf(service, { style: one })
    const five = fn.pipe(
      order,
      filter((o) => o.id.eq(5)),
    )
    await right(
      fn.pipe(
        five,
        update(client, () => ({ total: 1 })),
      ),
    )
    await right(deleteRows(client)(five))
    expect(service.asked.every((each) => / \/order\/5$/u.test(each))).to.equal(true)
  })

  it('is not asked for where the service has a filter by key, or knows no such URL', async () => {
    const filtered = serving(rows(3))
    const filters = {
      ...one.filters,
      exact: [
        {
          kinds: ['int' as const],
          fidelity: 'exact' as const,
          spell: (name: string, [value]: ReadonlyArray<unknown>) => [[name, String(value)] as const],
        },
      ],
    }
    await toArray(clientOf(filtered, { style: { ...one, filters } }))(
      fn.pipe(
        order,
        filter((o) => o.id.eq(1)),
      ),
    )()
    expect(filtered.asked).to.deep.equal(['GET /order?id=1&limit=5'])
    const plain = serving(rows(40))
    expect(
      ids(
        await right(
          fn.pipe(
            order,
            filter((o) => o.id.eq(5)),
            toArray(clientOf(plain)),
          ),
        ),
      ),
    ).to.deep.equal([5])
    expect(plain.asked).to.have.length(8)
  })
})

describe('rows that do not fit', () => {
  /** Every fifth row is none. */
  const spoilt = (n: number) =>
    rows(n).map((row, i) =>
      i % 5 === 3 ? { ...row, total: '12a' } : i % 10 === 7 ? { ...row, city: null } : row,
    )
  const good = (n: number) => rows(n).filter((_, i) => i % 5 !== 3 && i % 10 !== 7)

  /** The same rows by other pages. */
  const styles: Readonly<
    Record<string, (data: ReadonlyArray<Record<string, unknown>>) => Pick<RestService, 'style' | 'fetch'>>
  > = {
    'by a cursor': (data) => ({ style: cursors, fetch: serving(data).fetch }),
    'by offset': (data) => ({
      style: { ...jsonServer({ size: 4 }), filters: {}, order: () => null },
      fetch: (request) => {
        const { searchParams } = new URL(request.url)
        const start = Number(searchParams.get('_start'))
        return Promise.resolve(
          Response.json(data.slice(start, start + Number(searchParams.get('_limit'))), {
            headers: { 'x-total-count': String(data.length) },
          }),
        )
      },
    }),
    'by number': (data) => ({
      style: djangoRestFramework({ size: 4 }),
      fetch: (request) => {
        const page = Number(new URL(request.url).searchParams.get('page'))
        const next = page * 4 < data.length ? `?page=${String(page + 1)}&page_size=4` : null
        return Promise.resolve(
          Response.json({ count: data.length, next, results: data.slice(page * 4 - 4, page * 4) }),
        )
      },
    }),
    'by offset, with a next one': (data) => ({
      style: djangoRestFramework({ pages: 'offset', size: 4 }),
      fetch: (request) => {
        const offset = Number(new URL(request.url).searchParams.get('offset'))
        const next = offset + 4 < data.length ? `?limit=4&offset=${String(offset + 4)}` : null
        return Promise.resolve(
          Response.json({ count: data.length, next, results: data.slice(offset, offset + 4) }),
        )
      },
    }),
  }

  it('are refused, by their key and place, unless it is said otherwise', async () => {
    const error = await left(toArray(clientOf(serving(spoilt(20))))(order))
    expect(error).to.deep.include({ _tag: 'Undecodable', key: 4, place: "row 3 of page 1 of 'order'" })
    expect(error.message).to.contain(
      "order 4 (row 3 of page 1 of 'order'), 'total': expected int, got text '12a'",
    )
  })

  for (const [pages, made] of Object.entries(styles))
    for (const n of [0, 1, 4, 20, 23])
      it(`are left out of ${String(n)} rows, with pages ${pages}: lists, slices and counts are of the others`, async () => {
        const { style, fetch = () => Promise.reject(new Error()) } = made(spoilt(n))
        const client = restClient(models, { url: 'http://localhost', style, fetch, onBadRow: 'skip' })
        const expected = memory(models, { order: good(n) as never })
        const sets = [
          order,
          fn.pipe(order, slice(0, 3)),
          fn.pipe(order, slice(2, 9)),
          fn.pipe(
            order,
            filter((o) => o.city.eq('Rome')),
          ),
          fn.pipe(
            order,
            orderBy((o) => [o.total.desc()]),
            slice(1, 5),
          ),
        ]
        for (const each of sets) {
          const [here, there] = [await right(toArray(client)(each)), await right(toArray(expected)(each))]
          const byId = (a: { readonly id: number }, b: { readonly id: number }) => a.id - b.id
          // Neither ordered nor sliced, it is a bag.
          expect(each === order ? [...here].sort(byId) : here).to.deep.equal(there)
          expect(await right(count(client)(each))).to.equal(await right(count(expected)(each)))
        }
      })

  it('are reported, each with key, place, path and reason', async () => {
    const bad: Array<BadRow> = []
    const client = clientOf(serving(spoilt(9)), { onBadRow: 'skip', report: (row) => bad.push(row) })
    await right(toArray(client)(order))
    expect(bad).to.deep.equal([
      {
        model: 'order',
        key: 4,
        place: "row 3 of page 1 of 'order'",
        path: 'total',
        reason: "expected int, got text '12a'",
      },
      {
        model: 'order',
        key: 8,
        place: "row 2 of page 2 of 'order'",
        path: 'city',
        reason: 'expected text, got null',
      },
      {
        model: 'order',
        key: 9,
        place: "row 3 of page 2 of 'order'",
        path: 'total',
        reason: "expected int, got text '12a'",
      },
    ])
  })

  it('may be no rows at all, or decimals that were rounded', async () => {
    const bad: Array<BadRow> = []
    const data = [5, null, 'x', { id: 2 }, { ...rowOf(3), price: 0.12345678901234568 }, rowOf(4)] as never
    const client = clientOf(serving(data), { onBadRow: 'skip', report: (row) => bad.push(row) })
    expect(ids(await right(toArray(client)(order)))).to.deep.equal([4])
    expect(bad.map(({ key }) => key)).to.deep.equal([null, null, null, 2, 3])
  })

  it('are told of by plans and explanations', () => {
    const explained = explain(clientOf(serving([]), { onBadRow: 'skip' }))(order)
    expect(E.isRight(explained) && explained.right.text).to.contain(
      "leaving out rows that don't fit, counts too",
    )
    expect(E.isRight(explained) && explained.right.plan.walk.leavesOut).to.equal(true)
    const strict = explain(clientOf(serving([])))(order)
    expect(E.isRight(strict) && strict.right.text).not.to.contain('leaving out')
  })

  it('at a URL of their own are left out, too', async () => {
    const client = clientOf(serving(spoilt(9)), {
      style: { ...cursors, one: (body) => body },
      onBadRow: 'skip',
    })
    expect(
      ids(
        await right(
          fn.pipe(
            order,
            filter((o) => o.id.in([3, 4, 5])),
            toArray(client),
          ),
        ),
      ),
    ).to.deep.equal([3, 5])
  })
})

describe('what is known of a service', () => {
  it('is counted with by plans and budgets', async () => {
    const service = serving(rows(23))
    const client = clientOf(service, { rows: { order: 23 }, milliseconds: 200 })
    const planned = plan(client)(order)
    expect(E.isRight(planned) && planned.right).to.deep.include({ requests: 5, milliseconds: 1000 })
    expect(await right(toArray(within({ requests: 5, milliseconds: 1000 })(client))(order))).to.have.length(
      23,
    )
    expect(await left(toArray(within({ milliseconds: 999 })(client))(order))).to.include({
      _tag: 'OverBudget',
      what: 'milliseconds',
    })
    expect(await left(toArray(within({ requests: 5 })(clientOf(service)))(order))).to.include({
      _tag: 'OverBudget',
    })
  })

  it('may be the order in which rows come, by the name of the field', async () => {
    const first = fn.pipe(
      order,
      orderBy((o) => [o.id.asc()]),
      slice(0, 3),
    )
    const service = serving(rows(40))
    expect(
      ids(await right(toArray(clientOf(service, { models: { order: { order: 'id' } } }))(first))),
    ).to.deep.equal([1, 2, 3])
    expect(service.asked).to.deep.equal(['GET /order?limit=3'])
    const unsaid = serving(rows(40))
    await right(toArray(clientOf(unsaid))(first))
    expect(unsaid.asked).to.have.length(8)
  })

  it('may be that the greatest comes first, and is looked at', async () => {
    const last = fn.pipe(
      order,
      orderBy((o) => [o.id.desc()]),
      slice(0, 2),
    )
    const falling = serving([...rows(40)].reverse())
    const client = clientOf(falling, { models: { order: { order: '-id' } } })
    expect(ids(await right(toArray(client)(last)))).to.deep.equal([40, 39])
    expect(falling.asked).to.have.length(1)
    const lying = clientOf(serving(rows(40)), { models: { order: { order: '-id' } } })
    expect((await left(toArray(lying)(last))).message).to.contain('in another order')
  })

  it('is refused where the field may have ties', async () => {
    const client = clientOf(serving(rows(4)), { models: { order: { order: 'city' } } })
    expect(await left(toArray(client)(order))).to.deep.include({
      _tag: 'InvalidField',
      model: 'order',
      path: 'city',
      names: ['id'],
    })
  })
})
