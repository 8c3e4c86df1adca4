/** HTTP: the client over the server over any client is that client; and the server believes nothing. */
import { expect } from 'chai'
import { either as E, taskEither as TE } from 'fp-ts'
import fc from 'fast-check'
import { count, fold, toArray, type Client } from '../../src/index.js'
import { httpClient, httpHandler } from '../../src/http.js'
import { clientOver } from '../../src/clients/reference/referenceClient.js'
import type { Source } from '../../src/expression/Source.js'
import { isExact } from '../../src/client/Support.js'
import { isOrdered, type Query } from '../../src/query/Query.js'
import type { Json } from '../../src/value/Value.js'
import { cases } from '../support/cases.js'
import { memoryOf, smallClient } from '../support/clients.js'
import { asText, expectRows } from '../support/compare.js'
import { naturals } from '../support/naturals.js'
import { chance, pick, tapeOf, type Tape } from '../../src/laws/make/Tape.js'
import { parameters, tally, titled } from '../support/runs.js'
import type { World } from '../support/worlds.js'

const url = 'http://localhost/'

/** A server's client, and the client for it: as they are, with few rows at once there, or between, or both. */
const pairs: ReadonlyArray<(world: World) => readonly [Client, Client]> = [
  (world) => {
    const own = memoryOf(world)
    return [own, httpClient(world.models, { url, fetch: httpHandler(own) })]
  },
  (world) => {
    const own = memoryOf(world)
    const fetch = httpHandler(own, { limits: { rows: 3 } })
    return [own, httpClient(world.models, { url, fetch, maxPerRequest: 3 })]
  },
  (world) => {
    const own = smallClient(world, 2, { total: true })
    return [own, httpClient(world.models, { url, fetch: httpHandler(own) })]
  },
  (world) => {
    const own = smallClient(world, 2, { total: false })
    const fetch = httpHandler(own, { limits: { rows: 3 } })
    return [own, httpClient(world.models, { url, fetch, maxPerRequest: 3 })]
  },
]

const post = (body: string): Request =>
  new Request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })

describe('http', () => {
  // Caught, each planted alone: lines of which the last isn't sent; the number of a page's rows for the total.
  it(titled('is the client that the server was made of', 0.4), async () => {
    const seen = tally()
    await fc.assert(
      fc.asyncProperty(cases(5), async ({ world, queryset, more }) => {
        const [own, remote] = pick(more, pairs as readonly [(typeof pairs)[number]])(world)
        const [expected, actual] = [await toArray(own)(queryset)(), await toArray(remote)(queryset)()]
        // The rows that come with one row can be too many for a server that allows three at once.
        if (E.isLeft(actual) && actual.left._tag === 'InvalidQuery' && actual.left.path === 'query.related') {
          expect(actual.left.message).to.contain('an answer has 3 rows at most')
          seen.saw('too many')
          return
        }
        expect(actual._tag, JSON.stringify([expected, actual])).to.equal(expected._tag)
        if (E.isLeft(expected) || E.isLeft(actual)) {
          seen.saw('Left')
          expect(actual).to.deep.equal(expected)
          return
        }
        seen.saw(expected.right.length > 0 ? 'full' : 'empty')
        const query = fold(queryset)
        expectRows(actual.right, expected.right, E.isRight(query) && isOrdered(query.right))
        expect(await count(remote)(queryset)()).to.deep.equal(await count(own)(queryset)())
        if (E.isLeft(query) || own.maxPerRequest !== undefined) return
        // The page itself is the same, total included, where it is small enough.
        const slice = {
          offset: query.right.slice?.offset ?? 0,
          limit: Math.min(query.right.slice?.limit ?? 3, 3),
        }
        const asked: Query = { ...query.right, slice }
        // The other lookups are evaluated here, and not asked for.
        if (!isExact(remote, asked)) {
          seen.and('page in parts')
          return
        }
        seen.and('page')
        const [page, ownPage] = [await remote.list(asked)(), await own.list(asked)()]
        if (E.isLeft(page) || E.isLeft(ownPage)) expect(page).to.deep.equal(ownPage)
        else {
          expect(page.right.total).to.equal(ownPage.right.total)
          // It may have been ended early, because of the rows that come with its rows.
          expect(page.right.rows.length).to.be.at.least(
            page.right.more === true ? 1 : ownPage.right.rows.length,
          )
          expect(page.right.rows.length).to.be.at.most(ownPage.right.rows.length)
        }
      }),
      parameters(0.4),
    )
    expect(seen.share('full'), seen.toString()).to.be.greaterThan(0.4)
    expect(seen.count('page'), seen.toString()).to.be.greaterThan(0)
  })

  // Caught, planted: queries that aren't checked.
  it(titled('gives nothing of models that may not be asked about', 4), async () => {
    const seen = tally()
    await fc.assert(
      fc.asyncProperty(cases(5), async ({ world, queryset, more }) => {
        const query = fold(queryset)
        if (E.isLeft(query)) return
        const read = new Set<string>()
        const source: Source = {
          all: (model) => {
            read.add(model)
            return world.source.all(model)
          },
          find: (model, column, value) => {
            read.add(model)
            return world.source.find(model, column, value)
          },
        }
        const client = clientOver('watched', world.schema, TE.right(source))
        const named = [...world.schema.models.values()]
          .filter(({ implicit }) => !implicit)
          .map(({ name }) => name)
        const models = named.filter(() => chance(more, 60))
        const asked = { operation: 'count', query: query.right }
        const response = await httpHandler(client, { models, lookups: () => true })(
          post(JSON.stringify(asked)),
        )
        const isAllowed = (name: string): boolean => {
          const model = world.schema.models.get(name)!
          return model.implicit
            ? [...model.columns.values()].every(({ target }) => target === null || models.includes(target))
            : models.includes(name)
        }
        seen.saw(`${String(response.status)}${read.size > 1 ? ' several' : ''}`)
        expect([...read].filter((name) => !isAllowed(name))).to.deep.equal([])
        // And what is all allowed is answered.
        if (models.length === named.length) expect(response.status).to.equal(200)
      }),
      parameters(4),
    )
    expect(seen.count('400'), seen.toString()).to.be.greaterThan(0)
    expect(seen.count('200 several'), seen.toString()).to.be.greaterThan(0)
  })

  it(titled('refuses what is spoilt anywhere, and fails at nothing', 1), async () => {
    const seen = tally()
    await fc.assert(
      fc.asyncProperty(cases(3), naturals(30), async ({ world, queryset, more }, numbers) => {
        const query = fold(queryset)
        if (E.isLeft(query)) return
        const before = asText(await stateOf(world, memoryOf(world)))
        const client = memoryOf(world)
        const asked = pick(more, [
          { operation: 'list', query: { ...query.right, slice: { offset: 0, limit: 5 } } },
          { operation: 'count', query: query.right },
        ]) as unknown as Json
        const spoilt = spoilAt(tapeOf(numbers), JSON.stringify(asked))
        const response = await httpHandler(client)(post(spoilt))
        const body: unknown = response.status === 200 ? null : await response.json()
        seen.saw(String(response.status))
        expect([200, 400], spoilt).to.include(response.status)
        if (response.status === 400)
          expect(body)
            .to.have.nested.property('error._tag')
            .that.matches(/^Invalid/u)
        expect(asText(await stateOf(world, client))).to.deep.equal(before)
      }),
      parameters(1),
    )
    expect(seen.share('400'), seen.toString()).to.be.greaterThan(0.5)
  })
})

const stateOf = async (world: World, client: Client): Promise<ReadonlyArray<unknown>> => {
  const lists: Array<unknown> = []
  for (const name of world.schema.models.keys()) {
    const query: Query = {
      from: { _tag: 'model', model: name },
      annotations: [],
      where: null,
      order: [],
      reverse: false,
      distinctOn: null,
      columns: null,
      group: null,
      distinct: false,
      slice: null,
      fields: null,
      related: [],
    }
    lists.push(await client.list(query)())
  }
  return lists
}

/** JSON with one of its values replaced by something that nobody expects there. */
const spoilAt = (tape: Tape, json: string): string => {
  const bad = pick(tape, [
    '{"__proto__":{"admin":true}}',
    '{"constructor":{"prototype":{"x":1}}}',
    '"__proto__"',
    '"constructor"',
    '"toString"',
    `${'['.repeat(3000)}${']'.repeat(3000)}`,
    `${'{"not":'.repeat(3000)}1${'}'.repeat(3000)}`,
    'null',
    '-1',
    '1e999',
    '[]',
    '{}',
    '"\\ud800"',
    '{"_tag":"model","model":"__proto__"}',
    '{"_tag":"column","path":["constructor"],"level":0}',
    '{"_tag":"column","path":["id"],"level":99999999}',
    '{"_tag":"call","name":"__proto__","args":[]}',
    '{"_tag":"call","name":"toString","args":[]}',
  ])
  const places = [...json.matchAll(/(?<=[:[,])(?:"(?:\\.|[^"\\])*"(?!:)|\d+|true|false|null|\{\}|\[\])/gu)]
  const place = places[tape.next(Math.max(1, places.length))]
  return place === undefined
    ? bad
    : `${json.slice(0, place.index)}${bad}${json.slice(place.index + place[0].length)}`
}
