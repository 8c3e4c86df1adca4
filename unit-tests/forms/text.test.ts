/** How people spell numbers, dates and the like. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import { spelledDate, spelledDateTime, spelledTime } from '../../src/serializers/spelled.js'
import { asciiDigits } from '../../src/serializers/digits.js'
import { stripped } from '../../src/serializers/stripped.js'
import { canonicalAddress } from '../../src/serializers/addresses.js'
import { readDecimal, readFloat, readInt, readKeyInt } from '../../src/serializers/numbers.js'
import { webAddress } from '../../src/forms/webAddress.js'
import type { FieldProblem } from '../../src/serializers/FieldErrors.js'

const read = (parsed: E.Either<FieldProblem, unknown>): unknown =>
  E.isRight(parsed) ? parsed.right : `!${parsed.left.code}`

const table = (
  parse: (text: string) => E.Either<FieldProblem, unknown>,
  rows: { readonly [text: string]: unknown },
): void => {
  for (const [text, wanted] of Object.entries(rows))
    it(`${JSON.stringify(text)} is ${JSON.stringify(wanted)}`, () => {
      expect(read(parse(text))).to.equal(wanted)
    })
}

describe('a whole number', () => {
  table(readInt, {
    '7': 7,
    ' +7 ': 7,
    '-0': 0,
    '7.0': 7,
    '7.': 7,
    '７８': 78,
    '٤٢': 42,
    '𝟗𝟑': 93,
    '1_000': 1000,
    '1,000': '!invalid',
    '1e3': '!invalid',
    '7.5': '!invalid',
    '0x1': '!invalid',
    '1__0': '!invalid',
    '9007199254740993': '!max_value',
    ' ': '!invalid',
  })

  it('is no key with a point', () => {
    expect([readKeyInt(' 1 '), readKeyInt('1.0')]).to.deep.equal([1, null])
  })
})

describe('a number', () => {
  table(readFloat, {
    '1e1': 10,
    '1e1_0': 1e10,
    '.5': 0.5,
    '5.': 5,
    '-0.01': -0.01,
    nan: '!invalid',
    inf: '!invalid',
    '1e999': '!invalid',
  })
})

describe('a decimal of six digits, two of them decimal places', () => {
  table((text) => readDecimal({ maxDigits: 6, decimalPlaces: 2 }, text), {
    ' 2.50 ': '2.5',
    '1e2': '100',
    '1e-3': '!max_decimal_places',
    '1.500': '!max_decimal_places',
    '12345': '!max_whole_digits',
    '1234567': '!max_digits',
    '0.00': '0',
    '1,5': '!invalid',
    NaN: '!invalid',
  })
})

describe('a date', () => {
  table(spelledDate, {
    '2020-2-3': '2020-02-03',
    '02/03/2020': '2020-02-03',
    '2/3/69': '1969-02-03',
    '2/3/68': '2068-02-03',
    '31/01/2020': '!invalid',
    '2019-02-29': '!invalid',
    '10000-01-01': '!invalid',
    '20200203': '!invalid',
  })
})

describe('a time', () => {
  table(spelledTime, {
    '9:05': '09:05:00.000',
    '10:20:30.5': '10:20:30.500',
    '24:00': '!invalid',
    '10:20 PM': '!invalid',
  })
})

describe('a datetime', () => {
  table(spelledDateTime, {
    '2020-01-01 10:00': '2020-01-01T10:00:00.000Z',
    '2020-01-01T10:00:00+02:00': '2020-01-01T08:00:00.000Z',
    '01/02/2020 10:00': '2020-01-02T10:00:00.000Z',
    '2020-01-01': '2020-01-01T00:00:00.000Z',
    '2020-02-30 10:00': '!invalid',
    '2020-01-01 10': '!invalid',
  })
})

describe('addresses', () => {
  it('of the web have a scheme', () => {
    expect(
      [
        'a.example',
        ' HTTP://a.example/x?y#z ',
        'javascript:alert(1)',
        '//a.example',
        'http://a.example?',
      ].map(webAddress),
    ).to.deep.equal([
      'http://a.example',
      'http://a.example/x?y#z',
      'javascript://alert(1)',
      'http://a.example',
      'http://a.example',
    ])
  })

  it('of version 6 are short and in lower case', () => {
    expect(
      ['2001:DB8:0:0::1', '::FFFF:102:304', '1.2.3.4', 'x:y'].map((text) => canonicalAddress(text, true)),
    ).to.deep.equal(['2001:db8::1', '::ffff:1.2.3.4', '1.2.3.4', null])
    expect(canonicalAddress('::ffff:1.2.3.4')).to.equal('1.2.3.4')
  })
})

describe('spaces and digits', () => {
  it('are those of all scripts', () => {
    expect(stripped('\u3000\u00a0 a b \u0085')).to.equal('a b')
    expect(asciiDigits('١٢٣ 1')).to.equal('123 1')
  })

  // Planted: a pattern for the spaces at the end, which takes days for these.
  it('take no more than a step a character', () => {
    const long = `${' '.repeat(1_000_000)}x${' '.repeat(1_000_000)}x`
    expect(stripped(long)).to.have.length(1_000_002)
    for (const read of [readInt, readFloat, spelledDate, spelledTime, spelledDateTime])
      expect(E.isLeft(read('9'.repeat(1_000_000)))).to.equal(true)
  })
})
