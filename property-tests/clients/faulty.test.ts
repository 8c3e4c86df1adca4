/**
 * Services that fail, lie and change: an answer is what the queryset means, or a `Left`.
 *
 * No client can notice the following, so that it is left out here, by these names:
 * - *credible*: an answer that could be true. It has rows of the model, each once, that meet the filters, in the order
 *   and after the row that were asked for, as many as its own total and next page say, and nothing else says otherwise.
 *   Such are a total that ends with a full page, a row that is left out together with one in the total or where
 *   no total is told, and the answer to another question that this one could have had as well.
 * - *between pages*: what comes and goes between two pages belongs to a state each, and not to one.
 * - *stored otherwise*: the answer to an earlier write, since a service may store a row otherwise than it was given.
 */
import { expect } from 'chai'
import { either as E, function as fn, type taskEither as TE } from 'fp-ts'
import fc from 'fast-check'
import {
  autoId,
  belongsTo,
  cache,
  count,
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
  type QueryError,
  type Row,
} from '../../src/index.js'
import {
  httpClient,
  httpHandler,
  restClient,
  type Handler,
  type RestClient,
  type RestService,
} from '../../src/http.js'
import { memory } from '../../src/memory.js'
import { chance, pick, tapeOf, times, type Tape } from '../../src/laws/Tape.js'
import { isOrdered } from '../../src/query/Query.js'
import { asBag, asText } from '../support/compare.js'
import { faultyService, type Lie, type Service, type Weather } from '../support/faultyService.js'
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
    pipe(track, filter((t) => t.size.gte(n))),
    pipe(track, filter((t) => t.name.eq(text))),
    pipe(track, filter((t) => t.id.in([n, n + 2, n + 5]))),
    pipe(track, filter((t) => t.name.contains(text))),
    pipe(track, filter((t) => t.genre.eq(n))),
    pipe(track, filter((t) => t.live.eq(true)), filter((t) => t.size.lt(n))),
  ]) // prettier-ignore
  return pick(tape, [
    filtered,
    filtered,
    pipe(filtered, orderBy((t) => [t.id.desc()])),
    pipe(filtered, orderBy((t) => [t.size.asc()])),
  ]) // prettier-ignore
}

const relatedFrom = (tape: Tape) => {
  const { track } = models
  return pick(tape, [
    pipe(track, filter((t) => t.genre.name.eq('Rock')), values((t) => ({ id: t.id }))),
    pipe(track, values((t) => ({ id: t.id, genre: t.genre.name }))),
    pipe(models.genre, filter((g) => g.tracks.some((t) => t.live.eq(true))), values((g) => ({ id: g.id }))),
  ]) // prettier-ignore
}

type Make = (service: RestService) => Client

const bare: Make = (service) => restClient(models, service)

/** What stands around a client here, none of which may make an answer wrong. */
const wraps: ReadonlyArray<readonly [string, (client: Client) => Client]> = [
  ['bare', (client) => client],
  ['retry', (client) => retry({ times: 2, ...noTime })(client)],
  // A cache is a cache of one client.
  ['cache', (client) => cache({ rows: 60_000 })(client)],
  ['all', (client) => pipe(client, timeout(1000), retry({ times: 2, ...noTime }), cache({ rows: 60_000 }))],
]

interface Scene {
  readonly tape: Tape
  readonly dialect: Dialect
  readonly state: State
  readonly service: Service
  readonly client: Client
}

const sceneFrom = (numbers: ReadonlyArray<number>, make: Make, weather: Weather): Scene => {
  const tape = tapeOf(numbers)
  const dialect = pick(tape, dialects)
  const state = stateFrom(tape)
  const style = dialect.style(1 + tape.next(4))
  const [, wrap] = pick(tape, wraps as readonly [(typeof wraps)[number]])
  const service = faultyService(dialect, state, tape, weather)
  return { tape, dialect, state, service, client: wrap(make({ url, style, fetch: service.fetch })) }
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
    const { tape, state, service, client, dialect } = sceneFrom(drawn, make, weather)
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
      expect(service.most(), why).to.equal(service.seen.length === 0 ? 0 : 1)
    }
  })

const lying: Weather = {
  lies: [
    'total less', 'total more', 'total negative', 'total none', 'total half', 'total changing',
    'row twice', 'row left out', 'row left out, next one instead', 'too long', 'foreign row', 'reversed', 'odd row', 'no next', 'a next',
  ],
  share: 12,
} // prettier-ignore

/** Whatever a service says that isn't so, it isn't believed, unless it could be. */
const notBelieved = (make: Make, weather: Weather, seen: Tally) =>
  fc.asyncProperty(numbers, async (drawn) => {
    const { tape, state, service, client, dialect } = sceneFrom(drawn, make, weather)
    const queryset = plainFrom(tape)
    const query = fold(queryset)
    const ordered = E.isRight(query) && isOrdered(query.right)
    const expected = await task(toArray(memory(models, state))(queryset))
    for (const terminal of [toArray, count]) {
      const told: E.Either<QueryError, unknown> = await terminal(client)(queryset)()
      // Of all requests: what was believed may be remembered.
      const lies = service.seen.filter(({ lie }) => lie !== null)
      const believable = lies.some(({ credible }) => credible === true)
      const why = `${dialect.name}: ${print(queryset)} ${JSON.stringify(service.seen)} ${JSON.stringify(told)}`
      const text = (u: unknown): unknown => (Array.isArray(u) ? (ordered ? asText : asBag)(u) : u)
      const is = E.isRight(told) && JSON.stringify(text(told.right)) === JSON.stringify(text(terminal === count ? expected.length : expected)) // prettier-ignore
      seen.saw(
        lies.length === 0 ? 'honest' : believable ? 'credible' : 'incredible',
        ...lies.map(({ lie }) => lie ?? ''),
      )
      if (lies.length > 0 && !believable) seen.and(`incredible ${told._tag}`)
      if (lies.length === 0) expect(is, why).to.equal(true)
      else if (!believable && E.isRight(told)) expect(is, why).to.equal(true)
    }
    expect(service.open()).to.equal(0)
  })

describe('rest, over services that fail', () => {
  it(titled('what is answered is so, whatever befalls requests', 1), async () => {
    const seen = tally()
    await fc.assert(onTheWay(bare, accidental, seen), parameters(1))
    expect(seen.share('Right'), seen.toString()).to.be.greaterThan(0.4)
    expect(seen.count('Left'), seen.toString()).to.be.greaterThan(0)
  })

  it(titled('what could not be so is not believed', 1), async () => {
    const seen = tally()
    await fc.assert(notBelieved(bare, lying, seen), parameters(1))
    console.log(seen.toString())
  })
})

void [httpClient, httpHandler, expectCaught]
export type Unused = Handler | RestClient | Row | Lie
