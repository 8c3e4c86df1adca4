/** What isn't a client is told, by every terminal and through every middleware: nothing throws or rejects. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import * as all from '../../src/index.js'
import { httpHandler } from '../../src/http.js'
import { memory } from '../../src/memory.js'

const { autoId, belongsTo, field, schema, manyToMany } = all
const models = schema({
  artist: { id: autoId, name: field.text({ unique: true }) },
  album: {
    id: autoId,
    n: field.int(),
    at: field.date(),
    artist: belongsTo('artist', { relatedName: 'albums' }),
    tags: manyToMany('artist'),
  },
})
const client = memory(models, { artist: [{ id: 1, name: 'a' }] })

interface Ran {
  readonly [name: string]: (client: unknown, queryset: unknown) => unknown
}
/** What the package exports, without its types. */
type Untyped = (...args: ReadonlyArray<unknown>) => (...args: ReadonlyArray<unknown>) => unknown
const t = new Map<string, unknown>(Object.entries(all))
const of = (name: string) => t.get(name) as Untyped
const once = (name: string) => of(name) as (...args: ReadonlyArray<unknown>) => unknown
const names = { uniqueFields: ['name'], updateFields: ['name'] }

/** Every terminal. */
const terminals: Ran = {
  toArray: (c, q) => of('toArray')(c)(q),
  list: (c, q) => of('list')(c)(q),
  first: (c, q) => of('first')(c)(q),
  last: (c, q) => of('last')(c)(q),
  get: (c, q) => of('get')(c)(q),
  count: (c, q) => of('count')(c)(q),
  exists: (c, q) => of('exists')(c)(q),
  contains: (c, q) => of('contains')(c, 1)(q),
  inBulk: (c, q) => of('inBulk')(c, [1])(q),
  latest: (c, q) => of('latest')(c, (a: { id: unknown }) => a.id)(q),
  earliest: (c, q) => of('earliest')(c, (a: { id: unknown }) => a.id)(q),
  aggregate: (c, q) => of('aggregate')(c, (g: { count: () => unknown }) => ({ n: g.count() }))(q),
  plan: (c, q) => of('plan')(c)(q),
  explain: (c, q) => of('explain')(c)(q),
  create: (c, q) => of('create')(c, { name: 'x' })(q),
  createBulk: (c, q) => of('createBulk')(c, [{ name: 'x' }])(q),
  'createBulk, ignoring': (c, q) => of('createBulk')(c, [{ name: 'x' }], { ignoreConflicts: true })(q),
  'createBulk, updating': (c, q) => of('createBulk')(c, [{ name: 'x' }], { updateConflicts: names })(q),
  getOrCreate: (c, q) => of('getOrCreate')(c, { name: 'x' })(q),
  updateOrCreate: (c, q) => of('updateOrCreate')(c, { name: 'x' })(q),
  update: (c, q) => of('update')(c, () => ({ name: 'x' }))(q),
  updateBulk: (c, q) => of('updateBulk')(c, [[1, { name: 'x' }]])(q),
  edit: (c, q) => of('edit')(c, () => undefined)(q),
  deleteRows: (c, q) => of('deleteRows')(c)(q),
  collect: (c, q) => of('collect')(c)(q),
  addRelated: (c, q) => of('addRelated')(c, (a: { tags: unknown }) => a.tags, [1])(q),
  removeRelated: (c, q) => of('removeRelated')(c, (a: { tags: unknown }) => a.tags, [1])(q),
  setRelated: (c, q) => of('setRelated')(c, (a: { tags: unknown }) => a.tags, [1])(q),
  clearRelated: (c, q) => of('clearRelated')(c, (a: { tags: unknown }) => a.tags)(q),
  createRelated: (c, q) => of('createRelated')(c, (a: { albums: unknown }) => a.albums, { name: 'x' })(q),
  transaction: (c) => once('transaction')(c, (inside: unknown) => of('toArray')(inside)(models.artist)),
  dumpData: (c) => async () => {
    for await (const record of once('dumpData')(c) as AsyncIterable<E.Either<unknown, unknown>>)
      if (E.isLeft(record)) return record
    return E.right(null)
  },
  loadData: (c) => once('loadData')(c, [{ model: 'artist', pk: 1, fields: { name: 'x' } }]),
  stream: (c, q) => async () => {
    for await (const row of of('stream')(c)(q) as AsyncIterable<E.Either<unknown, unknown>>)
      if (E.isLeft(row)) return row
    return E.right(null)
  },
  'run of a plan': (c) => {
    const planned = of('plan')(client)(models.artist) as E.Either<unknown, unknown>
    return E.isLeft(planned) ? planned : of('run')(c)(planned.right)
  },
}

const span = { setAttribute: () => span, setStatus: () => span, end: () => undefined }
/** Every middleware. */
const middlewares: { readonly [name: string]: (client: unknown) => unknown } = {
  none: (c) => c,
  validate: (c) => once('validate')(c),
  retry: (c) => (all.retry({ times: 1 }) as (client: unknown) => unknown)(c),
  timeout: (c) => (all.timeout(1000) as (client: unknown) => unknown)(c),
  cache: (c) => (all.cache({ rows: 10 }) as (client: unknown) => unknown)(c),
  concurrency: (c) => (all.concurrency(2) as (client: unknown) => unknown)(c),
  rateLimit: (c) => (all.rateLimit({ calls: 10, per: 1 }) as (client: unknown) => unknown)(c),
  log: (c) => (all.log(() => undefined) as (client: unknown) => unknown)(c),
  trace: (c) => (all.trace({ startSpan: () => span }) as (client: unknown) => unknown)(c),
  readOnly: (c) => once('readOnly')(c),
  within: (c) => (all.within({ rows: 10 }) as (client: unknown) => unknown)(c),
  scope: (c) => (all.scope(models, {}) as (client: unknown) => unknown)(c),
  derive: (c) => once('derive')(c),
  deriveWrites: (c) => once('deriveWrites')(c),
  route: (c) => once('route')(models, { artist: c, album: c }),
  'route by a function': (c) => once('route')(models, () => c, { clients: [c] }),
}

const outcome = async (made: unknown): Promise<E.Either<all.QueryError, unknown>> =>
  (typeof made === 'function' ? await (made as () => Promise<unknown>)() : made) as E.Either<
    all.QueryError,
    unknown
  >

const not: { readonly [name: string]: unknown } = {
  undefined: undefined,
  null: null,
  'a number': 5,
  'a text': 'client',
  'a list': [],
  'an empty object': {},
  'a promise of one': Promise.resolve(client),
  'a function that gives one': () => client,
  models: models,
}

describe('what is not a client', () => {
  Object.entries(terminals).forEach(([name, run]) => {
    it(`is a Left of ${name}`, async () => {
      for (const [what, value] of Object.entries(not)) {
        const answer = await outcome(run(value, models.artist))
        expect(E.isLeft(answer), `${name} of ${what}`).to.equal(true)
      }
    })
  })

  Object.entries(middlewares).forEach(([name, wrap]) => {
    it(`is one around it: ${name}`, async () => {
      for (const [what, value] of Object.entries(not))
        for (const terminal of ['toArray', 'create', 'deleteRows', 'count', 'explain', 'transaction']) {
          const answer = await outcome(terminals[terminal]!(wrap(value), models.artist))
          // A route plans without asking its parts.
          if (terminal !== 'explain' || !name.startsWith('route'))
            expect(E.isLeft(answer), `${terminal} of ${name} of ${what}`).to.equal(true)
        }
    })
  })

  it('is told by a handler', async () => {
    for (const value of Object.values(not)) {
      if (typeof value === 'function') continue
      const request = new Request('http://localhost/', {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json' },
      })
      expect((await httpHandler(value as never)(request)).status).to.be.greaterThan(399)
    }
  })
})

describe('what is not a queryset', () => {
  Object.entries(terminals).forEach(([name, run]) => {
    it(`is a Left of ${name}`, async () => {
      if (['transaction', 'dumpData', 'loadData', 'run of a plan'].includes(name)) return
      for (const value of [undefined, null, 5, {}, [], models]) {
        const answer = await outcome(run(client, value))
        expect(E.isLeft(answer), `${name} of ${typeof value}`).to.equal(true)
      }
    })
  })
})
