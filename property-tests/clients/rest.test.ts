/** A service of somebody else's, as it is published, with the planner in front of it: it answers as the meaning says. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import {
  autoId,
  count,
  field,
  filter,
  fold,
  not,
  orderBy,
  print,
  schema,
  slice,
  toArray,
  type OrderKey,
  type Predicate,
  type Queryset,
} from '../../src/index.js'
import { jsonServer, restClient } from '../../src/http.js'
import { memory } from '../../src/memory.js'
import { isOrdered } from '../../src/query/Query.js'
import { cases } from '../support/cases.js'
import { memoryOf, right } from '../support/clients.js'
import { expectRows } from '../support/compare.js'
import { jsonServerOver } from '../support/jsonServer.js'
import { parameters, tally, titled } from '../support/runs.js'
import { naturals } from '../support/naturals.js'
import { chance, pick, tapeOf, times, type Tape } from '../../src/laws/Tape.js'

describe('rest', () => {
  // Caught, planted: `gt` spelled as `_gte`.
  it(titled('answers over JSON Server what the querysets mean', 0.1), async () => {
    const seen = tally()
    await fc.assert(
      fc.asyncProperty(cases(4), async ({ world, queryset, more }) => {
        const own = memoryOf(world)
        const service = await jsonServerOver(JSON.parse(JSON.stringify(world.rows)) as object)
        const params: Array<string> = []
        const client = restClient(world.models, {
          url: service.url,
          style: jsonServer({ size: 1 + more.next(4) }),
          fetch: (request) => {
            params.push(new URL(request.url).search)
            return fetch(request)
          },
        })
        try {
          const [expected, actual] = [await toArray(own)(queryset)(), await toArray(client)(queryset)()]
          const why = `${params.join(' ')} ${JSON.stringify([expected, actual])}`
          if (E.isLeft(expected)) {
            seen.saw('Left')
            expect(E.isLeft(actual) && actual.left._tag, why).to.equal(expected.left._tag)
            return
          }
          const query = fold(queryset)
          seen.saw(
            params.some((each) => !/^\?(?:_sort=[^&]*&_order=[^&]*&)?_start/u.test(each))
              ? 'filtered'
              : 'not',
          )
          expect(actual._tag, why).to.equal('Right')
          if (E.isRight(actual))
            expectRows(actual.right, expected.right, E.isRight(query) && isOrdered(query.right), why)
          expect(await count(client)(queryset)(), why).to.deep.equal(E.right(expected.right.length))
        } finally {
          await service.close()
        }
      }),
      parameters(0.1),
    )
    expect(seen.count('filtered'), seen.toString()).to.be.greaterThan(0)
  })

  // Caught, each planted alone: a parameter that is sent twice; a pattern that isn't escaped.
  it(titled('is asked for what it can do, and gives what is meant', 0.2), async () => {
    const seen = tally()
    await fc.assert(
      fc.asyncProperty(naturals(120), async (numbers) => {
        const tape = tapeOf(numbers)
        // A few, so that rows have what conditions ask for.
        const pool = [pick(tape, texts), ...times(3, () => pick(tape, texts))] as const
        const rows = times(1 + tape.next(12), (i) => ({
          id: i + 1,
          name: pick(tape, pool),
          size: pick(tape, [null, 0, 1, 2, 3, 5, 9, 10, -1]),
          price: pick(tape, ['1', '1.0', '1.50', '10', '9', '0.5']),
          live: chance(tape, 50),
        }))
        const service = await jsonServerOver({ track: JSON.parse(JSON.stringify(rows)) as object })
        const client = restClient(models, { url: service.url, style: jsonServer({ size: 1 + tape.next(6) }) })
        const conditions = times(1 + tape.next(3), () => conditionFrom(tape, pool))
        const filtered = conditions.reduce((query, condition) => filter(condition)(query), models.track)
        const ordered = chance(tape, 60) ? orderBy(orderFrom(tape))(filtered) : filtered
        const queryset = chance(tape, 60) ? slice(tape.next(3), 3 + tape.next(4))(ordered) : ordered
        try {
          const expected = await right(toArray(memory(models, { track: rows }))(queryset))
          seen.saw(expected.length > 0 ? 'full' : 'empty')
          expectRows(await right(toArray(client)(queryset)), expected, queryset !== filtered, print(queryset))
        } finally {
          await service.close()
        }
      }),
      parameters(0.2),
    )
    expect(seen.share('full'), seen.toString()).to.be.greaterThan(0.2)
  })
})

const models = schema({
  track: {
    id: autoId,
    name: field.text(),
    size: field.nullable(field.int()),
    price: field.decimal(),
    live: field.boolean(),
  },
})

const texts = [
  'a', 'A', '', 'ab', 'a&id=1', 'a#', '%', '.*', 'a.b', '^a', 'a$', '(', '[', '+', ' ', 'a b', 'a/b', '?', '=', '\\', "'",
  '"', '\u{1F600}', '\uFFFD', 'É', 'é', 'null', 'true', '1', '1.0', '&_limit=0', '__proto__', 'ı', 'I', 'i',
] as const // prettier-ignore

type Track = (typeof models)['track'] extends Queryset<infer R, infer _A, infer _M> ? R : never

const few = [0, 1, 2, 3, 5, 9, 10, -1] as const

/** A condition on a field, such as the service may know. */
const conditionFrom = (
  tape: Tape,
  pool: readonly [string, ...ReadonlyArray<string>],
): ((t: Track) => Predicate) => {
  const text = pick(tape, pool)
  const number = pick(tape, few)
  // Rarely more than a service reads.
  const many = <A>(one: () => A): ReadonlyArray<A> => times(1 + tape.next(chance(tape, 15) ? 40 : 4), one)
  const some = many(() => pick(tape, few))
  const words = many(() => pick(tape, pool))
  return pick<(t: Track) => Predicate>(tape, [
    (t) => t.size.gte(number),
    (t) => t.name.eq(text),
    (t) => t.name.contains(text),
    (t) => t.name.startswith(text),
    (t) => t.name.endswith(text),
    (t) => t.name.icontains(text),
    (t) => t.name.in(words),
    (t) => t.name.gt(text),
    (t) => t.size.gt(number),
    (t) => t.size.lt(number),
    (t) => t.size.lte(number),
    (t) => t.size.in(some),
    (t) => t.id.in(some),
    (t) => t.size.isNull(),
    (t) => not(t.size.eq(number)),
    (t) => not(t.name.contains(text)),
    (t) => t.live.eq(true),
    (t) => t.price.eq('1.5'),
  ])
}

const orderFrom = (tape: Tape): ((t: Track) => ReadonlyArray<OrderKey>) =>
  pick<(t: Track) => ReadonlyArray<OrderKey>>(tape, [
    (t) => [t.id.desc()],
    (t) => [t.size.asc()],
    (t) => [t.size.desc()],
    (t) => [t.size.asc({ nulls: 'first' })],
    (t) => [t.name.asc()],
    (t) => [t.live.desc(), t.size.asc()],
    (t) => [t.price.asc()],
  ])
