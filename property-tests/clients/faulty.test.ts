/**
 * Services that fail, lie and change: an answer is what the queryset means, or a `Left`.
 *
 * No client can notice the following, so that it is left out here, by these names:
 * - *credible*: an answer that could be true. It has rows of the model, each once, that meet the filters, in the order
 *   and after the row that were asked for, as many as its own total and next page say. Such are a total that ends with a
 *   full page, a row that is left out together with one in the total or where no total is told, and the answer to
 *   another question that could have been the answer to this one.
 * - *between pages*: rows that come or go between two pages. Each page is of a state that was, and all together of none;
 *   by offset, one that goes for each that comes hides another.
 * - *stored otherwise*: the answer to an earlier write of another row, since a service may store rows otherwise than they
 *   were given.
 */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import fc from 'fast-check'
import {
  autoId,
  belongsTo,
  cache,
  count,
  create,
  deleteRows,
  derive,
  field,
  filter,
  fold,
  orderBy,
  print,
  retry,
  schema,
  slice,
  timeout,
  toArray,
  values,
  type Client,
  type Page,
  type QueryError,
  type Queryset,
  type Row,
} from '../../src/index.js'
import {
  djangoRestFramework,
  httpClient,
  httpHandler,
  restClient,
  type RestClient,
  type RestService,
} from '../../src/http.js'
import { memory } from '../../src/memory.js'
import { chance, pick, tapeOf, times, weighted, type Tape } from '../../src/laws/make/Tape.js'
import { isOrdered } from '../../src/query/Query.js'
import { plan } from '../../src/plan/planRead.js'
import { updateRows } from '../../src/run/write/update.js'
import { asBag, asText } from '../support/compare.js'
import {
  carrier,
  faultyService,
  lies as everyLie,
  turns,
  type Accident,
  type Service,
  type Weather,
} from '../support/faultyService.js'
import { naturals } from '../support/naturals.js'
import { expectCaught } from '../support/planted.js'
import { dialects, type Dialect, type State } from '../support/restStubs.js'
import { parameters, tally, titled, type Tally } from '../support/runs.js'
import { noTime } from '../support/stacked.js'

const { pipe } = fn

const models = schema({
  genre: { id: autoId, name: field.text() },
  track: {
    id: autoId,
    name: field.text(),
    size: field.nullable(field.int()),
    live: field.boolean(),
    genre: field.nullable(belongsTo('genre', { relatedName: 'tracks' })),
  },
})

const url = 'http://localhost/'

const stateFrom = (tape: Tape): State => ({
  genre: times(3, (i) => ({ id: i + 1, name: pick(tape, ['Rock', 'Jazz']) })),
  track: times(tape.next(9), (i) => ({
    id: i + 1,
    name: pick(tape, ['a', 'ab', 'b', 'A', 'c']),
    size: pick(tape, [1, 2, 3, null]),
    live: chance(tape, 50),
    genre: pick(tape, [1, 2, 3, null]),
  })),
})

/** What is asked, over one model's rows, or over several. */
const plainFrom = (tape: Tape) => {
  const { track } = models
  const n = 1 + tape.next(3)
  const text = pick(tape, ['a', 'b', 'A'])
  const filtered = pick(tape, [
    track,
    track,
    pipe(
      track,
      filter((t) => t.size.gte(n)),
    ),
    pipe(
      track,
      filter((t) => t.name.eq(text)),
    ),
    pipe(
      track,
      filter((t) => t.id.in([n, n + 2, n + 5])),
    ),
    pipe(
      track,
      filter((t) => t.name.contains(text)),
    ),
    pipe(
      track,
      filter((t) => t.genre.eq(n)),
    ),
    pipe(
      track,
      filter((t) => t.live.eq(true)),
      filter((t) => t.size.lt(n)),
    ),
  ])
  return pick(tape, [
    filtered,
    filtered,
    pipe(
      filtered,
      orderBy((t) => [t.id.desc()]),
    ),
    pipe(
      filtered,
      orderBy((t) => [t.size.asc()]),
    ),
  ])
}

const relatedFrom = (tape: Tape) => {
  const { track } = models
  return pick(tape, [
    pipe(
      track,
      filter((t) => t.genre.name.eq('Rock')),
      values((t) => ({ id: t.id })),
    ),
    pipe(
      track,
      values((t) => ({ id: t.id, genre: t.genre.name })),
    ),
    pipe(
      models.genre,
      filter((g) => g.tracks.some((t) => t.live.eq(true))),
      values((g) => ({ id: g.id })),
    ),
  ])
}

type Make = (service: RestService) => RestClient

const bare: Make = (service) => restClient(models, service)

const again = <C extends Client>(client: C): C => retry({ times: 2, ...noTime })(client)
// Made anew for each client: a cache is a cache of one.
const remembered = <C extends Client>(client: C): C => cache({ rows: 60_000 })(client)

/** What may stand around a client, none of which may make an answer wrong. */
const wraps: ReadonlyArray<<C extends Client>(client: C) => C> = [
  (client) => client,
  again,
  remembered,
  (client) => remembered(again(timeout(1000)(client))),
]

interface Scene {
  readonly tape: Tape
  readonly dialect: Dialect
  readonly state: State
  readonly service: Service
  readonly client: RestClient
}

const sceneFrom = (
  drawn: ReadonlyArray<number>,
  make: Make,
  weather: (tape: Tape) => Weather,
  signal?: AbortSignal,
): Scene => {
  const tape = tapeOf(drawn)
  const dialect = pick(tape, dialects)
  const state = stateFrom(tape)
  const style = dialect.style(1 + tape.next(4))
  const wrap = pick(tape, wraps as readonly [(typeof wraps)[number]])
  const service = faultyService(dialect, state, tape, weather(tape), () => signal?.aborted === true)
  const client = wrap(make({ url, style, fetch: service.fetch, ...(signal === undefined ? {} : { signal }) }))
  return { tape, dialect, state, service, client }
}

const task = async <A>(program: TE.TaskEither<QueryError, A>): Promise<A> => {
  const told = await program()
  if (E.isLeft(told)) throw new Error(JSON.stringify(told.left))
  return told.right
}

/** Each run draws that many numbers. */
const numbers = naturals(250)

const accidental: Weather = {
  accidents: ['late', 'refused', 'lost', 'failed', 'busy', 'often', 'page', 'cut', 'broken'],
  share: 15,
}

/** Whatever befalls the requests on their way, and what they answer is so. */
const onTheWay = (make: Make, weather: Weather, seen: Tally) =>
  fc.asyncProperty(numbers, async (drawn) => {
    const { tape, state, service, client, dialect } = sceneFrom(drawn, make, () => weather)
    const queryset = chance(tape, 20) ? relatedFrom(tape) : plainFrom(tape)
    // What several querysets have in common: their rows are compared as JSON.
    const whole = queryset as unknown as typeof models.track
    const sliced = chance(tape, 30) ? slice(tape.next(4), 4 + tape.next(4))(whole) : whole
    const own = memory(models, state)
    const query = fold(sliced)
    const ordered = E.isRight(query) && isOrdered(query.right)
    for (const _ of [1, 2]) {
      const rows = await toArray(client)(sliced)()
      const total = await count(client)(sliced)()
      const why = `${dialect.name}: ${print(sliced)} ${JSON.stringify(service.seen)}`
      const expected = await task(toArray(own)(sliced))
      seen.saw(rows._tag, total._tag)
      if (E.isRight(rows))
        expect((ordered ? asText : asBag)(rows.right), why).to.deep.equal(
          (ordered ? asText : asBag)(expected),
        )
      if (E.isRight(total)) expect(total.right, why).to.equal(expected.length)
      if (E.isLeft(rows)) expect(rows.left._tag, why).to.equal('ClientFailed')
      expect(service.open(), why).to.equal(0)
      // Pages whose number is known are asked for four at a time.
      expect(service.most(), why).to.be.at.most(4)
    }
  })

/** Those that trying again doesn't help against, too; and hardly any others. */
const hostile: Weather = { accidents: [...(accidental.accidents ?? []), 'unknown', 'forbidden'], share: 25 }
const expiring: Weather = { accidents: ['lost', 'lost', 'unknown', 'forbidden'], share: 40 }

const anything: Weather = { accidents: [...(accidental.accidents ?? []), 'again'], share: 15 }

const lying: Weather = { lies: everyLie, share: 12 }

/** Whatever a service says that isn't so, it isn't believed, unless it could be. */
const notBelieved = (make: Make, weather: Weather, seen: Tally) =>
  fc.asyncProperty(numbers, async (drawn) => {
    const { tape, state, service, client, dialect } = sceneFrom(drawn, make, () => weather)
    const queryset = plainFrom(tape)
    const query = fold(queryset)
    const ordered = E.isRight(query) && isOrdered(query.right)
    const expected = await task(toArray(memory(models, state))(queryset))
    for (const terminal of [toArray, count]) {
      const told: E.Either<QueryError, unknown> = await terminal(client)(queryset)()
      // Of all requests: what was believed may be remembered.
      const lies = service.seen.filter(({ lie, accident }) => lie !== null || accident === 'again')
      const believable = lies.some(({ credible }) => credible === true)
      const why = `${dialect.name}: ${print(queryset)} ${JSON.stringify(service.seen)} ${JSON.stringify(told)}`
      const text = (u: unknown): unknown => (Array.isArray(u) ? (ordered ? asText : asBag)(u) : u)
      const is =
        E.isRight(told) &&
        JSON.stringify(text(told.right)) ===
          JSON.stringify(text(terminal === count ? expected.length : expected))
      seen.saw(
        lies.length === 0 ? 'honest' : believable ? 'credible' : 'incredible',
        ...lies.map(({ lie, accident }) => lie ?? accident ?? ''),
      )
      if (lies.length > 0 && !believable) seen.and(`incredible ${told._tag}`)
      if (lies.length === 0) expect(is, why).to.equal(true)
      else if (!believable && E.isRight(told)) expect(is, why).to.equal(true)
    }
    expect(service.open()).to.equal(0)
  })

/** Rows of the model that come, go and change before a request, in so many of a hundred. */
const restless = (tape: Tape, states: Array<State>): Weather => ({
  share: 0,
  before: (state) => {
    const [last] = states.slice(-1)
    const rows = state['track'] ?? []
    const at = tape.next(Math.max(1, rows.length))
    const next =
      Math.max(0, ...states.flatMap((each) => (each['track'] ?? []).map(({ id }) => Number(id)))) + 1
    const changed = weighted<ReadonlyArray<Row>>(tape, [
      [4, rows],
      [2, rows.filter((_, i) => i !== at)],
      [2, [...rows, { id: next, name: 'a', size: 1 + tape.next(3), live: true, genre: 1 }]],
      [1, rows.map((row, i) => (i === at ? { ...row, live: row['live'] !== true } : row))],
    ])
    const after = changed === rows ? state : { ...state, track: changed }
    if (after !== last) states.push(after)
    return after
  },
})

/** While rows come and go, an answer of one request is of a state that was; one of several has what stayed, once. */
const whileChanging = (make: Make, seen: Tally) =>
  fc.asyncProperty(numbers, async (drawn) => {
    const states: Array<State> = []
    const { tape, state, service, client, dialect } = sceneFrom(drawn, make, (own) => restless(own, states))
    states.push(state)
    const queryset = plainFrom(tape)
    const told = await toArray(client)(queryset)()
    const meant: Array<ReadonlyArray<string>> = []
    for (const each of states) meant.push(asText(await task(toArray(memory(models, each))(queryset))))
    const planned = plan(client)(queryset)
    const way = E.isRight(planned) ? planned.right.walk.by : 'once'
    const asked = service.seen.length
    seen.saw(asked > 1 ? way : 'one', told._tag)
    if (states.length > 1 && asked > 1) seen.and(`${way} restless ${told._tag}`)
    if (E.isLeft(told)) {
      expect(told.left._tag, JSON.stringify(told)).to.equal('ClientFailed')
      expect(states.length, JSON.stringify(told)).to.be.greaterThan(1)
      return
    }
    const rows = asText(told.right)
    const why = `${dialect.name} ${way}: ${print(queryset)} ${JSON.stringify(states)} ${JSON.stringify(rows)}`
    const sorted = (all: ReadonlyArray<string>) => JSON.stringify([...all].sort())
    expect(new Set(told.right.map(({ id }) => id)).size, why).to.equal(rows.length)
    expect(
      rows.filter((row) => !meant.some((each) => each.includes(row))),
      why,
    ).to.deep.equal([])
    if (asked <= 1) expect(meant.map(sorted), why).to.include(sorted(rows))
    else if (way === 'key')
      expect(
        (meant[0] ?? []).filter((row) => meant.every((each) => each.includes(row)) && !rows.includes(row)),
        why,
      ).to.deep.equal([])
  })

/** What a write says of itself is so, and nothing is made twice, whether or not the end is told meanwhile. */
const written = (make: Make, weather: Weather, seen: Tally) =>
  fc.asyncProperty(numbers, async (drawn) => {
    const abort = new AbortController()
    const { tape, service, client, dialect } = sceneFrom(drawn, make, () => weather, abort.signal)
    // The end is told at some time, in some runs.
    const ending = chance(tape, 30)
      ? turns(tape.next(25)).then(() => {
          abort.abort()
        })
      : null
    for (const size of [11, 12]) {
      const before = service.state()
      const rows = before['track'] ?? []
      const n = 1 + tape.next(3)
      const some = filter((t: TrackRefs) => t.size.gte(n))(models.track)
      const after = async (own: ReturnType<typeof memory>): Promise<ReadonlyArray<string>> =>
        asText(await task(toArray(own)(models.track)))
      const now = () => asText(service.state()['track'] ?? [])
      const own = memory(models, before)
      const operation = pick(tape, ['create', 'update', 'delete'])
      const why = () =>
        `${dialect.name}: ${operation} ${String(n)} of ${JSON.stringify(rows)} gave ${JSON.stringify(service.state()['track'])} by ${JSON.stringify(service.seen)}`
      if (operation === 'create') {
        const row = { name: 'new', size: n, live: true, genre: null }
        const told = await create(client, row)(models.track)()
        seen.saw(`create ${told._tag}`)
        const made = (service.state()['track'] ?? []).slice(rows.length)
        expect(now().slice(0, rows.length), why()).to.deep.equal(asText(rows))
        if (E.isRight(told)) expect(asText(made), why()).to.deep.equal(asText([told.right]))
        else {
          expect(made.length, why()).to.be.at.most(isUnknown(told.left) ? 1 : 0)
          made.forEach(({ id: _id, ...rest }) => expect(rest, why()).to.deep.equal(row))
        }
        continue
      }
      const write = (to: Client & RestClient): TE.TaskEither<QueryError, unknown> =>
        operation === 'update' ? updateRows(to, some, () => ({ size })) : deleteRows(to)(some)
      const told = await write(client)()
      seen.saw(`${operation} ${told._tag}`)
      await task(write(own as unknown as RestClient))
      const done = await after(own)
      if (E.isRight(told)) {
        expect(now(), why()).to.deep.equal(done)
        continue
      }
      // Each row is as it was, or as it was to be; and the outcome says which, where it knows.
      const whole = asText(rows)
      expect(
        now().filter((row) => !whole.includes(row) && !done.includes(row)),
        why(),
      ).to.deep.equal([])
      expect(now().length, why()).to.be.at.most(rows.length)
      const items = told.left._tag === 'Incomplete' ? told.left.items : []
      items.forEach(({ _tag, key }) => {
        const at = whole[rows.findIndex(({ id }) => id === key)] ?? ''
        if (_tag === 'done') expect(now(), why()).not.to.include(at)
      })
      // What isn't told of each has left nothing; what failed has changed nothing, and only what is unknown may have.
      const many = (tag: 'done' | 'unknown') => items.filter(({ _tag }) => _tag === tag).length
      const changed = whole.filter((row) => !now().includes(row)).length
      expect(changed, why()).to.be.within(many('done'), many('done') + many('unknown'))
      seen.and(...items.map(({ _tag }) => _tag))
    }
    await ending
    expect(service.open()).to.equal(0)
    seen.and(...(abort.signal.aborted ? ['ended'] : []))
  })

/** Whether it says that it isn't known whether a write was done. */
const isUnknown = (error: QueryError): boolean =>
  error._tag === 'Incomplete' ? error.items.some(({ _tag }) => _tag === 'unknown') : error.retryable

type TrackQueryset = (typeof models)['track']
type TrackRefs = (typeof models)['track'] extends Queryset<infer R, infer _A, infer _M> ? R : never

/** After the end has been told nothing is asked, nothing runs on, and what is answered is so all the same. */
const ended = (make: Make, accidents: ReadonlyArray<Accident>, seen: Tally) =>
  fc.asyncProperty(numbers, async (drawn) => {
    const abort = new AbortController()
    const { tape, state, service, client, dialect } = sceneFrom(
      drawn,
      make,
      () => ({ accidents, share: 50 }),
      abort.signal,
    )
    const queryset = plainFrom(tape)
    const n = 1 + tape.next(25)
    const running = chance(tape, 30)
      ? updateRows(client, queryset, () => ({ size: 5 }))()
      : toArray(client)(queryset)()
    await turns(n)
    abort.abort()
    const began = service.seen.length
    const told: E.Either<QueryError, unknown> = await running
    await turns(5)
    const why = `${dialect.name}: ${print(queryset)} ${JSON.stringify(service.seen)} ${JSON.stringify(told)}`
    expect(
      service.seen.filter(({ late }) => late),
      why,
    ).to.deep.equal([])
    expect(service.open(), why).to.equal(0)
    expect(await toArray(client)(models.genre)(), why).to.have.property('_tag', 'Left')
    expect(
      service.seen.filter(({ late }) => late),
      why,
    ).to.deep.equal([])
    seen.saw(told._tag, began < service.seen.length ? 'under way' : 'between')
    if (E.isRight(told) && Array.isArray(told.right))
      expect(asBag(told.right), why).to.deep.equal(
        asBag(await task(toArray(memory(models, state))(queryset))),
      )
  })

/** The client of our own server, over what may befall requests on their way: each answer has a name. */
const elsewhere = (options: { readonly named: boolean }, weather: Weather, seen: Tally) =>
  fc.asyncProperty(numbers, async (drawn) => {
    const tape = tapeOf(drawn)
    const state = stateFrom(tape)
    const abort = new AbortController()
    const own = memory(models, state)
    const handler = httpHandler(own, { limits: { rows: 3 } })
    const carried = carrier(
      tape,
      weather,
      async (request) => ({
        response: await handler(
          options.named
            ? request
            : new Request(request, { body: (await request.text()).replace(/,"id":"[^"]*"\}$/u, '}') }),
        ),
        seen: { method: request.method, lie: null, credible: null, rows: 0 },
      }),
      () => abort.signal.aborted,
    )
    const far = httpClient(models, { url, fetch: carried.fetch, signal: abort.signal, maxPerRequest: 3 })
    const client = pick(tape, wraps as readonly [(typeof wraps)[number]])(far)
    const many = 1 + tape.next(5)
    for (let i = 0; i < many; i += 1) {
      const before = await task(toArray(own)(models.track))
      const why = `${JSON.stringify(before)} ${JSON.stringify(carried.seen)}`
      if (chance(tape, 20)) {
        const row = { name: `new ${String(i)}`, size: i, live: true, genre: null }
        const made = await create(client, row)(models.track)()
        const after = await task(toArray(own)(models.track))
        const fresh = after.slice(before.length)
        if (E.isRight(made)) expect(asText(fresh), why).to.deep.equal(asText([made.right]))
        else expect(fresh.length, why).to.be.at.most(isUnknown(made.left) ? 1 : 0)
        seen.saw(`create ${made._tag}`)
        continue
      }
      const queryset = chance(tape, 20)
        ? (relatedFrom(tape) as unknown as typeof models.track)
        : plainFrom(tape)
      const query = fold(queryset)
      const text = E.isRight(query) && isOrdered(query.right) ? asText : asBag
      const [rows, n] = [await toArray(client)(queryset)(), await count(client)(queryset)()]
      const expected = await task(toArray(own)(queryset))
      if (E.isRight(rows)) expect(text(rows.right), why).to.deep.equal(text(expected))
      if (E.isRight(n)) expect(n.right, why).to.equal(expected.length)
      seen.saw(rows._tag)
    }
    expect(carried.open()).to.equal(0)
    expect(carried.most()).to.be.at.most(1)
    const running = toArray(client)(models.track)()
    await turns(tape.next(9))
    abort.abort()
    await running
    await toArray(client)(models.genre)()
    await turns(4)
    expect(carried.seen.filter(({ late }) => late)).to.deep.equal([])
    expect(carried.open()).to.equal(0)
  })

/** Endless pages, each of which leads to another one; and what a client reads of them before it gives up. */
const endless = async (rowsOf: (n: number) => ReadonlyArray<Row>, queryset: TrackQueryset) => {
  const asked = { requests: 0 }
  const client = restClient(models, {
    url,
    style: djangoRestFramework({ pages: 'cursor', size: 2, ordering: ['id'] }),
    fetch: () => {
      asked.requests += 1
      return Promise.resolve(
        Response.json({
          next: `${url}track/?cursor=${String(asked.requests)}`,
          results: rowsOf(asked.requests),
        }),
      )
    },
  })
  const told = await toArray(client)(queryset)()
  return { told: told._tag, requests: asked.requests }
}

/** A client with one of its functions spoilt. */
const spoilt =
  (spoil: (client: RestClient) => Partial<RestClient>): Make =>
  (service) => {
    const client = bare(service)
    return { ...client, ...spoil(client) }
  }

const planted = {
  'a page that was cut off taken for the last': spoilt(({ list }) => ({
    list: (query) =>
      TE.orElse((error: QueryError) =>
        /no JSON|broke off/u.test(error.message)
          ? TE.right<QueryError, Page>({ rows: [], total: null })
          : TE.left(error),
      )(list(query)),
  })),
  'a total believed, whatever the page shows': spoilt((client) => ({
    count: (query) =>
      TE.chain((page: Page) => (page.total === null ? derive(client).count(query) : TE.right(page.total)))(
        client.list({ ...query, slice: { offset: 0, limit: 9 } }),
      ),
  })),
  'a row made again whose making was lost': spoilt(({ create: make }) => ({
    create: (model, row) =>
      TE.orElse((error: QueryError) => (error.retryable ? make(model, row) : TE.left(error)))(
        make(model, row),
      ),
  })),
  'a later try believed that failed for good': spoilt(({ update }) => ({
    update: (model, key, set) =>
      TE.orElse((error: QueryError) => (error.retryable ? update(model, key, set) : TE.left(error)))(
        update(model, key, set),
      ),
  })),
  'a signal that is passed over': (({ signal: _, ...service }) => bare(service)) satisfies Make,
}

describe('rest, over services that fail', () => {
  const seen = tally()
  const caught = (
    name: keyof typeof planted,
    property: (make: Make) => fc.IAsyncProperty<unknown>,
    share: number,
  ) => it(`which finds ${name}`, () => expectCaught(property(planted[name]), share))

  it(titled('what is answered is so, whatever befalls requests', 0.3), async () => {
    await fc.assert(onTheWay(bare, accidental, seen), parameters(0.3))
    expect(seen.share('Right'), seen.toString()).to.be.greaterThan(0.4)
    expect(seen.count('Left'), seen.toString()).to.be.greaterThan(0)
  })
  caught('a page that was cut off taken for the last', (make) => onTheWay(make, accidental, tally()), 0.3)

  it(titled('what could not be so is not believed', 0.6), async () => {
    const told = tally()
    await fc.assert(notBelieved(bare, lying, told), parameters(0.6))
    expect(told.count('incredible'), told.toString()).to.be.greaterThan(0)
  })
  caught(
    'a total believed, whatever the page shows',
    (make) => notBelieved(make, { lies: ['total less', 'total more'], share: 30 }, tally()),
    0.6,
  )

  it(titled('the answer to another question is none', 1), async () => {
    const told = tally()
    await fc.assert(notBelieved(bare, { accidents: ['again'], share: 50 }, told), parameters(1))
    expect(told.count('incredible'), told.toString()).to.be.greaterThan(0)
  })

  it(titled('rows that come and go are not lost', 0.5), async () => {
    const told = tally()
    await fc.assert(whileChanging(bare, told), parameters(0.5))
    expect(told.count('key restless Right'), told.toString()).to.be.greaterThan(0)
    expect(told.count('offset restless Left'), told.toString()).to.be.greaterThan(0)
  })

  it(titled('writes say what became of them'), async () => {
    const told = tally()
    await fc.assert(written(bare, hostile, told), parameters(1))
    ;['unknown', 'failed', 'ended'].forEach((label) =>
      expect(told.count(label), told.toString()).to.be.greaterThan(0),
    )
  })
  it(titled('so they do where who writes is no longer let in', 0.7), async () => {
    await fc.assert(written(bare, expiring, tally()), parameters(0.7))
  })
  caught('a later try believed that failed for good', (make) => written(make, expiring, tally()), 0.7)
  caught('a row made again whose making was lost', (make) => written(make, accidental, tally()), 0.3)

  it(titled('nothing is asked after the end', 0.3), async () => {
    const told = tally()
    await fc.assert(ended(bare, ['late', 'late', 'hangs', 'busy'], told), parameters(0.3))
    expect(told.count('under way'), told.toString()).to.be.greaterThan(0)
  })
  caught('a signal that is passed over', (make) => ended(make, ['late'], tally()), 0.3)

  it('pages without an end are left where that can be noticed', async () => {
    const row = (id: number): Row => ({ id, name: 'a', size: 1, live: true, genre: null })
    expect(await endless(() => [row(1), row(2)], models.track)).to.deep.equal({ told: 'Left', requests: 2 })
    expect(await endless(() => [], models.track)).to.deep.equal({ told: 'Left', requests: 100 })
    const five = await endless((n) => [row(2 * n), row(2 * n + 1)], slice(0, 5)(models.track))
    expect(five).to.deep.equal({ told: 'Right', requests: 3 })
  })
})

describe('http, over a network that fails', () => {
  it(titled('what is answered is so, and what is written is said', 0.2), async () => {
    const seen = tally()
    await fc.assert(elsewhere({ named: true }, anything, seen), parameters(0.2))
    expect(seen.share('Right'), seen.toString()).to.be.greaterThan(0.4)
  })

  // Planted: answers without the names of their questions.
  it('which finds the answer to an earlier question taken for one', () =>
    expectCaught(elsewhere({ named: false }, { accidents: ['again'], share: 40 }, tally()), 0.2))
})
