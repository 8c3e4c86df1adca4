/** Functions and casts give values of the type that they say, or none; they never throw. */
import { expect } from 'chai'
import fc from 'fast-check'
import { either as E } from 'fp-ts'
import { functions } from '../../src/expression/functions.js'
import { castable, castType, castValue } from '../../src/expression/functions/cast.js'
import { canonical } from '../../src/value/canonical.js'
import { kinds, type Json, type Kind } from '../../src/value/Value.js'
import { parameters, titled } from '../support/runs.js'

type Arg = readonly [kind: Kind, value: Json]

/** More than a float can be. */
const huge = `1${'0'.repeat(400)}`

const values: { readonly [K in Kind]: fc.Arbitrary<unknown> } = {
  text: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 5 }),
    fc.constantFrom('', ' 5 ', '-0', 'constructor', 'true'),
  ),
  int: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.maxSafeInteger()),
  float: fc.double({ noNaN: true, noDefaultInfinity: true }),
  decimal: fc.oneof(
    fc.constantFrom('0', '0.5', '-2.5', huge, `-0.${'0'.repeat(99)}2`),
    fc.integer({ min: -999, max: 999 }).map((n) => `${String(n)}e-1`),
  ),
  boolean: fc.boolean(),
  date: fc
    .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
    .map((x) => x.toISOString().slice(0, 10)),
  time: fc.constantFrom('00:00', '23:59:59.999'),
  datetime: fc.date({ min: new Date(-1e12), max: new Date(4e12), noInvalidDate: true }),
  duration: fc.oneof(
    fc.constantFrom('0 00:00:00', '-1 23:59:59.999999', '999999999 23:59:59', 'P1DT2H', '90'),
    fc.integer({ min: -200_000, max: 200_000 }).map((n) => `${String(n)}.5`),
  ),
  uuid: fc.uuid(),
  json: fc.jsonValue({ maxDepth: 2 }),
}

/** A kind, and a canonical value of it or none. */
const args: fc.Arbitrary<Arg> = fc.constantFrom(...kinds).chain((kind) =>
  fc.option(values[kind]).map((u): Arg => {
    const value = canonical(kind, u)
    return [kind, value._tag === 'Some' ? value.value : null]
  }),
)

const isOf = (kind: Kind, value: Json): boolean => {
  const again = canonical(kind, value)
  // Decimals may get longer by arithmetic than what is read.
  const long = kind === 'decimal' && typeof value === 'string' && value.length > 500
  return (
    long ||
    (again._tag === 'Some' && JSON.stringify(again.value) === JSON.stringify(value) && !Object.is(value, -0))
  )
}

const short = (json: unknown): string => JSON.stringify(json).slice(0, 60)

/** JSON with its keys in order, as text spells it. */
const canonicalOf = (kind: Kind, value: Json): Json =>
  kind === 'json' ? (JSON.parse(castValue('json', 'text', value) as string) as Json) : value

describe('expression/functions', () => {
  it(titled('gives values of the type that it says, of whatever it takes, and never throws', 10), () => {
    fc.assert(
      fc.property(fc.constantFrom(...functions.values()), fc.array(args, { maxLength: 3 }), (each, given) => {
        fc.pre(given.length >= each.arity[0] && given.length <= each.arity[1])
        const type = each.type(given.map(([kind, value]) => ({ kind, nullable: value === null })))
        fc.pre(E.isRight(type))
        const values = given.map(([, value]) => value)
        // As the evaluator calls them: a strict function not at all where it lacks an argument.
        const missing = each.strict && values.includes(null)
        const types = given.map(([kind, value]) => ({ kind, nullable: value === null }))
        const result = missing ? null : each.apply(values, types, '2024-02-29T12:34:56.789Z')
        const fits = result === null ? type.right.nullable : isOf(type.right.kind, result)
        expect(fits, `${each.name}: ${short(result)}`).to.equal(true)
      }),
      { ...parameters(10), maxSkipsPerRun: 1000 },
    )
  })
})

describe('expression/functions/cast', () => {
  it(titled('gives values of the type that it says, and never throws', 3), () => {
    fc.assert(
      fc.property(args, fc.constantFrom(...kinds), ([from, value], to) => {
        fc.pre(castable(from, to))
        const result = castValue(from, to, value)
        const type = castType({ kind: from, nullable: value === null }, to)
        expect(result === null ? type.nullable : isOf(to, result), short(result)).to.equal(true)
      }),
      parameters(3),
    )
  })

  it(titled('reads again what it spells', 3), () => {
    fc.assert(
      fc.property(args, ([kind, value]) => {
        fc.pre(value !== null && kind !== 'text')
        const back = castValue('text', kind, castValue(kind, 'text', value))
        expect(JSON.stringify(back)).to.equal(JSON.stringify(canonicalOf(kind, value)))
      }),
      parameters(3),
    )
  })
})
