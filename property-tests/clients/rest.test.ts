/** A service of somebody else's, as it is published, with the planner in front of it: it answers as the meaning says. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import {
  autoId,
  count,
  explain,
  field,
  filter,
  fold,
  not,
  orderBy,
  plan,
  print,
  schema,
  slice,
  toArray,
  type OrderKey,
  type Predicate,
  type Queryset,
} from '../../src/index.js'
import { jsonServer, restClient, type RestClient, type RestFilter, type RestStyle } from '../../src/http.js'
import { memory } from '../../src/memory.js'
import type { Json, Kind } from '../../src/value/Value.js'
import { isOrdered } from '../../src/query/Query.js'
import { expectAgreement } from '../support/agreement.js'
import { cases } from '../support/cases.js'
import { memoryOf, right } from '../support/clients.js'
import { expectRows } from '../support/compare.js'
import { jsonServerOver } from '../support/jsonServer.js'
import { expectCaught } from '../support/planted.js'
import { dialects, honest, type Dialect } from '../support/restStubs.js'
import { parameters, tally, titled, type Tally } from '../support/runs.js'
import { naturals } from '../support/naturals.js'
import { chance, pick, tapeOf, times, type Tape } from '../../src/laws/make/Tape.js'

/** Of the properties' runs. */
const share = 0.2

const spelled = (suffix: string, fidelity: RestFilter['fidelity'], kind: Kind): ReadonlyArray<RestFilter> => [
  { kinds: [kind], fidelity, spell: (field, [value]) => [[`${field}${suffix}`, textOf(value)]] },
]

/** A value as it stands in a parameter. */
const textOf = (value: Json = null): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** The preset with a fault in it. */
const faulty =
  (fault: (style: RestStyle) => Partial<RestStyle>) =>
  (size: number): RestStyle => {
    const style = jsonServer({ size })
    return { ...style, ...fault(style) }
  }

const planted = {
  "'gt' spelled as '_gte'": faulty(({ filters }) => ({
    filters: { ...filters, gt: spelled('_gte', 'exact', 'int') },
  })),
  'a parameter that is sent twice': faulty(() => ({ repeats: true })),
  // Of what isn't a pattern at all, the service would tell at length.
  "a pattern that isn't escaped as a whole": faulty(({ filters }) => ({
    filters: {
      ...filters,
      contains: [
        {
          kinds: ['text'],
          fidelity: 'superset',
          spell: (field, [value]) => [[`${field}_like`, textOf(value).replace(/[[(+?*\\{]/gu, '\\$&')]],
        },
      ],
    },
  })),
}

const asked = (style: (size: number) => RestStyle, seen: Tally) =>
  fc.asyncProperty(naturals(120), async (numbers) => {
    const tape = tapeOf(numbers)
    // A few, so that rows have what conditions ask for.
    const pool = [textFrom(tape), ...times(3, () => textFrom(tape))] as const
    const rows = times(1 + tape.next(12), (i) => ({
      id: i + 1,
      name: pick(tape, pool),
      size: pick(tape, [null, 0, 1, 2, 3, 5, 9, 10, -1]),
      price: pick(tape, ['1', '1.0', '1.50', '10', '9', '0.5']),
      live: chance(tape, 50),
    }))
    const service = await jsonServerOver({ track: JSON.parse(JSON.stringify(rows)) as object })
    const client = restClient(models, { url: service.url, style: style(1 + tape.next(6)) })
    // Conditions that are on one field may have a parameter in common.
    const from = pick(tape, [anyFrom, sizeFrom, nameFrom, nameFrom])
    const conditions = times((from === anyFrom ? 1 : 2) + tape.next(2), () => from(tape, pool))
    const filtered = conditions.reduce((query, condition) => filter(condition)(query), models.track)
    const ordered = chance(tape, 60) ? orderBy(orderFrom(tape))(filtered) : filtered
    const queryset = chance(tape, 60) ? slice(tape.next(3), 3 + tape.next(4))(ordered) : ordered
    try {
      const expected = await right(toArray(memory(models, { track: rows }))(queryset))
      seen.saw(expected.length > 0 ? 'full' : 'empty')
      const told = await toArray(client)(queryset)()
      expect(told._tag, `${print(queryset)} ${JSON.stringify(told)}`).to.equal('Right')
      if (E.isRight(told)) expectRows(told.right, expected, queryset !== filtered, print(queryset))
    } finally {
      await service.close()
    }
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
  'a',
  'A',
  '',
  'ab',
  'a&id=1',
  'a#',
  '%',
  '.*',
  'a.b',
  '^a',
  'a$',
  '(',
  '[',
  '+',
  ' ',
  'a b',
  'a/b',
  '?',
  '=',
  '\\',
  "'",
  '"',
  '\u{1F600}',
  '\uFFFD',
  'É',
  'é',
  'null',
  'true',
  '1',
  '1.0',
  '&_limit=0',
  '__proto__',
  'ı',
  'I',
  'i',
] as const

type Track = (typeof models)['track'] extends Queryset<infer R, infer _A, infer _M> ? R : never

const few = [0, 1, 2, 3, 5, 9, 10, -1] as const

/** Texts that mean something in a pattern, or in a URL, or that compare oddly. */
const textFrom = (tape: Tape): string =>
  pick<string>(tape, chance(tape, 50) ? texts : ['(', '^a', 'a$', '^a', 'a$', 'a', '['])

type Pool = readonly [string, ...ReadonlyArray<string>]
type Condition = (t: Track) => Predicate

// Rarely more than a service reads.
const many = <A>(tape: Tape, one: () => A): ReadonlyArray<A> =>
  times(1 + tape.next(chance(tape, 15) ? 40 : 4), one)

const sizeFrom = (tape: Tape): Condition => {
  const number = pick(tape, few)
  const some = many(tape, () => pick(tape, few))
  return pick<Condition>(tape, [
    (t) => t.size.gte(number),
    (t) => t.size.gt(number),
    (t) => t.size.gt(number),
    (t) => t.size.lt(number),
    (t) => t.size.lte(number),
    (t) => t.size.eq(number),
    (t) => t.size.in(some),
  ])
}

const nameFrom = (tape: Tape, pool: Pool): Condition => {
  const text = pick(tape, pool)
  const words = many(tape, () => pick(tape, pool))
  return pick<Condition>(tape, [
    (t) => t.name.contains(text),
    (t) => t.name.contains(text),
    (t) => t.name.contains(text),
    (t) => t.name.eq(text),
    (t) => t.name.startswith(text),
    (t) => t.name.endswith(text),
    (t) => t.name.in(words),
  ])
}

/** A condition on any field, such as the service may know or not. */
const anyFrom = (tape: Tape, pool: Pool): Condition => {
  const text = pick(tape, pool)
  const number = pick(tape, few)
  const some = many(tape, () => pick(tape, few))
  return pick<Condition>(tape, [
    sizeFrom(tape),
    nameFrom(tape, pool),
    (t) => t.name.icontains(text),
    (t) => t.name.gt(text),
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

const identity = <A>(a: A): A => a

type Spoil = (client: RestClient) => RestClient

/** A client that says less of what it sends. */
const silent =
  (by: ReadonlyArray<'rows' | 'requests'>): Spoil =>
  (client) => ({
    ...client,
    support: (question) => {
      const { sends, ...answer } = client.support(question)
      const limit = question.query.slice?.limit ?? null
      return sends === undefined
        ? answer
        : {
            ...answer,
            sends: {
              requests: by.includes('requests') ? 1 : sends.requests,
              rows: by.includes('rows') ? (limit ?? sends.rows) : sends.rows,
            },
          }
    },
  })

const overspending = {
  'requests that are not told': silent(['requests']),
  'rows that are not told': silent(['rows']),
}

/** Services of every style, some of which give fewer rows at once than they are asked for, counted from outside. */
const bounded = (spoil: Spoil, seen: Tally) =>
  fc.asyncProperty(naturals(60), async (numbers) => {
    const tape = tapeOf(numbers)
    const dialect: Dialect = pick(tape, dialects)
    const rows = times(tape.next(14), (i) => ({
      id: i + 1,
      name: pick(tape, ['a', 'b']),
      size: pick(tape, [null, 1, 2]),
      price: '1',
      live: chance(tape, 50),
    }))
    const size = 1 + tape.next(5)
    const cap = chance(tape, 20) ? 1 + tape.next(size) : size
    const style = dialect.style(size)
    const { pages } = style
    const sent = { requests: 0, rows: 0 }
    const client = spoil(
      restClient(models, {
        url: 'http://localhost/',
        style:
          chance(tape, 30) && pages.by !== 'page' ? { ...style, pages: { ...pages, full: false } } : style,
        maxPages: 1 + tape.next(20),
        fetch: (request) => {
          const url = new URL(request.url)
          const wanted = dialect.read(url)
          const own = { ...wanted, limit: Math.min(wanted.limit, cap) }
          const told = honest({ track: rows }, own)
          sent.requests += 1
          sent.rows += told.rows.length
          return Promise.resolve(dialect.spell(own, told, url))
        },
      }),
    )
    const named = chance(tape, 30) ? filter((t: Track) => t.name.eq('a'))(models.track) : models.track
    const sorted = chance(tape, 50) ? orderBy((t: Track) => [t.id.asc()])(named) : named
    const from = tape.next(16)
    const queryset = chance(tape, 70) ? slice(from, from + 1 + tape.next(9))(sorted) : sorted
    const planned = plan(client)(queryset)
    const told = await toArray(client)(queryset)()
    const why = `${dialect.name}: ${print(queryset)} ${JSON.stringify([planned, sent])}`
    seen.saw(`${dialect.name} ${told._tag}`, sent.requests > 1 ? 'several' : 'one')
    if (E.isLeft(planned)) {
      expect(told._tag, why).to.equal('Left')
      return
    }
    const explained = explain(client)(queryset)
    if (E.isRight(explained)) expectAgreement(explained.right.text, explained.right.plan)
    expect(sent.requests, why).to.be.at.most(planned.right.requests ?? Infinity)
    expect(sent.rows, why).to.be.at.most(planned.right.rows ?? Infinity)
    if (E.isRight(told))
      expectRows(
        told.right,
        await right(toArray(memory(models, { track: rows }))(queryset)),
        queryset !== named,
        why,
      )
  })

describe('rest', () => {
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

  it(titled('is asked for what it can do, and gives what is meant', share), async () => {
    const seen = tally()
    await fc.assert(
      asked((size) => jsonServer({ size }), seen),
      parameters(share),
    )
    // Of a few runs chance may leave fewer.
    const least = parameters(share).numRuns < 100 ? 0.08 : 0.2
    expect(seen.share('full'), seen.toString()).to.be.greaterThan(least)
  })

  it(titled('asks for no more than its plan says', 1), async () => {
    const seen = tally()
    await fc.assert(bounded(identity, seen), parameters(1))
    for (const { name } of dialects) expect(seen.count(`${name} Right`), seen.toString()).to.be.greaterThan(0)
    expect(seen.count('several'), seen.toString()).to.be.greaterThan(0)
  })

  Object.entries(overspending).forEach(([name, spoil]) => {
    it(`which finds ${name}`, () => expectCaught(bounded(spoil, tally()), 1))
  })

  Object.entries(planted).forEach(([name, style]) => {
    it(`which finds ${name}`, () => expectCaught(asked(style, tally()), share))
  })
})
