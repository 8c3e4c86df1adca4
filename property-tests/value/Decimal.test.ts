/** Decimals agree with whole numbers of ten-thousandths, and quotients and roots are the nearest ones. */
import { expect } from 'chai'
import fc from 'fast-check'
import { option as O } from 'fp-ts'
import * as Decimal from '../../src/value/Decimal.js'
import type { Decimal as DecimalText } from '../../src/value/Value.js'
import { parameters, titled } from '../support/runs.js'

const d = (text: string): DecimalText => {
  const parsed = Decimal.parse(text)
  return O.isSome(parsed) ? parsed.value : expect.fail(`no decimal: ${text}`)
}

/** A decimal of so many ten-thousandths, by way of text only. */
const places = 4
const ofUnits = (units: bigint, to = places): DecimalText => {
  const digits = String(units < 0n ? -units : units).padStart(to + 1, '0')
  return d(`${units < 0n ? '-' : ''}${digits.slice(0, -to)}.${digits.slice(-to)}`)
}
const units = fc.oneof(fc.bigInt(-12345n, 12345n), fc.bigInt(-(10n ** 30n), 10n ** 30n))
const sign = (n: bigint): number => (n < 0n ? -1 : n > 0n ? 1 : 0)

describe('value/Decimal', () => {
  it(titled('agrees with whole numbers of ten-thousandths', 2), () => {
    fc.assert(
      fc.property(units, units, (a, b) => {
        const [x, y] = [ofUnits(a), ofUnits(b)]
        expect(Decimal.add(x, y)).to.equal(ofUnits(a + b))
        expect(Decimal.subtract(x, y)).to.equal(ofUnits(a - b))
        expect(Decimal.multiply(x, y)).to.equal(ofUnits(a * b, 2 * places))
        expect(Decimal.remainder(x, y)).to.equal(b === 0n ? null : ofUnits(a % b))
        expect(Decimal.compare(x, y)).to.equal(sign(a - b))
        expect(Decimal.negate(x)).to.equal(ofUnits(-a))
      }),
      parameters(2),
    )
  })

  it(titled('divides to the nearest decimal with its places, of at least 16 digits', 2), () => {
    fc.assert(
      fc.property(units, units, (a, b) => {
        fc.pre(b !== 0n)
        const quotient = Decimal.divide(ofUnits(a), ofUnits(b))!
        // PostgreSQL's scale is at least 16 less four for each group of the quotient's whole part.
        const wholes = quotient.replace('-', '').split('.')[0]!.length
        const scale = Math.max(0, 16 - 4 * Math.ceil(wholes / 4))
        const error = Decimal.subtract(Decimal.multiply(quotient, ofUnits(b))!, ofUnits(a))!
        const most = Decimal.multiply(Decimal.abs(ofUnits(b)), d(`5e-${String(scale + 1)}`))!
        expect(Decimal.compare(Decimal.abs(error), most)).to.not.equal(1)
      }),
      parameters(2),
    )
  })

  it(titled('takes roots whose squares are nearest'), () => {
    fc.assert(
      fc.property(units, (n) => {
        const a = Decimal.abs(ofUnits(n))
        const root = Decimal.sqrt(a)!
        expect(Decimal.sqrt(Decimal.multiply(a, a)!)).to.equal(a)
        const scale = root.includes('.') ? root.length - root.indexOf('.') - 1 : 0
        const half = d(`5e-${String(Math.max(scale, places) + 1)}`)
        const above = Decimal.add(root, half)!
        const below = Decimal.subtract(root, half)!
        if (scale > 0 && scale >= places) {
          expect(Decimal.compare(Decimal.multiply(above, above)!, a)).to.equal(1)
          expect(Decimal.compare(Decimal.multiply(below, below)!, a)).to.equal(-1)
        }
      }),
      parameters(),
    )
  })

  it(titled('reads what it spells, and numbers as they are spelled'), () => {
    fc.assert(
      fc.property(units, fc.double({ noDefaultInfinity: true, noNaN: true }), (n, x) => {
        expect(d(ofUnits(n))).to.equal(ofUnits(n))
        expect(Decimal.toNumber(Decimal.fromNumber(x)!)).to.equal(x + 0)
        expect(d(Decimal.fromNumber(x)!)).to.equal(Decimal.fromNumber(x))
      }),
      parameters(),
    )
  })
})
