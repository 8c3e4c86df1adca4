/**
 * No answer changes with a server's limits, as long as one row fits: pages and lists of values are made smaller.
 *
 * Each of these faults was planted, and found within 100 runs:
 * - a server that ends a page early and doesn't say so (`isCut` in `lines.ts`), and a client that doesn't go on from
 *   there (`early` in `pages.ts`);
 * - a plan that counts on full pages whatever comes with the rows (`fewest` in `limitSupport.ts`);
 * - a question that is sent although it is too large (`fits` in `httpClient.ts`), and a condition that is said to fit
 *   whatever its size (`admits` in `limitSupport.ts`).
 */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import {
  count,
  exclude,
  explain,
  filter,
  fold,
  plan,
  prefetchRelated,
  print,
  slice,
  toArray,
  type Query,
} from '../../src/index.js'
import { httpClient, httpHandler, type HttpLimits } from '../../src/http.js'
import { modelOf } from '../../src/expression/Scope.js'
import { isJson } from '../../src/clients/http/isJson.js'
import { isOrdered, layersOf } from '../../src/query/Query.js'
import { evaluate } from '../../src/engine/evaluate.js'
import type { Json, Row } from '../../src/value/Value.js'
import { chance, type Tape } from '../../src/laws/make/Tape.js'
import { expectAgreement } from '../support/agreement.js'
import { cases } from '../support/cases.js'
import { memoryOf } from '../support/clients.js'
import { expectRows, now } from '../support/compare.js'
import { toManyNames, type Q, type Refs } from '../support/expressions.js'
import { scopeOf } from '../support/querysets.js'
import { parameters, tally, titled, type Tally } from '../support/runs.js'
import type { World } from '../support/worlds.js'

/** A model's rows can be gone through within each of them. */
const limitsFrom = (tape: Tape): HttpLimits => ({
  rows: 1 + tape.next(6),
  size: chance(tape, 50) ? 120 + tape.next(300) : 20_000,
  bytes: chance(tape, 50) ? 4000 + tape.next(8000) : 1_000_000,
  depth: chance(tape, 30) ? 12 + tape.next(20) : 200,
})

/** As how many rows one counts, with those that come with it in lists. */
const weightOf = (query: Query, row: Row): number =>
  layersOf(query)
    .flatMap(({ related }) => related)
    .reduce((sum, { relation, many, query: inner }) => {
      const inside = [row[relation] ?? null].flat().filter(isJson)
      return sum + inside.reduce((n, each) => n + weightOf(inner, each) - (many ? 0 : 1), 0)
    }, 1)

interface List {
  readonly in: (values: ReadonlyArray<Json>) => never
}

/** Rows whose key is among more values than go into a question, or isn't. */
const withList = (world: World, tape: Tape, queryset: Q): Q => {
  const scope = scopeOf(queryset)
  const model = scope === null ? null : modelOf(scope)
  if (model === null || !chance(tape, 50)) return queryset
  const { primaryKey } = model
  const keys = (world.rows[model.name] ?? []).map((row) => row[primaryKey] ?? null)
  const others = model.columns.get(primaryKey)?.kind === 'int' ? 1000 : null
  const values = Array.from({ length: tape.next(150) }, (_, i): Json =>
    i % 40 === 1 || others === null ? (keys[i % Math.max(1, keys.length)] ?? null) : others + i,
  ).filter((value) => value !== null)
  const among = (row: Refs) => (row[primaryKey] as List).in(values)
  return asQ(chance(tape, 70) ? filter(among)(queryset) : exclude(among)(queryset))
}

const asQ = (queryset: unknown): Q => queryset as Q

/** Rows with those that come with them. */
const withOthers = (tape: Tape, queryset: Q): Q => {
  const scope = scopeOf(queryset)
  const names = scope === null ? [] : toManyNames(scope)
  const name = names[tape.next(Math.max(1, names.length))]
  if (name === undefined || !chance(tape, 90)) return queryset
  const relation = (row: Refs) => row[name] as never
  const most = tape.next(4)
  return asQ(prefetchRelated(relation, (inner) => (most === 0 ? inner : slice(0, most)(inner)))(queryset))
}

/** What is wrong on the way. */
type Spoil = (handler: (request: Request) => Promise<Response>) => (request: Request) => Promise<Response>

const asIs: Spoil = (handler) => handler

const limited = (spoil: Spoil, seen: Tally) =>
  fc.asyncProperty(cases(5), async ({ world, queryset, more }) => {
    const limits = limitsFrom(more)
    const whole = withOthers(more, withList(world, more, queryset))
    const asked = chance(more, 50) ? asQ(slice(0, 1 + more.next(6))(whole)) : whole
    const query = fold(asked)
    if (E.isLeft(query)) return
    const own = memoryOf(world)
    const handler = spoil(httpHandler(own, { limits }))
    const sent = { requests: 0 }
    const client = httpClient(world.models, {
      url: 'http://localhost/',
      fetch: (request) => {
        sent.requests += 1
        return handler(request)
      },
      ...(chance(more, 50) ? { maxPerRequest: limits.rows } : {}),
    })
    const [expected, actual] = [await toArray(own)(asked)(), await toArray(client)(asked)()]
    const why = `${print(asked)} ${JSON.stringify([limits, sent, E.isLeft(actual) ? actual : null])}`
    const raw = evaluate(world.schema, world.source, now)(query.right)
    const heaviest = E.isLeft(raw) ? 0 : Math.max(0, ...raw.right.map((row) => weightOf(query.right, row)))
    if (E.isLeft(expected) || E.isLeft(actual)) {
      seen.saw(heaviest > limits.rows ? 'a row that is too large' : 'Left')
      if (heaviest <= limits.rows) expect(actual, why).to.deep.equal(expected)
      return
    }
    const first = sent.requests
    seen.saw(first > 1 ? 'several' : 'one', ...(heaviest > 1 ? ['lists'] : []))
    expectRows(actual.right, expected.right, isOrdered(query.right), why)
    expect(await count(client)(asked)(), why).to.deep.equal(await count(own)(asked)())
    // Now it knows what the server allows, and asks for no more than it plans to.
    const explained = explain(client)(asked)
    const planned = plan(client)(asked)
    if (E.isLeft(planned) || E.isLeft(explained)) throw new Error(JSON.stringify(planned))
    expectAgreement(explained.right.text, explained.right.plan)
    sent.requests = 0
    const again = await toArray(client)(asked)()
    // A row that is too large may have come in parts only because the first question didn't fit.
    if (heaviest <= limits.rows) expect(E.isRight(again), why).to.equal(true)
    if (E.isRight(again)) expectRows(again.right, expected.right, isOrdered(query.right), why)
    if (planned.right.requests !== null) {
      seen.and('bounded')
      expect(sent.requests, why).to.be.at.most(planned.right.requests)
    }
  })

describe("http, a server's limits", () => {
  it(titled('change no answer, as long as one row fits', 1), async () => {
    const seen = tally()
    await fc.assert(limited(asIs, seen), parameters(1))
    console.log(`      ${seen.toString()}`)
    ;['several', 'one', 'lists', 'bounded'].forEach((way) =>
      expect(seen.count(way), seen.toString()).to.be.greaterThan(0),
    )
  })
})
