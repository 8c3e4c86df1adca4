/** How values are spelled that programs send: the table of what is read, and as what. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import { autoId, field, schema, schemaOf } from '../../src/index.js'
import { limitsOf, readValue } from '../../src/serializers/read.js'
import { canonicalAddress } from '../../src/serializers/addresses.js'
import { namedDate } from '../../src/serializers/spelled.js'

const columns = schemaOf(
  schema({
    thing: {
      id: autoId,
      text: field.text({ maxLength: 5, minLength: 2, pattern: [/^a/u, 'Begin with a.', 'begins'] }),
      int: field.int({ min: 0 }),
      float: field.nullable(field.float({ max: 10 })),
      decimal: field.nullable(field.decimal({ maxDigits: 6, decimalPlaces: 2 })),
      boolean: field.nullable(field.boolean()),
      uuid: field.uuid(),
      date: field.date(),
      time: field.time(),
      datetime: field.datetime(),
      duration: field.duration(),
      ip: field.text({ format: 'ip' }),
    },
  }),
).models.get('thing')?.columns

/** The stored value, or the codes of what is wrong. */
const read = (name: string, given: unknown): unknown => {
  const column = columns?.get(name)
  if (column === undefined) return expect.fail(name)
  const value = readValue(column, limitsOf(column), given)
  return E.isRight(value) ? value.right : value.left.map(({ code }) => code)
}

const table: ReadonlyArray<readonly [field: string, given: unknown, is: unknown]> = [
  ['text', ' ab ', 'ab'],
  ['text', '', ['blank']],
  ['text', true, ['invalid']],
  ['text', 'bbbbbb', ['begins', 'max_length']],
  ['text', 'a\0', ['null_characters_not_allowed']],
  ['text', 'a\ud800', ['surrogate_characters_not_allowed']],
  ['int', ' +7.0 ', 7],
  ['int', '１٢', 12],
  ['int', '1_000', 1000],
  ['int', 7.5, ['invalid']],
  ['int', true, ['invalid']],
  ['int', -1, ['min_value']],
  ['int', '9'.repeat(30), ['max_value']],
  ['int', '9'.repeat(1001), ['max_string_length']],
  ['float', true, 1],
  ['float', 'inf', ['max_value']],
  ['float', '-Infinity', ['invalid']],
  ['float', 'nan', ['invalid']],
  ['decimal', '1e2', '100'],
  ['decimal', ' ', null],
  ['decimal', '1.500', ['max_decimal_places']],
  ['decimal', '12345', ['max_whole_digits']],
  ['decimal', '12345.00', ['max_digits']],
  ['boolean', 'off', false],
  ['boolean', '', null],
  ['boolean', 'None', ['invalid']],
  ['uuid', '{6fa459eaee8a3ca4894edb77e160355e}', '6fa459ea-ee8a-3ca4-894e-db77e160355e'],
  ['uuid', 4, '00000000-0000-0000-0000-000000000004'],
  ['date', '2020-2-3', '2020-02-03'],
  ['date', '2020-02-30', ['invalid']],
  ['time', '9:5', '09:05:00.000'],
  ['time', '10:20:30.123456', '10:20:30.123'],
  ['datetime', '2020-01-01T00:00:00+02:00', '2019-12-31T22:00:00.000Z'],
  ['datetime', '2020-01-01', ['invalid']],
  ['duration', 200, '0 00:03:20'],
  ['duration', '', '0 00:00:00'],
  ['ip', '2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['ip', '1.2.3.256', ['invalid']],
]

describe('values as programs send them', () => {
  table.forEach(([name, given, is]) => {
    it(`${name}: ${JSON.stringify(given).slice(0, 40)}`, () => {
      expect(read(name, given)).to.deep.equal(is)
    })
  })

  it('IP addresses have one spelling each', () => {
    expect(
      ['::ffff:1.2.3.4', '0:0:0:0:0:0:0:0', '1:0:0:2:0:0:0:3', '1::', ':::', '01.2.3.4', '::1::'].map(
        (text) => canonicalAddress(text),
      ),
    ).to.deep.equal(['1.2.3.4', '::', '1:0:0:2::3', '1::', null, null, null])
  })

  it('dates of people', () => {
    const dates = [
      '1/31/2020',
      '1/31/68',
      '1/31/69',
      'Jan 31, 2020',
      '31 January 2020',
      '2020-1-31',
      '31.1.2020',
    ]
    expect(dates.map((text) => E.getOrElseW(() => null)(namedDate(text)))).to.deep.equal([
      '2020-01-31',
      '2068-01-31',
      '1969-01-31',
      '2020-01-31',
      '2020-01-31',
      '2020-01-31',
      null,
    ])
  })
})
