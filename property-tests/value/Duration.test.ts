/**
 * Durations agree with whole numbers of microseconds.
 *
 * Planted faults that these laws were seen to catch: days compare as text; the clock of a negative duration runs backwards;
 * parts of a second are spelled without the zeros before them.
 */
import { expect } from 'chai'
import { option as O } from 'fp-ts'
import fc from 'fast-check'
import * as Duration from '../../src/value/Duration.js'
import { durationFrom, lengthOf } from '../../src/reference/meaning/durations.js'
import { parameters, titled } from '../support/runs.js'

const most = 999_999_999n * 86_400_000_000n

const micros = fc.oneof(
  fc.bigInt({ min: -most, max: most }),
  fc.bigInt({ min: -200_000_000_000n, max: 200_000_000_000n }),
)

const spelled = (n: bigint): string => O.toNullable(Duration.fromMicros(n)) ?? expect.fail(String(n))

describe('value/Duration', () => {
  it(titled('spells each length in one way, which is read as that length', 5), () => {
    fc.assert(
      fc.property(micros, (n) => {
        const text = spelled(n)
        const again = Duration.parse(text)
        expect(again).to.deep.equal(O.some(text))
        expect(O.isSome(again) && Duration.toMicros(again.value)).to.equal(n)
        expect(lengthOf(text)).to.equal(n)
        expect(durationFrom(text)).to.equal(text)
      }),
      parameters(5),
    )
  })

  it(titled('compares by length', 5), () => {
    fc.assert(
      fc.property(micros, micros, (a, b) => {
        const [x, y] = [Duration.parse(spelled(a)), Duration.parse(spelled(b))]
        if (O.isNone(x) || O.isNone(y)) return expect.fail('was not read')
        expect(Duration.compare(x.value, y.value)).to.equal(a < b ? -1 : a > b ? 1 : 0)
        return undefined
      }),
      parameters(5),
    )
  })

  it(titled('reads ISO 8601 and seconds as the same length', 2), () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: 0, max: 999_999 }),
        (s, parts) => {
          const digits = String(parts).padStart(6, '0')
          const plain = Duration.parse(`${String(s)}.${digits}`)
          expect(Duration.parse(`PT${String(s)}.${digits}S`)).to.deep.equal(plain)
          expect(O.isSome(plain) && Duration.toMicros(plain.value)).to.equal(
            BigInt(s) * 1_000_000n + BigInt(parts),
          )
        },
      ),
      parameters(2),
    )
  })
})
