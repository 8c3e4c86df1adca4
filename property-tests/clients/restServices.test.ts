/**
 * Services with cursors, offsets or numbered pages, which refuse requests now and then and hold rows that don't fit: the
 * client answers as the meaning says over the rows that fit, reports each of the others, and asks for no page again that
 * has come.
 */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import fc from 'fast-check'
import {
  autoId,
  count,
  field,
  filter,
  orderBy,
  retry,
  schema,
  slice,
  toArray,
  type Client,
} from '../../src/index.js'
import {
  djangoRestFramework,
  jsonServer,
  nextToken,
  restClient,
  type BadRow,
  type Params,
  type RestPages,
  type RestStyle,
} from '../../src/http.js'
import { memory } from '../../src/memory.js'
import { expectRows } from '../support/compare.js'
import { expectCaught } from '../support/planted.js'
import { parameters, titled } from '../support/runs.js'

const models = schema({ track: { id: autoId, kind: field.text(), size: field.int() } })
const { track } = models

const kinds = ['a', 'b', 'c'] as const

const equality: RestStyle['filters'] = {
  exact: [
    {
      kinds: ['text'],
      fidelity: 'exact',
      spell: (name, [value]) => [[name, typeof value === 'string' ? value : '']],
    },
  ], // of texts only
}

/** The ways of paging, each with where a page begins, by the parameters of its request. */
const pagings: Readonly<
  Record<
    string,
    { readonly style: (size: number) => RestStyle; readonly start: (asked: URLSearchParams) => number }
  >
> = {
  cursor: {
    style: (size) => ({
      ...jsonServer(),
      pages: { by: 'next', size, full: true, params: (limit) => [['limit', String(limit)]] },
      next: nextToken('cursor', ({ body }) => (body as { readonly cursor: unknown }).cursor),
      rows: (body) => (body as { readonly data: unknown }).data,
      total: null,
    }),
    start: (asked) => Number((asked.get('cursor') ?? 'at-0').slice(3)),
  },
  offset: {
    style: (size) => ({
      ...djangoRestFramework({ pages: 'offset', size }),
      next: null,
      rows: (body) => (body as { readonly data: unknown }).data,
      total: ({ body }) => (body as { readonly count: number }).count,
      collection: (path) => path,
    }),
    start: (asked) => Number(asked.get('offset')),
  },
  page: {
    style: (size) => ({
      ...djangoRestFramework({ size }),
      pages: {
        by: 'page',
        size,
        params: (page, limit) => [
          ['page', String(page)],
          ['limit', String(limit)],
        ],
      },
      next: null,
      rows: (body) => (body as { readonly data: unknown }).data,
      total: ({ body }) => (body as { readonly count: number }).count,
      collection: (path) => path,
    }),
    start: (asked) => Number(asked.get('page')) * Number(asked.get('limit')),
  },
}

/** Pages that are always asked for by the same parameters. */
const withParams = (pages: RestPages, params: Params): RestPages => ({ ...pages, params: () => params })

interface Case {
  readonly paging: string
  readonly size: number
  readonly rows: ReadonlyArray<{ readonly kind: number; readonly size: number; readonly bad: boolean }>
  readonly refused: ReadonlyArray<number>
  readonly kind: number | null
  readonly descending: boolean | null
  readonly from: number
  readonly limit: number | null
}

const cases: fc.Arbitrary<Case> = fc.record({
  paging: fc.constantFrom(...Object.keys(pagings)),
  size: fc.integer({ min: 1, max: 5 }),
  rows: fc.array(
    fc.record({ kind: fc.nat(2), size: fc.nat(4), bad: fc.boolean() }, { noNullPrototype: true }),
    { maxLength: 17 },
  ),
  refused: fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 6 }),
  kind: fc.option(fc.nat(2)),
  descending: fc.option(fc.boolean()),
  from: fc.nat(3),
  limit: fc.option(fc.nat(6)),
})

/** What may be wrong with the client, or with how it is described. */
interface Fault {
  readonly style?: (style: RestStyle) => RestStyle
  /** Tries whole lists again, in the place of single requests. */
  readonly whole?: boolean
}

const property = ({ style: change = fn.identity, whole = false }: Fault = {}) =>
  fc.asyncProperty(cases, async ({ paging, size, rows, refused, kind, descending, from, limit }) => {
    const stored = rows.map((row, i) => ({
      id: i + 1,
      kind: kinds[row.kind] ?? 'a',
      size: row.bad ? `${String(row.size)}?` : row.size,
    }))
    const pages = pagings[paging]
    if (pages === undefined) throw new Error(paging)
    const came: Array<string> = []
    let requests = 0
    const fetch = (request: Request): Promise<Response> => {
      requests += 1
      if (refused.includes(requests)) return Promise.resolve(new Response(null, { status: 429 }))
      const { search, searchParams } = new URL(request.url)
      came.push(search)
      const asked = searchParams.get('kind')
      const found = stored.filter((row) => asked === null || row.kind === asked)
      const start = pages.start(searchParams)
      const end = start + Number(searchParams.get('limit'))
      const data = found.slice(start, end)
      const cursor = end < found.length ? `at-${String(end)}` : null
      return Promise.resolve(Response.json({ data, cursor, count: found.length }))
    }
    const bad: Array<BadRow> = []
    const own = { ...pages.style(size), filters: equality, order: () => null }
    const again = { times: 20, sleep: () => Promise.resolve() }
    const made = restClient(models, {
      url: 'http://localhost/api',
      style: change(own),
      fetch,
      onBadRow: 'skip',
      report: (row) => bad.push(row),
      ...(whole ? {} : { retry: again }),
    })
    const client: Client = whole ? retry(again)(made) : made
    const good = stored.filter(({ size: each }) => typeof each === 'number')
    const expected = memory(models, { track: good as never })
    const filtered =
      kind === null
        ? track
        : fn.pipe(
            track,
            filter((t) => t.kind.eq(kinds[kind] ?? 'a')),
          )
    const ordered =
      descending === null
        ? filtered
        : fn.pipe(
            filtered,
            orderBy((t) => [descending ? t.size.desc() : t.size.asc()]),
          )
    const queryset = limit === null ? ordered : slice(from, from + limit)(ordered)
    const [here, there] = [await toArray(client)(queryset)(), await toArray(expected)(queryset)()]
    expect(here._tag, JSON.stringify(here)).to.equal('Right')
    if (E.isRight(here) && E.isRight(there))
      expectRows(here.right, there.right, queryset !== filtered, JSON.stringify(came))
    // What came isn't asked for again, whichever request is refused.
    expect([...new Set(came)], 'each page once').to.deep.equal(came)
    const told = bad.map(({ key }) => key)
    expect([...new Set(told)], 'each bad row once').to.deep.equal(told)
    const misfits = stored.filter(({ size: each }) => typeof each === 'string')
    expect(told.every((key) => misfits.some(({ id }) => id === key))).to.equal(true)
    // A list of all rows sees all of them.
    if (limit === null)
      expect(told).to.deep.equal(
        misfits.filter((row) => kind === null || row.kind === kinds[kind]).map(({ id }) => id),
      )
    const counts = [await count(client)(queryset)(), await count(expected)(queryset)()]
    expect(counts[0]).to.deep.equal(counts[1])
  })

describe('REST services that page, refuse and hold bad rows', function () {
  this.timeout(60_000)

  it(titled('are answered as if they had the rows that fit only'), () => fc.assert(property(), parameters()))

  const faults: Readonly<Record<string, Fault>> = {
    'whole lists that are tried again': { whole: true },
    'a next page that forgets the filters': {
      style: (style) =>
        style.pages.by === 'next'
          ? {
              ...style,
              next: (response, { url }) => {
                const { cursor } = response.body as { readonly cursor: string | null }
                return cursor === null ? null : `${url.split('?')[0] ?? ''}?limit=5&cursor=${cursor}`
              },
            }
          : style,
    },
    'a size of pages that is not the service’s': {
      style: (style) => ({ ...style, pages: withParams(style.pages, [['limit', '3']]) }),
    },
  }
  for (const [name, fault] of Object.entries(faults))
    it(`which finds ${name}`, () => expectCaught(property(fault), 1))
})
