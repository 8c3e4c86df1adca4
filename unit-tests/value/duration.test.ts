/** Durations: their spelling, their order, and their bounds. */
import { expect } from 'chai'
import { option as O } from 'fp-ts'
import { compare, fromMicros, parse, toMicros } from '../../src/value/Duration.js'
import type { Duration } from '../../src/value/Value.js'

const spelled = (u: unknown): string | null => O.toNullable(parse(u))

const right: ReadonlyArray<readonly [string, string]> = [
  ['1 02:30:00', '1 02:30:00'],
  ['0 00:00:00.000001', '0 00:00:00.000001'],
  ['0 00:00:00.000000', '0 00:00:00'],
  ['00:50:11', '0 00:50:11'],
  ['00:39:07.250000', '0 00:39:07.250000'],
  ['2:30', '0 00:02:30'],
  ['90', '0 00:01:30'],
  ['1.5', '0 00:00:01.500000'],
  ['-1 23:59:59', '-1 23:59:59'],
  ['-1', '-1 23:59:59'],
  ['-00:00:01', '-1 23:59:59'],
  ['-1 -00:00:01', '-2 23:59:59'],
  ['3 days, 04:05:06', '3 04:05:06'],
  ['1 day 0:0:0', '1 00:00:00'],
  ['1 2', '1 00:00:02'],
  ['25:00:00', '1 01:00:00'],
  ['0:90:90', '0 01:31:30'],
  ['0,5', '0 00:00:00.500000'],
  ['0.1234567', '0 00:00:00.123456'],
  ['P1DT2H30M', '1 02:30:00'],
  ['P2W', '14 00:00:00'],
  ['-PT0.5S', '-1 23:59:59.500000'],
  ['999999999 23:59:59.999999', '999999999 23:59:59.999999'],
  ['-999999999 00:00:00', '-999999999 00:00:00'],
]

const wrong: ReadonlyArray<unknown> = [
  '',
  ' ',
  'x',
  '1:2:3:4',
  'P',
  'PT',
  'P1Y',
  'P1M',
  '1 day',
  '1000000000 00:00:00',
  '-1000000000 00:00:00',
  '-999999999 -00:00:01',
  '9'.repeat(100_000),
  90,
  null,
]

describe('durations', () => {
  right.forEach(([text, canonical]) => {
    it(`read ${text} as ${canonical}`, () => {
      expect(spelled(text)).to.equal(canonical)
      expect(spelled(canonical)).to.equal(canonical)
    })
  })

  it('are nothing else', () => {
    expect(wrong.filter((u) => spelled(u) !== null)).to.deep.equal([])
  })

  it('compare by length', () => {
    const ordered = [
      '-10 00:00:00',
      '-9 00:00:00',
      '-1 23:59:59',
      '0 00:00:00',
      '0 00:00:00.000001',
      '9 00:00:00',
      '9 00:00:00.500000',
      '10 00:00:00',
    ]
    ordered.forEach((a, i) => {
      ordered.forEach((b, j) => {
        expect(compare(a as Duration, b as Duration), `${a} and ${b}`).to.equal(Math.sign(i - j))
      })
    })
  })

  it('are so many microseconds', () => {
    expect(toMicros('-1 23:59:59.500000' as Duration)).to.equal(-500_000n)
    expect(O.toNullable(fromMicros(-500_000n))).to.equal('-1 23:59:59.500000')
    expect(O.isNone(fromMicros(10n ** 30n))).to.equal(true)
  })
})
