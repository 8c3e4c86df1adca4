/** Queries as JSON: what is sent arrives, and whatever else arrives does no harm. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { check, decodeQuery, encodeQuery, fold, type Query } from '../../src/index.js'
import { evaluate } from '../../src/engine/evaluate.js'
import { cases } from '../support/cases.js'
import { now } from '../support/compare.js'
import { parameters, tally, titled } from '../support/runs.js'
import { pick, type Tape } from '../../src/laws/make/Tape.js'

const wide = { depth: 10_000, size: 10_000_000 }

const sent = (query: Query): unknown => {
  const encoded = encodeQuery(wide)(query)
  if (E.isLeft(encoded)) throw new Error(encoded.left.message)
  return JSON.parse(JSON.stringify(encoded.right)) as unknown
}

/** The places in JSON: each is a list or an object, and a key of it. */
interface Place {
  readonly holder: { [key: string]: unknown }
  readonly key: string
}

const places = (json: unknown): ReadonlyArray<Place> =>
  typeof json === 'object' && json !== null
    ? Object.entries(json).flatMap(([key, value]) => [
        { holder: json as Place['holder'], key },
        ...places(value),
      ])
    : []

interface Corruption {
  readonly name: string
  /** Whether it can never leave a query. */
  readonly fatal: boolean
}

const junk = [null, 1, -1, 0.5, 'x', '', true, [], {}, 'count', ['x'], { _tag: 'and', all: [] }] as const

const corrupt = (json: unknown, tape: Tape): Corruption | null => {
  const all = places(json)
  const objects = all.filter(({ holder }) => !Array.isArray(holder))
  // A constant's value is any JSON: what is inside it is not the query's.
  const outside = (place: Place) => place.key !== 'value'
  const at = <T>(list: ReadonlyArray<T>): T | undefined => list[tape.next(list.length)]
  switch (tape.next(5)) {
    case 0: {
      const place = at(objects)
      if (place === undefined) return null
      place.holder[pick(tape, ['extra', '$where', 'constructor', 'where2'])] = pick(tape, junk)
      return { name: 'unknown key', fatal: true }
    }
    case 1: {
      const place = at(objects)
      if (place === undefined) return null
      const { [place.key]: _, ...rest } = place.holder
      Object.keys(place.holder).forEach((key) => Reflect.deleteProperty(place.holder, key))
      Object.assign(place.holder, rest)
      return { name: 'missing key', fatal: true }
    }
    case 2: {
      const place = at(objects.filter(({ key }) => key === '_tag'))
      if (place === undefined) return null
      place.holder['_tag'] = pick<unknown>(tape, ['nothing', '__proto__', 'toString', 3, null])
      return { name: 'unknown tag', fatal: true }
    }
    case 3: {
      const place = at(all)
      if (place === undefined) return null
      place.holder[place.key] = pick(tape, junk)
      return { name: 'another type', fatal: false }
    }
    default: {
      const from = at(all)
      const to = at(all.filter(outside))
      if (from === undefined || to === undefined) return null
      // A copy, so that nothing comes to contain itself.
      to.holder[to.key] = JSON.parse(JSON.stringify(from.holder[from.key])) as unknown
      return { name: 'another part', fatal: false }
    }
  }
}

describe('wire', () => {
  it(titled('decode(encode(q)) = q', 2), () => {
    fc.assert(
      fc.property(cases(), ({ queryset }) => {
        const query = fold(queryset)
        if (E.isLeft(query)) return
        expect(decodeQuery(wide)(sent(query.right))).to.deep.equal(query)
      }),
      parameters(2),
    )
  })

  const seen = tally()

  it(titled('what was corrupted is refused, or is another query', 4), () => {
    fc.assert(
      fc.property(cases(5), ({ queryset, world, more }) => {
        const query = fold(queryset)
        if (E.isLeft(query)) return
        const json = sent(query.right)
        const done = corrupt(json, more)
        if (done === null) return
        const before = JSON.stringify(json)
        const decoded = decodeQuery(wide)(json)
        seen.saw(done.name, `${done.name} ${decoded._tag}`)
        expect(JSON.stringify(json), 'it is left as it was').to.equal(before)
        if (E.isLeft(decoded)) {
          expect(decoded.left._tag).to.equal('InvalidQuery')
          return
        }
        expect(done.fatal, `${done.name} was passed over: ${before}`).to.equal(false)
        const checked = check(world.schema, decoded.right)
        const rows = evaluate(world.schema, world.source, now)(decoded.right)
        seen.saw(`checked ${checked._tag}`)
        // What the check refuses never gets to a client; some of it could be evaluated, like one row called many.
        if (E.isRight(checked))
          expect(rows._tag, `what is checked can be evaluated: ${JSON.stringify(rows)}`).to.equal('Right')
      }),
      parameters(4),
    )
  })

  // Caught, planted: what a list holds put in the queue before it is counted.
  it('counts what a list or an object holds before it looks at it', () => {
    const unseen = { get: () => expect.fail('it was looked at'), enumerable: true }
    const list = Object.defineProperty(new Array<unknown>(100_000_000), 0, unseen)
    const object = Object.defineProperties(
      {},
      Object.fromEntries(Array.from({ length: 20_001 }, (_, i) => [`x${String(i)}`, unseen])),
    )
    for (const each of [list, object, { from: list }]) {
      const decoded = decodeQuery()(each)
      expect(E.isLeft(decoded) && decoded.left.message).to.equal('the query: has more than 20000 values')
    }
  })

  it('some was refused, some was not', () => {
    console.log(`      ${seen.toString()}`)
    expect(seen.count('another type Left')).to.be.greaterThan(0)
    expect(seen.count('another part Right')).to.be.greaterThan(0)
    expect(seen.count('checked Right')).to.be.greaterThan(0)
    expect(seen.count('checked Left')).to.be.greaterThan(0)
  })

  it(titled('any JSON at all is refused or a query'), () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (json) => {
        const decoded = decodeQuery()(json)
        expect(decoded._tag).to.equal('Left')
      }),
      parameters(),
    )
  })

  it(titled('limits hold to the last value'), () => {
    fc.assert(
      fc.property(cases(4), ({ queryset }) => {
        const query = fold(queryset)
        if (E.isLeft(query)) return
        const { depth, size } = measure(sent(query.right))
        const tags = (limits: { depth: number; size: number }) => [
          encodeQuery(limits)(query.right)._tag,
          decodeQuery(limits)(sent(query.right))._tag,
        ]
        expect(tags({ depth, size })).to.deep.equal(['Right', 'Right'])
        expect(tags({ depth: depth - 1, size })).to.deep.equal(['Left', 'Left'])
        expect(tags({ depth, size: size - 1 })).to.deep.equal(['Left', 'Left'])
      }),
      parameters(),
    )
  })

  const deep = 100_000

  const nest = (wrap: (inner: unknown) => unknown, innermost: unknown): unknown => {
    let made = innermost
    for (let i = 0; i < deep; i++) made = wrap(made)
    return made
  }

  const all = (from: unknown) => ({
    ...{ from, annotations: [], where: null, order: [], reverse: false, distinctOn: null, columns: null },
    ...{ group: null, distinct: false, slice: null, fields: null, related: [] },
  })

  const towers: { readonly [name: string]: () => unknown } = {
    lists: () => nest((inner) => [inner], []),
    objects: () => nest((inner) => ({ from: inner }), {}),
    queries: () => nest((query) => all({ _tag: 'query', query }), all({ _tag: 'model', model: 'alpha' })),
    predicates: () => ({
      ...all({ _tag: 'model', model: 'alpha' }),
      where: nest((predicate) => ({ _tag: 'not', predicate }), { _tag: 'and', all: [] }),
    }),
    'JSON constants': () => ({
      ...all({ _tag: 'model', model: 'alpha' }),
      columns: [
        { name: 'x', expression: { _tag: 'const', kind: 'json', value: nest((inner) => [inner], 1) } },
      ],
    }),
  }

  Object.entries(towers).forEach(([name, tower]) => {
    it(`${name} 100,000 deep are refused, and the stack holds`, () => {
      const decoded = decodeQuery()(tower())
      expect(E.isLeft(decoded) && decoded.left.message).to.match(/nested more than 200 deep/u)
    })
  })
})

/** How deep JSON is, and of how many values it consists. */
const measure = (json: unknown): { readonly depth: number; readonly size: number } =>
  typeof json === 'object' && json !== null
    ? (Object.values(json) as ReadonlyArray<unknown>)
        .map(measure)
        .reduce((all, one) => ({ depth: Math.max(all.depth, one.depth + 1), size: all.size + one.size }), {
          depth: 1,
          size: 1,
        })
    : { depth: 1, size: 1 }
