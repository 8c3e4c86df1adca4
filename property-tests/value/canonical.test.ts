/** Canonical values stay as they are, and JSON is spelled so that it is read as the same. */
import { expect } from 'chai'
import fc from 'fast-check'
import { option as O } from 'fp-ts'
import { canonical } from '../../src/value/canonical.js'
import { canonicalJson, compare, hash } from '../../src/value/Order.js'
import { kinds, type Json, type Kind } from '../../src/value/Value.js'
import { parameters, titled } from '../support/runs.js'

/** Something of each kind, in spellings that needn't be canonical. */
const given: { readonly [K in Kind]: fc.Arbitrary<unknown> } = {
  text: fc.string({ unit: 'binary' }),
  int: fc.maxSafeInteger(),
  float: fc.double({ noNaN: true, noDefaultInfinity: true }),
  decimal: fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.tuple(fc.bigInt(), fc.nat({ max: 99 })).map(([n, e]) => `${String(n)}.${String(e)}e-${String(e)}`),
  ),
  boolean: fc.boolean(),
  date: fc
    .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
    .map((x) => x.toISOString().slice(0, 10)),
  time: fc
    .tuple(fc.nat({ max: 23 }), fc.nat({ max: 59 }))
    .map((x) => x.map((n) => String(n).padStart(2, '0')).join(':')),
  datetime: fc.date({ min: new Date(-1e13), max: new Date(1e14), noInvalidDate: true }),
  duration: fc.oneof(
    fc.integer({ min: -9_999_999, max: 9_999_999 }).map((n) => `${String(n)}.25`),
    fc
      .tuple(fc.integer({ min: -99, max: 99 }), fc.nat({ max: 23 }), fc.nat({ max: 59 }))
      .map(([d, h, m]) => `${String(d)} ${String(h)}:${String(m)}:0`),
    fc.constantFrom('P2W', 'PT1.5S', '-P1DT1H', '1 day, 02:03:04'),
  ),
  uuid: fc.uuid().map((x) => x.toUpperCase()),
  json: fc.jsonValue({ maxDepth: 3 }),
}

describe('value/canonical', () => {
  kinds.forEach((kind) => {
    it(titled(`leaves a canonical ${kind} as it is, through JSON too`), () => {
      fc.assert(
        fc.property(given[kind], (u) => {
          const once = canonical(kind, u)
          if (O.isNone(once)) return expect.fail(`refused ${String(u)}`)
          expect(canonical(kind, once.value)).to.deep.equal(once)
          expect(canonical(kind, JSON.parse(JSON.stringify(once.value)))).to.deep.equal(once)
          return undefined
        }),
        parameters(),
      )
    })

    it(titled(`orders ${kind} values in one way, by which equal ones have the same key`), () => {
      const value = given[kind].map((u) => O.toNullable(canonical(kind, u)))
      fc.assert(
        fc.property(value, value, value, (a, b, c) => {
          const order = compare(kind)
          expect(order(a, b)).to.equal(0 - order(b, a))
          expect(hash(kind)(a) === hash(kind)(b)).to.equal(order(a, b) === 0)
          if (order(a, b) <= 0 && order(b, c) <= 0) expect(order(a, c)).to.be.at.most(0)
        }),
        parameters(),
      )
    })
  })

  it(titled('spells JSON so that it is read as the same'), () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (json) => {
        const text = canonicalJson(json as Json)
        const again = JSON.parse(text) as Json
        expect(again).to.deep.equal(JSON.parse(JSON.stringify(json)))
        expect(canonicalJson(again)).to.equal(text)
      }),
      parameters(),
    )
  })
})
