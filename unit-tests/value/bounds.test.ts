/** Values at their bounds: too many digits, too long, too deep, too small for big.js. */
import { expect } from 'chai'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { option as O } from 'fp-ts'
import { canonical } from '../../src/value/canonical.js'
import * as Decimal from '../../src/value/Decimal.js'
import * as Temporal from '../../src/value/Temporal.js'
import * as Text from '../../src/value/Text.js'
import type { Decimal as DecimalText } from '../../src/value/Value.js'

const smile = '\u{1F600}'

const d = (text: string): DecimalText => {
  const found = Decimal.parse(text)
  return O.isSome(found) ? found.value : expect.fail(`no decimal: ${text}`)
}

const nested = (depth: number): unknown =>
  Array.from({ length: depth }).reduce<unknown>((inner) => [inner], 0)

describe('bounds of decimals', () => {
  const digits: ReadonlyArray<readonly [string, boolean]> = [
    ['9'.repeat(1000), true],
    ['9'.repeat(1001), false],
    [`0.${'1'.repeat(1000)}`, true],
    [`0.${'1'.repeat(1001)}`, false],
    [`-${'1'.repeat(500)}.${'1'.repeat(500)}`, true],
    [`-${'1'.repeat(500)}.${'1'.repeat(501)}`, false],
    [`${'0'.repeat(500)}1.5${'0'.repeat(1000)}`, true],
    ['1e999', true],
    ['1e1000', false],
    ['1e-1000', true],
    ['1e-1001', false],
    ['1e999999999', false],
  ]
  digits.forEach(([text, fits]) => {
    it(`${fits ? 'reads' : 'refuses'} ${text.slice(0, 12)}… (${String(text.length)} characters)`, () => {
      expect(O.isSome(Decimal.parse(text))).to.equal(fits)
    })
  })

  const roots: ReadonlyArray<readonly [string, string]> = [
    ['1e-80', '1e-40'],
    // big.js gives 0 for the first of these, and never ends on the second.
    ['2e-80', '1.4142135623730950488016887242096980785697e-40'],
    ['2e-100', '1.41421356237309504880168872420969807856967187537695e-50'],
    [`1${'0'.repeat(400)}`, `1${'0'.repeat(200)}`],
    ['0.25', '0.5'],
  ]
  roots.forEach(([text, root]) => {
    it(`takes the root of ${text.slice(0, 12)}`, () => {
      expect(Decimal.sqrt(d(text))).to.equal(d(root))
    })
  })

  // Planted: no bound on results (the square has 2,000 digits); a bound on the digits behind the point alone.
  it('give no result of more than 1,000 digits', () => {
    const nines = d('9'.repeat(1000))
    const half = d(`${'9'.repeat(500)}.${'9'.repeat(500)}`)
    expect(Decimal.add(nines, d('1'))).to.equal(null)
    expect(Decimal.add(nines, d('0.1'))).to.equal(null)
    expect(Decimal.subtract(Decimal.negate(nines), d('1'))).to.equal(null)
    expect(Decimal.multiply(nines, nines)).to.equal(null)
    expect(Decimal.multiply(d('1e-600'), d('1e-600'))).to.equal(null)
    expect(Decimal.multiply(d('1e-500'), d('1e-500'))).to.equal(d('1e-1000'))
    expect(Decimal.divide(nines, d('0.1'))).to.equal(null)
    expect(Decimal.round(nines, -1)).to.equal(null)
    expect(Decimal.ceil(half)).to.equal(d('1e500'))
    expect(Decimal.sum([nines, d('1'), d('-1')])).to.equal(nines)
    expect(Decimal.sum([nines, d('1')])).to.equal(null)
    expect(Decimal.mean([nines, nines])).to.equal(nines)
  })

  it('round quotients and roots to as many places as there is room for', () => {
    const third = Decimal.divide(d('1e990'), d('3'))!
    expect(third).to.equal('3'.repeat(990))
    expect(Decimal.divide(d(`1e500`), d(`3.${'0'.repeat(698)}1`))!.replace('.', '')).to.have.lengthOf(1000)
    expect(Decimal.sqrt(d('2e-1000'))!.slice(0, 520)).to.equal(`0.${'0'.repeat(499)}1414213562373095048`)
  })

  it('rounds once, and to any number of places', () => {
    expect(Decimal.round(d(`4.${'9'.repeat(60)}`), -1)).to.equal('0')
    expect(Decimal.round(d('155'), -1)).to.equal('160')
    expect(Decimal.round(d('155'), -1e15)).to.equal('0')
    expect(Decimal.round(d('155.5'), 1e15)).to.equal('155.5')
  })
})

describe('bounds of text', () => {
  // Caught, planted: a cache that is never cleared (35 MB more).
  it('case mappings are remembered for some code points only', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const size = () => {
      collect()
      return process.memoryUsage().heapUsed
    }
    const all = Array.from({ length: 0x30000 }, (_, i) => i).filter((i) => i < 0xd800 || i > 0xdfff)
    const text = all.map((i) => String.fromCodePoint(i)).join('')
    const before = size()
    for (let at = 0; at < text.length; at += 10_000) Text.lower(Text.upper(text.slice(at, at + 10_000)))
    expect(size() - before).to.be.lessThan(10_000_000)
  })

  it('replaces unless the result would be too long', () => {
    expect(Text.replace('aXbX', 'X', '$&')).to.equal('a$&b$&')
    expect(Text.replace('aaa', 'aa', 'b')).to.equal('ba')
    expect(Text.replace('abc', '', 'x')).to.equal('abc')
    expect(Text.replace('a'.repeat(1e5), 'a', 'b'.repeat(1e5))).to.equal(null)
  })

  it('slices by code points, from either end', () => {
    expect(Text.slice(`a${smile}bc`, 1, 3)).to.equal(`${smile}b`)
    expect(Text.slice(`${smile}${smile}`, 1)).to.equal(smile)
    expect(Text.slice('abc', -1)).to.equal('c')
  })
})

describe('bounds of canonical spellings', () => {
  it('are as strict as others', () => {
    for (const text of ['2023-02-29T00:00:00.000Z', '2024-02-29T24:00:00.000Z', '0000-02-29T00:00:00.000Z'])
      expect(O.isNone(Temporal.parseDateTime(text)), text).to.equal(true)
    for (const text of ['24:00:00.000', '23:60:00.000', '23:59:60.000'])
      expect(O.isNone(Temporal.parseTime(text)), text).to.equal(true)
  })
})

describe('bounds of JSON', () => {
  it('are 1,000 levels', () => {
    expect(O.isSome(canonical('json', nested(1000)))).to.equal(true)
    expect(O.isNone(canonical('json', nested(1001)))).to.equal(true)
    expect(O.isNone(canonical('json', nested(50_000)))).to.equal(true)
  })

  it('refuse a cycle that branches at once', () => {
    const cycle: Array<unknown> = []
    cycle.push(cycle, cycle)
    expect(O.isNone(canonical('json', cycle))).to.equal(true)
  })

  it('refuse holes', () => {
    expect(O.isNone(canonical('json', new Array(2)))).to.equal(true)
  })
})
