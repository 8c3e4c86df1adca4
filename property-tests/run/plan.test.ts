/**
 * Plan and residual give what `evaluate` gives, whatever a client can do, and cost no more than the plan said.
 *
 * Each of these faults was planted, and found within 100 runs:
 * - a limit under a residual (`sliced` without `exactly` in `plan.ts`);
 * - a superset under `not` (`fidelityOf` gives what it was given for `not`), and one that is taken for exact;
 * - a count past an inexact filter (`countingOf` has what is pushed counted), a delete past one (as above);
 * - an order that the client doesn't know taken for granted (`orderly` without `keeps`);
 * - a sieve that stops a row early, a relation's rows not fetched, a page of a stream that forgets those of a subquery;
 * - a walk by offset while rows come and go: pages that overlap without being compared, totals that aren't compared, a
 *   page that isn't missed where it is empty (`hasChanged` in `checkPage.ts`);
 * - a page too many asked for ahead, or one that is asked for although enough rows have come (`pages`, `plan.ts`);
 * - pages of which it isn't asked whether they are answered as the query is: conditions, the order, the offset, how many
 *   rows come at once (`asksTheSame` in `walkOf.ts`);
 * - a count that begins again where its first page tells too little (`derive.ts`);
 * - a text that says "in one request" wherever rows come without a walk, and one that tells the cost of the whole as that
 *   of a part (`how` in `explain.ts`);
 * - a `list` that counts after it has fetched all rows, and one that takes a page which isn't full for the last wherever
 *   it begins (`allFor`, `counted` in `list.ts`);
 * - a page that is ended early taken for the last one (`early` in `pages.ts`), and a list in a condition that isn't looked
 *   for below its root (`hasLongList` in `Support.ts`).
 */
import { AssertionError, expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import fc from 'fast-check'
import {
  autoId,
  belongsTo,
  count,
  derive,
  deriveWrites,
  exists,
  explain,
  field,
  filter,
  fold,
  list,
  or,
  orderBy,
  route,
  schema,
  schemaOf,
  slice,
  toArray,
  understands,
  values,
  within,
  type Client,
  type Fidelity,
  type Query,
  type Support,
  type WritableClient,
} from '../../src/index.js'
import { allOf, isOrdered } from '../../src/query/Query.js'
import { evaluate } from '../../src/engine/evaluate.js'
import { planCount } from '../../src/plan/planCount.js'
import { deleteRows } from '../../src/run/write/delete.js'
import { planOf } from '../../src/plan/planQuery.js'
import { plan } from '../../src/plan/planRead.js'
import type { Plan, Residual } from '../../src/plan/Plan.js'
import { fetchRows } from '../../src/run/read/fetchRows.js'
import { updateRows } from '../../src/run/write/update.js'
import { memory } from '../../src/memory.js'
import type { Page } from '../../src/client/Client.js'
import type { Walk } from '../../src/client/pages/Walk.js'
import { fidelityOf } from '../../src/client/Support.js'
import type { Predicate } from '../../src/expression/Expression.js'
import type { QueryError } from '../../src/value/QueryError.js'
import { expectAgreement } from '../support/agreement.js'
import {
  abilitiesOf,
  ableClient,
  clashes,
  freshLog,
  mostAbilitiesOf,
  type Able,
  type Log,
} from '../support/able.js'
import { cases } from '../support/cases.js'
import { memoryOf } from '../support/clients.js'
import { pick, tapeOf } from '../../src/laws/make/Tape.js'
import { naturals } from '../support/naturals.js'
import { asBag, expectRows, now } from '../support/compare.js'
import type { Q } from '../support/expressions.js'
import { expectCaught } from '../support/planted.js'
import { parameters, tally, titled, type Tally } from '../support/runs.js'
import type { World } from '../support/worlds.js'

const holds = async (
  world: World,
  queryset: Q,
  client: Client,
  log: Log,
  size: number | null,
  seen: Tally,
): Promise<void> => {
  const query = fold(queryset)
  if (E.isLeft(query)) return
  const expected = evaluate(world.schema, world.source, now)(query.right)
  if (E.isLeft(expected)) return
  const planned = planOf(client, queryset, size)
  if (E.isLeft(planned)) throw new Error(planned.left.message)
  const rows: Array<unknown> = []
  for await (const page of fetchRows(client, planned.right)) {
    if (E.isLeft(page)) throw new Error(JSON.stringify(page.left))
    rows.push(...page.right)
  }
  expect(log.wrongs, "asked what it can't do").to.deep.equal([])
  expect(log.long, 'asked for too many members').to.equal(0)
  expect(log.under, 'still under way').to.equal(0)
  expectRows(rows, expected.right, isOrdered(query.right))
  const { requests, rows: atMost, gives, residual, pushed } = planned.right
  if (requests !== null) expect(log.requests, 'requests').to.be.at.most(requests)
  if (atMost !== null) expect(log.rows, 'rows').to.be.at.most(atMost)
  if (gives !== null) expect(rows.length, 'rows given').to.be.at.most(gives)
  const explained = explain(client)(queryset)
  if (E.isRight(explained)) expectAgreement(explained.right.text, explained.right.plan)
  seen.saw(
    ...(residual === null ? ['whole'] : ['parts']),
    ...(requests === null ? [] : ['bounded']),
    ...(log.together > 1 ? ['together'] : []),
    ...(planned.right.walk.overlap ? ['overlap'] : []),
    ...(residual === null ? [] : waysOf(residual, pushed)),
    ...(pushed.where === null ? [] : ['where']),
    ...(pushed.slice === null ? [] : ['slice']),
    ...(residual?.sieve == null ? [] : ['sieve']),
    ...(residual?.streams === true ? ['streams'] : []),
    ...(residual !== null && residual.before.length > 0 ? ['before'] : []),
    ...(residual !== null && residual.hops.length > 0 ? ['hops'] : []),
    ...(residual !== null && residual.others.length > 0 ? ['others'] : []),
  )
}

/** What of a query is asked of a client that doesn't answer all of it, beyond conditions, order and slice. */
const waysOf = ({ given, restored, keyed, carried }: Residual, pushed: Query): ReadonlyArray<string> => [
  ...(carried === null ? [] : ['carried']),
  ...(keyed && given > 0 ? ['annotations'] : []),
  ...(restored.length > 0 ? ['restored'] : []),
  ...(keyed ? [] : ['prefix', ...(given > 1 ? ['passes'] : [])]),
  ...(keyed || pushed.columns === null ? [] : ['columns']),
  ...(keyed || pushed.group === null ? [] : ['groups']),
  ...(keyed || !pushed.distinct ? [] : ['distinct']),
]

describe('plan', () => {
  const seen = tally()

  it(titled('plan and residual = evaluate, at no more than the plan says', 4), async () => {
    await fc.assert(
      fc.asyncProperty(cases(5), async ({ world, queryset, more }) => {
        // First, since the abilities take as many numbers as there are.
        const size = more.next(3) === 1 ? 1 + more.next(4) : null
        const start = more.next(3)
        // A slice at the end is where most goes wrong.
        const sliced = more.next(2) === 0 ? queryset : slice(start, start + more.next(4))(queryset)
        const log = freshLog()
        const client = ableClient(memoryOf(world), abilitiesOf(world, more), log)
        await holds(world, sliced, client, log, size, seen)
      }),
      parameters(4),
    )
  })

  it('which has looked at all ways', () => {
    console.log(`      ${seen.toString()}`)
    ;[
      ...['whole', 'parts', 'bounded', 'where', 'slice', 'sieve', 'streams', 'before', 'hops', 'others'],
      ...['together', 'overlap'],
    ].forEach((way) => expect(seen.count(way), way).to.be.greaterThan(0))
  })

  // Planted, and found here from each of three seeds: conditions that are left while what comes after them is asked
  // (`dividedBy` without a look at `rest`), an annotation that isn't given and isn't asked for again (`groundWith`,
  // `prefixOf`), a pass that is done twice (`given` one too few). From one of three: annotations that are made again of
  // columns that are no longer there (`leftOf`).
  it(titled('so it is where the beginning of a query is asked as a whole', 4), async () => {
    const begun = tally()
    await fc.assert(
      fc.asyncProperty(cases(7), async ({ world, queryset, more }) => {
        const size = more.next(3) === 1 ? 1 + more.next(4) : null
        const start = more.next(3)
        const sliced = more.next(3) > 0 ? queryset : slice(start, start + more.next(4))(queryset)
        const log = freshLog()
        await holds(
          world,
          sliced,
          ableClient(memoryOf(world), mostAbilitiesOf(world, more), log),
          log,
          size,
          begun,
        )
      }),
      parameters(4),
    )
    console.log(`      ${begun.toString()}`)
    ;['annotations', 'prefix', 'columns'].forEach((way) => expect(begun.count(way), way).to.be.greaterThan(0))
  })

  it(titled('pages that are ended early change no answer, and are no more than planned', 1), async () => {
    const ways = tally()
    await fc.assert(
      fc.asyncProperty(cases(5), async ({ world, queryset, more }) => {
        const cuts = Array.from({ length: 7 }, () => more.next(4))
        const start = more.next(3)
        const sliced = more.next(2) === 0 ? queryset : slice(start, start + more.next(5))(queryset)
        const log = freshLog()
        const says = more.next(2) === 0
        const able = ableClient(memoryOf(world), abilitiesOf(world, more), log)
        const client: Client = {
          ...able,
          support: (question) => ({ ...able.support!(question), ...(says ? { minPerRequest: 1 } : {}) }),
          list: (query) =>
            TE.map((page: Page): Page => {
              const kept = 1 + (cuts[log.requests % cuts.length] ?? 0)
              // Who ends pages can be asked for pages.
              if (kept >= page.rows.length || query.slice?.limit == null) return page
              ways.and('cut')
              return { rows: page.rows.slice(0, kept), total: page.total, more: true }
            })(able.list(query)),
        }
        const query = fold(sliced)
        const planned = planOf(client, sliced)
        if (E.isLeft(query) || E.isLeft(planned)) return
        const expected = evaluate(world.schema, world.source, now)(query.right)
        if (E.isLeft(expected)) return
        ways.saw()
        // Whoever doesn't say so may be asked for something that has no second page.
        const isCutOff = (answer: E.Either<QueryError, unknown>): boolean =>
          E.isLeft(answer) && !says && answer.left.message.includes('ended a page')
        const rows: Array<unknown> = []
        for await (const page of fetchRows(client, planned.right)) {
          if (isCutOff(page)) return
          if (E.isLeft(page)) throw new Error(JSON.stringify(page.left))
          rows.push(...page.right)
        }
        ways.and('whole')
        expectRows(rows, expected.right, isOrdered(query.right))
        expect(log.wrongs).to.deep.equal([])
        if (says && planned.right.requests !== null) {
          ways.and('bounded')
          expect(log.requests).to.be.at.most(planned.right.requests)
        }
        const counted = await count(client)(sliced)()
        if (isCutOff(counted)) return
        ways.and('counted')
        expect(counted).to.deep.equal(E.right(expected.right.length))
      }),
      parameters(1),
    )
    expect(ways.share('counted'), ways.toString()).to.be.greaterThan(0.9)
    expect(ways.share('whole'), ways.toString()).to.be.greaterThan(0.9)
    ;['cut', 'bounded'].forEach((way) => expect(ways.count(way), ways.toString()).to.be.greaterThan(0))
  })

  it(titled('a page and its total ask for nothing twice', 1), async () => {
    const ways = tally()
    await fc.assert(
      fc.asyncProperty(cases(4), async ({ world, queryset, more }) => {
        const start = more.next(3)
        const sliced = slice(start, start + more.next(4))(queryset)
        const log = freshLog()
        const client = ableClient(memoryOf(world), abilitiesOf(world, more), log)
        const [planned, whole, page] = [plan(client)(sliced), fold(queryset), fold(sliced)]
        if (E.isLeft(planned) || E.isLeft(whole) || E.isLeft(page)) return
        const counting = planCount(client, whole.right)
        const found = await list(client)(sliced)()
        const rows = await toArray(memoryOf(world))(sliced)()
        const total = await toArray(memoryOf(world))(queryset)()
        if (E.isLeft(rows) || E.isLeft(total)) return
        if (E.isLeft(found) || E.isLeft(counting)) throw new Error(JSON.stringify([found, counting]))
        expectRows(found.right.rows, rows.right, isOrdered(page.right))
        expect(found.right.total).to.equal(total.right.length)
        const { residual, pushed, requests } = planned.right
        const fetchesAll = residual !== null && residual.sieve === null && pushed.slice === null
        const known = whole.right.slice === null && fetchesAll
        ways.saw(known ? 'all' : 'some')
        const counts = known ? 0 : counting.right.plan.requests
        if (requests !== null && counts !== null) expect(log.requests).to.be.at.most(requests + counts)
        // What was told by the rows isn't asked for.
        const { length } = rows.right
        const last = length > 0 && length < (page.right.slice?.limit ?? 0)
        if (last && requests !== null && whole.right.slice === null)
          expect(log.requests, 'once').to.be.at.most(requests)
        expect(log.wrongs).to.deep.equal([])
      }),
      parameters(1),
    )
    ;['all', 'some'].forEach((way) => expect(ways.count(way), ways.toString()).to.be.greaterThan(0))
  })

  it(titled('so does a client made of several', 1), async () => {
    const several = tally()
    await fc.assert(
      fc.asyncProperty(cases(5), async ({ world, queryset, more }) => {
        const log = freshLog()
        const parts = [0, 1, 2].map(() => ableClient(memoryOf(world), abilitiesOf(world, more), log))
        const places = [...world.schema.models.keys()].map((name): readonly [string, Client] => [
          name,
          parts[more.next(3)] ?? parts[0]!,
        ])
        const client = route(world.models, Object.fromEntries(places))
        await holds(world, queryset, client, log, null, several)
        const query = fold(queryset)
        const counting = E.isLeft(query) ? query : planCount(client, query.right)
        if (E.isLeft(counting)) return
        const { requests, rows } = log
        const found = await toArray(memoryOf(world))(queryset)()
        if (E.isLeft(found)) return
        expect(await count(client)(queryset)()).to.deep.equal(E.right(found.right.length))
        const { plan: counted } = counting.right
        expect(log.requests - requests, 'requests').to.be.at.most(counted.requests ?? Infinity)
        expect(log.rows - rows, 'rows').to.be.at.most(counted.rows ?? Infinity)
      }),
      parameters(1),
    )
  })

  // Planted, and found here: conditions on keys that are asked about one by one (`splitOf` with `alone`); one that makes
  // another inexact (`askedWith` without `together`); one that is sent though it has too many values (`askedOf`); one
  // that is left out, and not looked at again here (`withKeys`); no second try without conditions where the client
  // can't go through what meets them (`inParts`).
  it(titled('so are conditions on keys that do not go together, of which none is refused', 1), async () => {
    const asked = tally()
    await fc.assert(
      fc.asyncProperty(naturals(80), async (numbers) => {
        const tape = tapeOf(numbers)
        const models = schema({
          artist: { id: autoId, name: field.text() },
          genre: { id: autoId, name: field.text() },
          track: { id: autoId, artist: belongsTo('artist'), genre: belongsTo('genre'), n: field.int() },
        })
        const many = (n: number) => Array.from({ length: n }, (_, i) => i + 1)
        const named = many(4).map((id) => ({ id, name: `name ${String(tape.next(2))}` }))
        const track = many(tape.next(9)).map((id) => ({
          id,
          artist: 1 + tape.next(4),
          genre: 1 + tape.next(4),
          n: tape.next(3),
        }))
        const whole = memory(models, { artist: named, genre: [...named].reverse(), track })
        const clash = tape.next(clashes.length + 1)
        const log = freshLog()
        const abilities = understands({
          lookups: {
            ...(tape.next(4) === 0 ? {} : { exact: tape.next(4) === 0 ? 'superset' : 'exact' }),
            ...(tape.next(4) === 0 ? {} : { in: tape.next(4) === 0 ? 'superset' : 'exact' }),
            ...(tape.next(2) === 0 ? {} : { gt: 'exact' }),
          },
          order: tape.next(2) === 0,
          projection: tape.next(2) === 0,
          maxPerRequest: 1 + tape.next(5),
          maxMembers: 1 + tape.next(4),
          total: tape.next(2) === 0 ? 'none' : 'exact',
          ...(tape.next(2) === 0 ? {} : { rows: { artist: 4, genre: 4, track: track.length } }),
        })
        const support: Support = (question) => {
          const answer = abilities(question)
          return question.model === 'track' ? { ...answer, ...clashes[clash]?.(answer, question) } : answer
        }
        const client = ableClient(whole, { support, leaf: () => 'exact' }, log)
        const some = () => tape.next(2) === 0
        const queryset = fn.pipe(
          models.track,
          (q) =>
            some()
              ? fn.pipe(
                  q,
                  filter((t) => t.artist.name.eq('name 1')),
                )
              : q,
          (q) =>
            some()
              ? fn.pipe(
                  q,
                  filter((t) => t.genre.name.eq('name 1')),
                )
              : q,
          (q) =>
            some()
              ? fn.pipe(
                  q,
                  filter((t) => t.id.in(many(1 + tape.next(6)))),
                )
              : q,
          (q) =>
            some()
              ? fn.pipe(
                  q,
                  filter((t) => t.artist.in(many(1 + tape.next(4)))),
                )
              : q,
          (q) =>
            some()
              ? fn.pipe(
                  q,
                  filter((t) => t.n.eq(1)),
                )
              : q,
          (q) =>
            some()
              ? fn.pipe(
                  q,
                  filter((t) => or(t.n.eq(2), t.n.lt(2))),
                )
              : q,
        )
        const meant = await toArray(whole)(queryset)()
        const planned = plan(client)(queryset)
        if (E.isLeft(planned)) throw new Error(planned.left.message)
        const found = await toArray(client)(queryset)()
        if (E.isLeft(found) || E.isLeft(meant)) throw new Error(JSON.stringify(found))
        expect(asBag(found.right)).to.deep.equal(asBag(meant.right))
        expect(log.wrongs, "asked what it can't do").to.deep.equal([])
        const { requests, rows, residual } = planned.right
        if (requests !== null) expect(log.requests, 'requests').to.be.at.most(requests)
        if (rows !== null) expect(log.rows, 'rows').to.be.at.most(rows)
        asked.saw(`${String(residual?.before.length ?? 0)} before`)
      }),
      parameters(1),
    )
    console.log(`      ${asked.toString()}`)
    ;['0 before', '1 before', '2 before', '3 before'].forEach((n) =>
      expect(asked.count(n), n).to.be.greaterThan(0),
    )
  })

  it(
    titled('counts and existence are those of the rows, and a budget is what the plan says', 1),
    async () => {
      const ways = tally()
      await fc.assert(
        fc.asyncProperty(cases(5), async ({ world, queryset, more }) => {
          const query = fold(queryset)
          if (E.isLeft(query)) return
          const expected = evaluate(world.schema, world.source, now)(query.right)
          if (E.isLeft(expected)) return
          const log = freshLog()
          const client = ableClient(memoryOf(world), abilitiesOf(world, more), log)
          const counting = planCount(client, query.right)
          if (E.isLeft(counting)) throw new Error(counting.left.message)
          expect(await count(client)(queryset)()).to.deep.equal(E.right(expected.right.length))
          expect(log.requests, 'requests').to.be.at.most(counting.right.plan.requests ?? Infinity)
          expect(log.rows, 'rows').to.be.at.most(counting.right.plan.rows ?? Infinity)
          const { asked: told } = counting.right
          ways.saw(
            told !== null ? 'asked' : counting.right.plan.residual?.streams === true ? 'streamed' : 'fetched',
          )
          expect(await exists(client)(queryset)()).to.deep.equal(E.right(expected.right.length > 0))
          expect(log.wrongs).to.deep.equal([])
          const cost = plan(client)(queryset)
          if (E.isLeft(cost)) throw new Error(cost.left.message)
          const { requests, rows, milliseconds } = cost.right
          const asked = log.requests
          ;(['requests', 'rows', 'milliseconds'] as const).forEach((what) => {
            const most = { requests, rows, milliseconds }[what]
            const allowed = (budget: number) => E.isRight(plan(within({ [what]: budget })(client))(queryset))
            if (most === null) expect(allowed(1e9)).to.equal(false)
            else {
              expect(allowed(most)).to.equal(true)
              if (most > 0) expect(allowed(most - 1)).to.equal(false)
            }
          })
          expect(log.requests).to.equal(asked)
        }),
        parameters(1),
      )
      console.log(`      ${ways.toString()}`)
      ;['asked', 'streamed', 'fetched'].forEach((way) => expect(ways.count(way), way).to.be.greaterThan(0))
    },
  )

  it(titled('updates and deletes hit the rows that they mean', 1), async () => {
    const hit = tally()
    await fc.assert(
      fc.asyncProperty(cases(4), async ({ world, queryset, more }) => {
        const support = abilitiesOf(world, more)
        const log = freshLog()
        const change = more.next(2) === 0
        const changed = async (supported: Able | null) => {
          const whole = memory(world.models, world.rows)
          const client =
            supported === null
              ? whole
              : {
                  ...ableClient(whole, supported, log),
                  create: whole.create,
                  update: whole.update,
                  delete: whole.delete,
                }
          const result: E.Either<QueryError, unknown> = change
            ? await updateRows(client, queryset, () => ({ int0: 77 }))()
            : await deleteRows(client)(queryset)()
          const after = await Promise.all(
            [...schemaOf(world.models).models.keys()].map(async (name) => {
              const all = await whole.list(allOf({ _tag: 'model', model: name }))()
              return E.isRight(all) ? asBag(all.right.rows) : []
            }),
          )
          return { result: E.isRight(result) ? result : result.left._tag, after }
        }
        const expected = await changed(null)
        expect(await changed(support)).to.deep.equal(expected)
        expect(log.wrongs).to.deep.equal([])
        hit.saw(typeof expected.result === 'string' ? 'left' : 'right')
      }),
      parameters(1),
    )
    expect(hit.count('right')).to.be.greaterThan(0)
  })

  it(titled('pages are fetched until enough rows remain, and no more', 1), async () => {
    const models = schema({ item: { id: autoId, n: field.int() } })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5), { maxLength: 20 }),
        fc.nat(5),
        fc.nat(6),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        fc.constantFrom<'none' | 'exact'>('none', 'exact'),
        async (numbers, most, offset, limit, maxPerRequest, overlap, total) => {
          const item = numbers.map((n, i) => ({ id: i + 1, n }))
          const log = freshLog()
          const support = understands({ order: true, maxPerRequest, overlap, total })
          const client = ableClient(memory(models, { item }), { support, leaf: () => 'unsupported' }, log)
          const found = await fn.pipe(
            models.item,
            filter((i) => i.n.lte(most)),
            orderBy((i) => [i.n.desc()]),
            slice(offset, offset + limit),
            toArray(client),
          )()
          const inOrder = [...item].sort((a, b) => b.n - a.n || a.id - b.id)
          const passing = inOrder.filter(({ n }) => n <= most)
          expect(found).to.deep.equal(E.right(passing.slice(offset, offset + limit)))
          const last = passing[offset + limit - 1]
          const step = overlap && maxPerRequest > 1 ? maxPerRequest - 1 : maxPerRequest
          // So many pages have so many rows.
          const pages = (rows: number) => 1 + Math.ceil(Math.max(0, rows - maxPerRequest) / step)
          const full = inOrder.length === maxPerRequest + (pages(inOrder.length) - 1) * step
          const needed =
            last === undefined
              ? pages(inOrder.length) + (full && total === 'none' && item.length > 0 ? 1 : 0)
              : pages(inOrder.indexOf(last) + 1)
          expect(log.requests).to.equal(needed)
          expect(log.wrongs).to.deep.equal([])
        },
      ),
      parameters(1),
    )
  })

  it(titled('pages that are not full are asked on after no more often than planned', 1), async () => {
    const models = schema({ item: { id: autoId, n: field.int() } })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 90 }),
        fc.integer({ min: 8, max: 40 }),
        fc.integer({ min: 1, max: 3 }),
        fc.record({ order: fc.boolean(), overlap: fc.boolean(), keyed: fc.boolean() }),
        fc.boolean(),
        async (numbers, maxPerRequest, maxMembers, { keyed, ...abilities }, all) => {
          const item = numbers.map((n, i) => ({ id: i + 1, n }))
          const log = freshLog()
          const support = understands({
            ...abilities,
            lookups: { in: 'exact', ...(keyed ? { gt: 'exact' } : {}) },
            maxPerRequest,
            maxMembers,
            rows: { item: item.length },
          })
          const client = ableClient(memory(models, { item }), { support, leaf: () => 'exact' }, log)
          const queryset = all
            ? models.item
            : fn.pipe(
                models.item,
                filter((i) => i.n.in([1, 2, 3])),
              )
          const planned = plan(client)(queryset)
          if (E.isLeft(planned)) throw new Error(planned.left.message)
          const found = await toArray(client)(queryset)()
          if (E.isLeft(found)) throw new Error(found.left.message)
          expect(asBag(found.right)).to.deep.equal(asBag(item.filter(({ n }) => all || n < 4)))
          expect(log.requests).to.be.at.most(planned.right.requests ?? 0)
          expect(log.rows).to.be.at.most(planned.right.rows ?? 0)
          expect(log.wrongs).to.deep.equal([])
        },
      ),
      parameters(1),
    )
  })

  it(titled('rows that come and go between pages neither repeat nor hide others, by key', 1), async () => {
    const moved = tally()
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(60), { minLength: 4, maxLength: 30 }),
        fc.array(fc.nat(60), { maxLength: 12 }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom<'none' | 'exact'>('none', 'exact'),
        async (ids, changes, maxPerRequest, total) => {
          const models = schema({ item: { id: autoId, n: field.int() } })
          const row = (id: number) => ({ id, n: id % 3 })
          let rows = ids.map(row)
          const pending = [...changes]
          const client: Client = {
            name: 'restless',
            schema: schemaOf(models),
            support: understands({
              lookups: { gt: 'exact', exact: 'exact' },
              connectives: true,
              order: true,
              total,
              maxPerRequest,
            }),
            list: (query) => {
              const page = memory(models, { item: rows }).list(query)
              return async () => {
                const answer = await page()
                const change = pending.pop()
                // A row comes, or goes.
                if (change !== undefined)
                  rows = rows.some(({ id }) => id === change)
                    ? rows.filter(({ id }) => id !== change)
                    : [...rows, row(change)]
                return answer
              }
            },
          }
          const found = await fn.pipe(
            models.item,
            orderBy((i) => [i.n.desc()]),
            filter((i) => i.id.lte(50)),
            toArray(client),
          )()
          if (E.isLeft(found)) throw new Error(found.left.message)
          const stayed = ids.filter((id) => id <= 50 && !changes.includes(id))
          const given = found.right.map(({ id }) => id)
          expect(new Set(given).size).to.equal(given.length)
          expect(given).to.include.members(stayed)
          moved.saw(...(changes.length > 0 && pending.length < changes.length ? ['moved'] : []))
        },
      ),
      parameters(1),
    )
    expect(moved.share('moved')).to.be.greaterThan(0.5)
  })

  it(titled('by offset they are noticed, as far as the plan says', 1), async () => {
    const moved = tally()
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(30), { minLength: 4, maxLength: 30 }),
        fc.array(fc.nat(30), { maxLength: 6 }),
        fc.integer({ min: 1, max: 7 }),
        fc.record({
          total: fc.constantFrom<'none' | 'exact' | number>('none', 'exact', 3),
          order: fc.boolean(),
          overlap: fc.boolean(),
          concurrency: fc.integer({ min: 1, max: 4 }),
          projection: fc.boolean(),
        }),
        fc.array(fc.nat(5), { minLength: 1, maxLength: 9 }),
        fc.boolean(),
        async (ids, changes, maxPerRequest, abilities, waits, keyless) => {
          const models = schema({ item: { id: autoId, n: field.int() } })
          const row = (id: number) => ({ id, n: 100 + id })
          const before = new Set(ids)
          let rows = [...ids].map(row)
          const pending = [...changes]
          const done: Array<number> = []
          let calls = 0
          const client: Client = {
            name: 'restless',
            schema: schemaOf(models),
            support: understands({ ...abilities, maxPerRequest }),
            list: (query) => async () => {
              const wait = waits[calls % waits.length] ?? 0
              calls += 1
              // Pages that are asked for together are answered in any order.
              for (let i = 0; i < wait; i += 1) await Promise.resolve()
              const answer = await memory(models, { item: rows }).list(query)()
              // Rows come, or go: one, or more at once.
              pending.splice(0, 1 + (wait % 3)).forEach((change) => {
                done.push(change)
                rows = rows.some(({ id }) => id === change)
                  ? rows.filter(({ id }) => id !== change)
                  : [...rows, row(change)]
              })
              return E.map(({ rows: given, total }: Page) => ({
                rows: given,
                total:
                  abilities.total === 'none'
                    ? null
                    : abilities.total === 'exact'
                      ? total
                      : Math.min(total ?? 0, abilities.total),
              }))(answer)
            },
          }
          const queryset = keyless
            ? fn.pipe(
                models.item,
                values((i) => ({ n: i.n })),
              )
            : models.item
          const planned = plan(client)(queryset)
          if (E.isLeft(planned)) throw new Error(planned.left.message)
          const { noticed, by } = planned.right.walk
          const found = await toArray(client)(queryset)()
          moved.saw(`${by} ${noticed}${E.isLeft(found) ? ' left' : ''}`)
          const stayed = ids.filter((id) => !done.includes(id)).map((id) => row(id).n)
          const comes = done.every((id, i) => !before.has(id) && done.indexOf(id) === i)
          const goes = done.every((id, i) => before.has(id) && done.indexOf(id) === i)
          if (E.isLeft(found)) {
            expect(found.left.retryable).to.equal(true)
            expect(done).not.to.deep.equal([])
          } else {
            const given = (found.right as ReadonlyArray<{ readonly n: number }>).map(({ n }) => n)
            const promised =
              noticed === 'all' ||
              done.length === 0 ||
              (noticed === 'total' && (comes || goes)) ||
              // More rows than a page holds would show rows of a page before the last again.
              (noticed === 'repeats' && comes && done.length <= maxPerRequest)
            if (promised) {
              expect(new Set(given).size).to.equal(given.length)
              expect(given).to.include.members(stayed)
            }
          }
        },
      ),
      parameters(1),
    )
    console.log(`      ${moved.toString()}`)
    ;['offset all left', 'offset total left', 'offset repeats left', 'offset all', 'offset total'].forEach(
      (way) => expect(moved.count(way), way).to.be.greaterThan(0),
    )
  })

  it('by offset, a row that comes again is an error, since another may be hidden', async () => {
    const models = schema({ item: { id: autoId } })
    let rows = [{ id: 2 }, { id: 3 }, { id: 4 }]
    const client: Client = {
      name: 'restless',
      schema: schemaOf(models),
      support: understands({ maxPerRequest: 2 }),
      list: (query) => async () => {
        const answer = await memory(models, { item: rows }).list(query)()
        rows = [{ id: 1 }, ...rows]
        return answer
      },
    }
    const found = await toArray(client)(models.item)()
    expect(E.isLeft(found) && found.left._tag).to.equal('ClientFailed')
    expect(E.isLeft(found) && found.left.retryable).to.equal(true)
  })
})

/**
 * The five faults of which each property above says that it was planted and found, as they would look from without: a
 * plan is a value, so that a faulty planner is the planner and a function of its plan, and a faulty terminal one that
 * makes too little of it. Each is found by a property that holds where nothing is planted.
 */
type Planted = (planned: Plan, query: Query) => Plan

const asPlanned: Planted = (planned) => planned

/** What a client can do, and what is wrong with how it is asked. */
const answersRightly = (spoil: Planted, loosen: (able: Able) => Able = (able) => able) =>
  fc.asyncProperty(cases(4), async ({ world, queryset, more }) => {
    const start = more.next(3)
    const sliced = more.next(2) === 0 ? queryset : slice(start, start + more.next(4))(queryset)
    const query = fold(sliced)
    if (E.isLeft(query)) return
    const expected = evaluate(world.schema, world.source, now)(query.right)
    if (E.isLeft(expected)) return
    const client = ableClient(memoryOf(world), loosen(abilitiesOf(world, more)), freshLog())
    const planned = planOf(client, sliced)
    if (E.isLeft(planned)) throw new Error(planned.left.message)
    const rows: Array<unknown> = []
    for await (const page of fetchRows(client, spoil(planned.right, query.right))) {
      if (E.isLeft(page)) throw new AssertionError(JSON.stringify(page.left))
      rows.push(...page.right)
    }
    expectRows(rows, expected.right, isOrdered(query.right))
  })

/** The limit goes down although something is left to be filtered here. */
const limitUnderResidual: Planted = (planned, { slice: asked }) => {
  const { residual, walk } = planned
  if (residual === null || asked === null || asked.limit === null) return planned
  const limited = (each: Walk): Walk => ({ ...each, most: asked.offset + (asked.limit ?? 0) })
  return { ...planned, walk: limited(walk), residual: { ...residual, walks: residual.walks.map(limited) } }
}

/** What may give too much is taken to give too much when it is negated, too. */
const supersetUnderNot = ({ support, leaf }: Able): Able => {
  const taken = (each: Predicate<Query>): Fidelity =>
    each._tag === 'not' ? taken(each.predicate) : fidelityOf(each, leaf)
  return { leaf, support: (question) => ({ ...support(question), where: question.where.map(taken) }) }
}

type Counting = (client: Client, queryset: Q) => TE.TaskEither<QueryError, number>

const countsRightly = (counting: Counting) =>
  fc.asyncProperty(cases(4), async ({ world, queryset, more }) => {
    const query = fold(queryset)
    if (E.isLeft(query)) return
    const expected = evaluate(world.schema, world.source, now)(query.right)
    if (E.isLeft(expected)) return
    const client = ableClient(memoryOf(world), abilitiesOf(world, more), freshLog())
    expect(await counting(client, queryset)()).to.deep.equal(E.right(expected.right.length))
  })

/** What the client is asked is counted, whatever is left of the query. */
const countsPushed: Counting = (client, queryset) =>
  TE.flatMap(TE.fromEither(planOf(client, queryset)), ({ pushed }) => derive(client).count(pushed))

type Deleting = (client: WritableClient, queryset: Q) => TE.TaskEither<QueryError, unknown>

/** A model that nothing points to, of which some rows are deleted, over clients that filter loosely or not at all. */
const deletesRightly = (deleting: Deleting) =>
  fc.asyncProperty(naturals(40), async (drawn) => {
    const tape = tapeOf(drawn)
    const models = schema({ item: { id: autoId, n: field.int(), name: field.text() } })
    const item = Array.from({ length: tape.next(9) }, (_, i) => ({
      id: i + 1,
      n: tape.next(4),
      name: tape.next(2) === 0 ? 'a' : 'ab',
    }))
    const [most, part] = [tape.next(4), tape.next(2) === 0 ? 'a' : 'b'] as const
    const some = fn.pipe(
      models.item,
      filter((i) => i.n.lte(most)),
      filter((i) => i.name.contains(part)),
    )
    const fidelity = (): Fidelity => pick(tape, ['exact', 'superset', 'unsupported'])
    const by = { lte: fidelity(), contains: fidelity() }
    const able: Able = {
      support: understands({ lookups: by, total: 'exact', maxPerRequest: 1 + tape.next(5) }),
      leaf: (node) =>
        (node._tag === 'lookup' ? (by as { readonly [name: string]: Fidelity })[node.name] : undefined) ??
        'exact',
    }
    const left = async (supported: Able | null) => {
      const whole = memory(models, { item })
      const { create, update, delete: remove } = whole
      const client =
        supported === null
          ? whole
          : { ...ableClient(whole, supported, freshLog()), create, update, delete: remove }
      const told = await deleting(client, some as unknown as Q)()
      if (E.isLeft(told)) throw new Error(JSON.stringify(told.left))
      return toArray(whole)(models.item)()
    }
    expect(await left(able)).to.deep.equal(await left(null))
  })

/** The rows that the client gives for what it is asked are deleted, though some may be there for nothing. */
const deletesPushed: Deleting = (client, queryset) =>
  TE.flatMap(TE.fromEither(planOf(client, queryset)), ({ pushed }) =>
    TE.flatMap(derive(client).getPks(pushed), (keys) => deriveWrites(client).deleteBulk('item', keys)),
  )

/** Pages by offset, while rows come and go: what stays comes once, where the plan says that all is noticed. */
const noticesChanges = (spoil: Planted) =>
  fc.asyncProperty(
    fc.uniqueArray(fc.nat(30), { minLength: 4, maxLength: 20 }),
    fc.array(fc.nat(30), { minLength: 1, maxLength: 6 }),
    fc.integer({ min: 2, max: 5 }),
    async (ids, changes, maxPerRequest) => {
      const models = schema({ item: { id: autoId } })
      let rows = ids.map((id) => ({ id }))
      const pending = [...changes]
      const done: Array<number> = []
      const client: Client = {
        name: 'restless',
        schema: schemaOf(models),
        support: understands({ order: true, maxPerRequest }),
        list: (query) => async () => {
          const answer = await memory(models, { item: rows }).list(query)()
          const [change] = pending.splice(0, 1)
          if (change !== undefined) {
            done.push(change)
            rows = rows.some(({ id }) => id === change)
              ? rows.filter(({ id }) => id !== change)
              : [...rows, { id: change }]
          }
          return E.map(({ rows: given }: Page): Page => ({ rows: given, total: null }))(answer)
        },
      }
      const planned = planOf(client, models.item)
      const query = fold(models.item)
      if (E.isLeft(planned) || E.isLeft(query)) throw new Error('it should be planned')
      if (planned.right.walk.by !== 'offset' || planned.right.walk.noticed !== 'all') return
      const given: Array<unknown> = []
      for await (const page of fetchRows(client, spoil(planned.right, query.right))) {
        if (E.isLeft(page)) return
        given.push(...page.right.map(({ id }) => id))
      }
      expect(new Set(given).size).to.equal(given.length)
      expect(given).to.include.members(ids.filter((id) => !done.includes(id)))
    },
  )

/** Each page begins where the one before has ended, and nobody looks whether it still does. */
const blindOffsets: Planted = (planned) => ({
  ...planned,
  walk: { ...planned.walk, overlap: false, known: [], total: 'none' },
})

describe('plan, with a fault planted', () => {
  const found = (
    name: string,
    share: number,
    honest: fc.IAsyncProperty<unknown>,
    faulty: fc.IAsyncProperty<unknown>,
  ) => {
    it(titled(`${name}: what finds it holds without it`, share), () => fc.assert(honest, parameters(share)))
    it(`${name}: it is found`, () => expectCaught(faulty, share))
  }

  found('a limit under a residual', 1, answersRightly(asPlanned), answersRightly(limitUnderResidual))
  // Where support says so itself: nothing else may be negated.
  found('a superset under not', 1, answersRightly(asPlanned), answersRightly(asPlanned, supersetUnderNot))
  found(
    'a count past an inexact filter',
    0.5,
    countsRightly((client, queryset) => count(client)(queryset)),
    countsRightly(countsPushed),
  )
  found(
    'a delete past an inexact filter',
    0.5,
    deletesRightly((client, queryset) => deleteRows(client)(queryset)),
    deletesRightly(deletesPushed),
  )
  found('offsets while rows come and go', 0.5, noticesChanges(asPlanned), noticesChanges(blindOffsets))
})
