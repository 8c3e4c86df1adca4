/**
 * What serializers promise: what they give they take back, a change in part touches what was sent and nothing else, and a
 * filter answers what the queryset answers.
 *
 * Caught, planted: a length of time that is written without its days; a change in part that writes empty texts for what
 * wasn't sent; a `range` that ends where it starts.
 */
import { expect } from 'chai'
import fc from 'fast-check'
import { either as E, function as F } from 'fp-ts'
import {
  autoId,
  belongsTo,
  field,
  filter,
  manyToMany,
  schema,
  toArray,
  type Json,
  type Queryset,
} from '../../src/index.js'
import { memory } from '../../src/memory.js'
import { filters, rest, serializer, viewset, type RestHandler } from '../../src/rest.js'
import { parameters, titled } from '../support/runs.js'

const { pipe } = F

/** A case is many requests. */
const share = 0.3

const models = schema({
  tag: { id: autoId, name: field.text() },
  thing: {
    id: autoId,
    text: field.text({ blank: true }),
    note: field.nullable(field.text({ blank: true })),
    whole: field.int(),
    float: field.nullable(field.float()),
    price: field.nullable(field.decimal({ maxDigits: 8, decimalPlaces: 2 })),
    day: field.nullable(field.date()),
    clock: field.nullable(field.time()),
    at: field.nullable(field.datetime()),
    lasts: field.nullable(field.duration()),
    uid: field.nullable(field.uuid()),
    flag: field.nullable(field.boolean()),
    meta: field.json(),
    size: field.choices(['s', 'l']),
    main: field.nullable(belongsTo('tag', { relatedName: 'mains' })),
    tags: manyToMany('tag', { relatedName: 'things', blank: true }),
  },
})

/** What callbacks speak of tags by. */
type Refs = typeof models.tag extends Queryset<infer R, unknown> ? R : never

const thing = serializer(models.thing, { fields: 'all' })

const tags = [1, 2, 3].map((id) => ({ id, name: `tag ${String(id)}` }))

const opened = () => {
  const client = memory(models, { tag: tags })
  return { client, api: rest({ things: viewset({ queryset: models.thing, serializer: thing }) }, { client }) }
}

const two = (n: number): string => String(n).padStart(2, '0')
const day = fc
  .tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([y, m, d]) => `${String(y).padStart(4, '0')}-${two(m)}-${two(d)}`)
const clock = fc
  .tuple(
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 59 }),
    fc.constantFrom('', '.5', '.123', '.123456', '.000'),
  )
  .map(([h, m, s, f]) => `${two(h)}:${two(m)}:${two(s)}${f}`)
const nullable = <A>(of: fc.Arbitrary<A>) => fc.option(of, { nil: null })
const text = fc.string({
  unit: fc.constantFrom('a', 'B', 'é', '😀', ' ', '%', '_', '\\', '\n', "'", '='),
  maxLength: 8,
})

const body = fc.record({
  text,
  note: nullable(text),
  whole: fc.oneof(fc.maxSafeInteger(), fc.integer().map(String)),
  float: nullable(fc.double({ noNaN: true, noDefaultInfinity: true })),
  price: nullable(fc.integer({ min: -999999, max: 999999 }).map((n) => (n / 100).toFixed(2))),
  day: nullable(day),
  clock: nullable(clock),
  at: nullable(
    fc.tuple(day, clock, fc.constantFrom('Z', '+02:00', '-0730', '')).map(([d, c, z]) => `${d}T${c}${z}`),
  ),
  lasts: nullable(fc.constantFrom('00:03:20', '3:20', '-1 00:00:01', '12 23:59:59.5', 90, '')),
  uid: nullable(fc.uuid()),
  flag: nullable(fc.boolean()),
  meta: fc.jsonValue({ maxDepth: 3 }).filter((json) => json !== null),
  size: fc.constantFrom('s', 'l'),
  main: nullable(fc.integer({ min: 1, max: 3 })),
  tags: fc.uniqueArray(fc.integer({ min: 1, max: 3 })),
})

const ask = async (api: RestHandler, method: string, path: string, json?: unknown) => {
  const response = await api(
    new Request(`http://x/things/${path}`, {
      method,
      ...(json === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
    }),
  )
  return { status: response.status, json: (await response.json()) as { readonly [name: string]: Json } }
}

describe('serializers', () => {
  it(titled('take back what they give: format, then parse, is the row', share), async () => {
    await fc.assert(
      fc.asyncProperty(body, async (given) => {
        const { api, client } = opened()
        const made = await ask(api, 'POST', '', given)
        // The first and the last instants of the calendar are beyond it in some zones.
        if (made.status === 400) {
          expect(Object.keys(made.json)).to.deep.equal(['at'])
          return
        }
        expect(made.status).to.equal(201)
        const stored = await toArray(client)(models.thing)()
        const again = await ask(api, 'PUT', '1/', made.json)
        expect(again.status, JSON.stringify(again.json)).to.equal(200)
        expect(again.json).to.deep.equal(made.json)
        expect(await toArray(client)(models.thing)()).to.deep.equal(stored)
        expect((await ask(api, 'GET', '1/')).json).to.deep.equal(made.json)
      }),
      parameters(share),
    )
  })

  it(titled('change what was sent and nothing else', share), async () => {
    await fc.assert(
      fc.asyncProperty(
        body,
        body,
        fc.subarray(thing.fields.map(({ name }) => name)),
        async (given, other, names) => {
          const { api } = opened()
          const made = await ask(api, 'POST', '', given)
          if (made.status === 400) return
          const sent = Object.fromEntries(
            names.flatMap((name) =>
              Object.hasOwn(other, name) ? [[name, other[name as keyof typeof other]]] : [],
            ),
          )
          const changed = await ask(api, 'PATCH', '1/', sent)
          if (changed.status === 400) return
          expect(changed.status).to.equal(200)
          const untouched = Object.keys(made.json).filter((name) => !Object.hasOwn(sent, name))
          untouched.forEach((name) => {
            expect(changed.json[name], name).to.deep.equal(made.json[name])
          })
        },
      ),
      parameters(share),
    )
  })
})

describe('filters', () => {
  const { tag } = models
  const view = viewset({
    queryset: tag,
    serializer: serializer(tag, { fields: ['id', 'name'] }),
    filters: filters(tag, {
      id: ['exact', 'gt', 'lte', 'in', 'range'],
      name: ['exact', 'contains', 'icontains', 'istartswith', 'gte', 'in'],
    }),
  })

  const name = fc.string({
    unit: fc.constantFrom('a', 'A', 'é', 'É', '%', '_', '\\', 'b'),
    minLength: 1,
    maxLength: 3,
  })

  it(titled('answer what the queryset answers', share), async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(name, { maxLength: 12 }),
        fc.record({
          text: name,
          list: fc.array(name, { minLength: 1, maxLength: 3 }),
          low: fc.integer({ min: 0, max: 12 }),
          high: fc.integer({ min: 0, max: 12 }),
          which: fc.integer({ min: 0, max: 7 }),
        }),
        async (names, { text: given, list, low, high, which }) => {
          const client = memory(models, { tag: names.map((each, i) => ({ id: i + 1, name: each })) })
          const cases = [
            [`name=${encodeURIComponent(given)}`, filter((t: Refs) => t.name.eq(given))],
            [`name__contains=${encodeURIComponent(given)}`, filter((t: Refs) => t.name.contains(given))],
            [`name__icontains=${encodeURIComponent(given)}`, filter((t: Refs) => t.name.icontains(given))],
            [
              `name__istartswith=${encodeURIComponent(given)}`,
              filter((t: Refs) => t.name.istartswith(given)),
            ],
            [`name__gte=${encodeURIComponent(given)}`, filter((t: Refs) => t.name.gte(given))],
            [`name__in=${list.map(encodeURIComponent).join(',')}`, filter((t: Refs) => t.name.in(list))],
            [`id__range=${String(low)},${String(high)}`, filter((t: Refs) => t.id.range(low, high))],
            [`id__gt=${String(low)}&id__lte=${String(high)}`, filter((t: Refs) => t.id.range(low + 1, high))],
          ] as const
          const asked = cases[which]
          if (asked === undefined) return
          const [query, only] = asked
          const rows = await pipe(tag, only, toArray(client))()
          const response = await rest({ tags: view }, { client })(new Request(`http://x/tags/?${query}`))
          const { results } = (await response.json()) as {
            readonly results: ReadonlyArray<{ readonly id: number }>
          }
          expect(E.isRight(rows) && results).to.deep.equal(E.isRight(rows) && rows.right)
        },
      ),
      parameters(share),
    )
  })
})
