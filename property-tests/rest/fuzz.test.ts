/**
 * Requests that are like recorded ones, but for what was done to them: none is answered with a 5xx, none makes the handler
 * reject, and what is refused tells nothing of the inside.
 *
 * Caught, planted: a caller's pattern that isn't tried before it is asked; a multipart body whose reading may throw.
 */
import { expect } from 'chai'
import fc from 'fast-check'
import { parameters, titled } from '../support/runs.js'
import { areThere, recordedApi, recordedRequests, requestOf, type Asked } from './recorded.js'

const share = 10

const odd: ReadonlyArray<unknown> = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  1e21,
  9007199254740993,
  '',
  ' ',
  '\0',
  '\ud800',
  'NaN',
  'Infinity',
  '1e400',
  '-0',
  '9'.repeat(400),
  'x'.repeat(5000),
  [],
  {},
  [[[[]]]],
  { toString: 1, constructor: 2 },
  [null],
  ['__proto__'],
  '../../etc/passwd',
  '%',
  '%00',
  '%ff',
  '2020-02-30',
  '0000-00-00',
  '99999-01-01T00:00:00Z',
  'http://testserver/api/artists/1/',
  'javascript:alert(1)',
]

const anything = fc.oneof(
  fc.constantFrom(...odd),
  fc.jsonValue({ maxDepth: 4 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
)

type Mutate = (asked: Asked) => Asked

const paramNames = [
  'page',
  'page_size',
  'limit',
  'offset',
  'cursor',
  'ordering',
  'search',
  'format',
  'name__in',
  'id__range',
  'tracks',
  'name__regex',
  'release_date__year',
  'artist',
]

const encoded = (u: unknown): string => {
  const text = typeof u === 'string' ? u : JSON.stringify(u)
  try {
    return encodeURIComponent(text)
  } catch {
    return '%ED%A0%80'
  }
}

const withParam = (path: string, name: string, value: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}${name}=${value}`

const parsed = (body: string | null): unknown => {
  // What is nested deeper can't be written again.
  if ((body ?? '').length > 5000) return null
  try {
    return JSON.parse(body ?? '{}') as unknown
  } catch {
    return null
  }
}

const withField = (body: string | null, name: string, value: unknown): string => {
  const json = parsed(body)
  return JSON.stringify(
    typeof json === 'object' && json !== null && !Array.isArray(json)
      ? Object.fromEntries([...Object.entries(json), [name, value]])
      : { [name]: value },
  )
}

const fields = [
  'id',
  'name',
  'type',
  'genre',
  'artist',
  'album',
  'release_date',
  'rating',
  'tracks',
  'label',
  'catalog_no',
  'title',
  'price',
  'score',
  'length',
  'broadcast',
  'released_at',
  'explicit',
  'meta',
  'ip',
  'format',
  'uid',
  'slug',
  'website',
  'email',
  'founded',
  'active',
  'country',
  'notes',
  'code',
  'parent',
  'born',
  'checked',
  'bio',
  'artist_name',
  'secret',
  'username',
  'password',
  '__proto__',
  'constructor',
]

const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`

const mutations: fc.Arbitrary<Mutate> = fc.oneof(
  fc.tuple(fc.constantFrom(...fields), anything).map(([name, value]): Mutate => (asked) => ({
    ...asked,
    body: withField(asked.body, name, value),
    headers: { ...asked.headers, 'content-type': 'application/json' },
  })),
  fc.tuple(fc.constantFrom(...paramNames), anything).map(([name, value]): Mutate => (asked) => ({
    ...asked,
    path: withParam(asked.path, name, encoded(value)),
  })),
  fc
    .constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND')
    .map((method): Mutate => (asked) => ({ ...asked, method })),
  fc
    .constantFrom(
      'application/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'multipart/form-data',
      'text/plain',
      'application/json; charset=utf-16',
      '',
    )
    .map((type): Mutate => (asked) => ({ ...asked, headers: { ...asked.headers, 'content-type': type } })),
  fc
    .constantFrom('*/*', 'text/html', 'application/problem+json', 'text/csv', '', ';;;', 'a/b;q=x')
    .map((accept): Mutate => (asked) => ({ ...asked, headers: { ...asked.headers, accept } })),
  fc.tuple(fc.nat(), fc.string({ unit: 'binary', maxLength: 3 })).map(([at, text]): Mutate => (asked) => {
    const body = asked.body ?? ''
    const place = body.length === 0 ? 0 : at % body.length
    return { ...asked, body: body.slice(0, place) + text + body.slice(place + 1) }
  }),
  fc.tuple(fc.nat(), anything).map(([at, value]): Mutate => (asked) => {
    const parts = asked.path.split('/')
    const place = at % Math.max(1, parts.length)
    return {
      ...asked,
      path: parts.map((part, i) => (i === place && i > 0 ? encoded(value) : part)).join('/'),
    }
  }),
  fc.constantFrom(5, 30, 1000, 20_000).map((depth): Mutate => (asked) => ({
    ...asked,
    body: `{"meta": ${deep(depth)}}`,
    headers: { ...asked.headers, 'content-type': 'application/json' },
  })),
  fc
    .constantFrom(
      'Basic',
      'Basic !!',
      'Token',
      'Token \u00e9',
      'Basic OjpA',
      'Bearer x',
      `Token ${'x'.repeat(3000)}`,
    )
    .map((authorization): Mutate => (asked) => ({ ...asked, headers: { ...asked.headers, authorization } })),
)

describe('rest, fuzzed', () => {
  ;(areThere ? it : it.skip)(
    titled('answers no request with a 5xx, and never rejects', share),
    async function () {
      this.timeout(600_000)
      const requests = recordedRequests()
      const state = { api: recordedApi(), asked: 0 }
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...requests),
          fc.array(mutations, { minLength: 1, maxLength: 3 }),
          async (asked, changes) => {
            const request = requestOf(changes.reduce((at, change) => change(at), asked))
            if (request === null) return
            // What is deleted is missing for the rest of the run.
            if (state.asked++ % 200 === 0) state.api = recordedApi()
            const response = await state.api(request)
            const text = await response.text()
            expect(response.status, text.slice(0, 300)).to.be.lessThan(500)
            expect(text).not.to.match(/\bat .*\.(?:ts|js):\d+/u)
          },
        ),
        parameters(share),
      )
    },
  )
})
