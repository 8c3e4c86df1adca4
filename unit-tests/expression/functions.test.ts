/** What the functions of expressions give, and the kinds that they take: tables. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import { functions } from '../../src/expression/functions.js'
import { castable, castValue, roundHalfEven } from '../../src/expression/functions/cast.js'
import type { Json, Kind } from '../../src/value/Value.js'

const kindOf = (value: Json): Kind =>
  typeof value === 'string'
    ? 'text'
    : typeof value === 'boolean'
      ? 'boolean'
      : Number.isInteger(value)
        ? 'int'
        : 'float'

/** An argument, of the kind that it looks like unless it is told. */
type Arg = string | number | boolean | readonly [Kind, Json]

const isTold = (arg: Arg): arg is readonly [Kind, Json] => Array.isArray(arg)

const split = (arg: Arg): readonly [Kind, Json] => (isTold(arg) ? arg : [kindOf(arg), arg])

/** The kind and the value of a call; a left of what it takes. */
const call = (name: string, ...args: ReadonlyArray<Arg>): readonly [Kind, Json] | string => {
  const definition = functions.get(name)
  if (definition === undefined) throw new Error(name)
  const types = args.map((arg) => ({ kind: split(arg)[0], nullable: false }))
  const values = args.map((arg) => split(arg)[1])
  return E.match(
    (message: string): readonly [Kind, Json] | string => message,
    (type: { readonly kind: Kind }): readonly [Kind, Json] | string => {
      const missing = definition.strict && values.includes(null)
      return [type.kind, missing ? null : definition.apply(values, types, '2021-06-15T12:00:00.000Z')]
    },
  )(definition.type(types))
}

const d = (text: string): Arg => ['decimal', text]
const f = (x: number): Arg => ['float', x]

const table: ReadonlyArray<readonly [string, ReadonlyArray<Arg>, readonly [Kind, Json]]> = [
  // Numbers: the wider kind wins
  ['add', [1, 2], ['int', 3]],
  ['add', [f(0.1), f(0.2)], ['float', 0.1 + 0.2]],
  ['add', [d('0.1'), d('0.2')], ['decimal', '0.3']],
  ['add', [1, d('0.2')], ['decimal', '1.2']],
  ['add', [d('0.1'), f(0.2)], ['float', 0.1 + 0.2]],
  ['add', [Number.MAX_SAFE_INTEGER, 1], ['int', null]],
  ['add', [f(1e308), f(1e308)], ['float', null]],
  ['sub', [1, 1], ['int', 0]],
  ['mul', [-1, 0], ['int', 0]],
  ['mul', [94906267, 94906267], ['int', null]],
  ['div', [7, 2], ['int', 3]],
  ['div', [-7, 2], ['int', -3]],
  ['div', [-1, 2], ['int', 0]],
  ['div', [7, 0], ['int', null]],
  ['div', [f(7), 2], ['float', 3.5]],
  ['div', [f(7), f(0)], ['float', null]],
  ['div', [1, d('3')], ['decimal', '0.33333333333333333333']],
  ['div', [d('10'), 4], ['decimal', '2.5']],
  ['div', [d('1000000'), d('3')], ['decimal', '333333.333333333333']],
  ['div', [d('1'), d('0')], ['decimal', null]],
  ['mod', [-7, 3], ['int', -1]],
  ['mod', [7, -3], ['int', 1]],
  ['mod', [-6, 3], ['int', 0]],
  ['mod', [7, 0], ['int', null]],
  ['neg', [0], ['int', 0]],
  ['neg', [f(1.5)], ['float', -1.5]],
  ['abs', [d('-1.5')], ['decimal', '1.5']],
  ['ceil', [f(-0.5)], ['float', 0]],
  ['floor', [f(-0.5)], ['float', -1]],
  ['sign', [f(-0.1)], ['float', -1]],
  ['round', [f(0.5)], ['float', 0]],
  ['round', [f(1.5)], ['float', 2]],
  ['round', [f(2.5)], ['float', 2]],
  ['round', [f(-0.5)], ['float', 0]],
  ['round', [d('0.5')], ['decimal', '1']],
  ['round', [d('-2.5')], ['decimal', '-3']],
  ['round', [d('1.005'), 2], ['decimal', '1.01']],
  ['round', [f(1.005), 2], ['float', 1.01]],
  ['round', [7], ['int', 7]],
  ['round', [1250, -2], ['int', 1300]],
  ['power', [2, 10], ['float', 1024]],
  ['power', [d('2'), 3], ['decimal', '8']],
  ['power', [f(-8), f(0.5)], ['float', null]],
  ['power', [0, -1], ['float', null]],
  ['sqrt', [d('2')], ['decimal', '1.414213562373095']],
  ['sqrt', [f(-1)], ['float', null]],
  ['ln', [0], ['float', null]],
  ['log', [2, 8], ['float', 3]],
  ['exp', [f(1000)], ['float', null]],
  ['pi', [], ['float', Math.PI]],
  ['asin', [2], ['float', null]],
  ['cot', [0], ['float', null]],
  // Text by code points
  ['length', ['a\u{1F600}'], ['int', 2]],
  ['upper', ['aßé'], ['text', 'AßÉ']],
  ['lower', ['İI'], ['text', 'İi']],
  ['reverse', ['a\u{1F600}b'], ['text', 'b\u{1F600}a']],
  ['left', ['a\u{1F600}b', 2], ['text', 'a\u{1F600}']],
  ['right', ['a\u{1F600}b', 2], ['text', '\u{1F600}b']],
  ['substr', ['a\u{1F600}bc', 2, 2], ['text', '\u{1F600}b']],
  ['substr', ['abc', 2], ['text', 'bc']],
  ['strindex', ['a\u{1F600}b', 'b'], ['int', 3]],
  ['replace', ['a.b.c', '.', '$&'], ['text', 'a$&b$&c']],
  ['replace', ['abc', '', 'x'], ['text', 'abc']],
  ['repeat', ['ab', 2], ['text', 'abab']],
  ['lpad', ['x', 3], ['text', '  x']],
  ['rpad', ['x', 3, 'ab'], ['text', 'xab']],
  ['trim', [' x '], ['text', 'x']],
  ['ord', ['\u{1F600}'], ['int', 0x1f600]],
  ['ord', [''], ['int', null]],
  ['chr', [0x1f600], ['text', '\u{1F600}']],
  ['chr', [0], ['text', null]],
  ['chr', [0xd800], ['text', null]],
  ['concat', ['a', ['text', null], 'b'], ['text', 'ab']],
  // Dates and times
  ['year', [['datetime', '1969-12-31T23:59:59.999Z']], ['int', 1969]],
  ['week', [['date', '2021-01-03']], ['int', 53]],
  ['iso_year', [['date', '2021-01-03']], ['int', 2020]],
  ['week_day', [['date', '2021-01-03']], ['int', 1]],
  ['iso_week_day', [['date', '2021-01-03']], ['int', 7]],
  ['quarter', [['date', '2021-12-31']], ['int', 4]],
  ['hour', [['time', '13:47:59.321']], ['int', 13]],
  ['second', [['datetime', '1969-12-31T23:59:59.999Z']], ['int', 59]],
  ['date', [['datetime', '1969-12-31T23:59:59.999Z']], ['date', '1969-12-31']],
  ['time', [['datetime', '1969-12-31T23:59:59.999Z']], ['time', '23:59:59.999']],
  ['trunc_month', [['date', '2024-02-29']], ['date', '2024-02-01']],
  ['trunc_day', [['datetime', '1969-12-31T23:59:59.999Z']], ['datetime', '1969-12-31T00:00:00.000Z']],
  ['trunc_hour', [['time', '13:47:59.321']], ['time', '13:00:00.000']],
  ['now', [], ['datetime', '2021-06-15T12:00:00.000Z']],
  // Of any kind
  ['coalesce', [['text', null], 'x', 'y'], ['text', 'x']],
  [
    'coalesce',
    [
      ['int', null],
      ['int', null],
    ],
    ['int', null],
  ],
  ['coalesce', [['int', null], d('1.5')], ['decimal', '1.5']],
  ['coalesce', [1, d('1.5')], ['decimal', '1']],
  ['greatest', ['a', ['text', null], '\u{1F600}', '\ufffd'], ['text', '\u{1F600}']],
  ['greatest', [d('9'), d('10')], ['decimal', '10']],
  ['greatest', [['int', null]], ['int', null]],
  ['least', [f(0.5), 1], ['float', 0.5]],
  [
    'least',
    [
      ['boolean', true],
      ['boolean', false],
    ],
    ['boolean', false],
  ],
  ['nullif', ['x', 'x'], ['text', null]],
  ['nullif', ['x', 'y'], ['text', 'x']],
  ['nullif', ['x', ['text', null]], ['text', 'x']],
  ['nullif', [1, d('1')], ['int', null]],
]

describe('functions', () => {
  table.forEach(([name, args, wanted]) => {
    it(`${name}(${args.map((arg) => JSON.stringify(split(arg)[1])).join(', ')}) is ${JSON.stringify(wanted[1])}`, () => {
      expect(call(name, ...args)).to.deep.equal(wanted)
      const got = call(name, ...args)[1]
      expect(Object.is(got, -0)).to.equal(false)
    })
  })

  it('say what they take', () => {
    for (const [name, ...args] of [
      ['add', 'x', 1],
      ['upper', 1],
      ['year', 'x'],
      ['year', ['time', '12:00:00.000']],
      ['hour', ['date', '2021-01-01']],
      ['trunc_hour', ['date', '2021-01-01']],
      ['trunc_year', ['time', '12:00:00.000']],
      ['left', 'x', 'y'],
      ['round', 'x'],
      ['coalesce', 'x', 1],
      ['greatest', ['date', '2021-01-01'], ['datetime', '2021-01-01T00:00:00.000Z']],
      ['sqrt', true],
      ['concat', 'x', 1],
    ] as ReadonlyArray<readonly [string, ...ReadonlyArray<Arg>]>)
      expect(call(name, ...args), name).to.match(/^takes /u)
  })

  it('are missing where a value is', () => {
    for (const name of ['upper', 'length', 'trim']) expect(call(name, ['text', null])[1], name).to.equal(null)
    expect(call('add', 1, ['int', null])[1]).to.equal(null)
  })
})

describe('cast', () => {
  const casts: ReadonlyArray<readonly [Kind, Json, Kind, Json]> = [
    ['text', ' 12 ', 'int', 12],
    ['text', '1.5', 'int', null],
    ['text', '12345678901234567890', 'int', null],
    ['text', '-0', 'int', 0],
    ['text', '1e3', 'float', 1000],
    ['text', '', 'float', null],
    ['text', '1.50', 'decimal', '1.5'],
    ['text', 'Yes', 'boolean', true],
    ['text', 'maybe', 'boolean', null],
    ['text', '2021-02-29', 'date', null],
    ['text', '2021-06-15', 'date', '2021-06-15'],
    ['text', '{"a":1}', 'json', { a: 1 }],
    ['text', '{', 'json', null],
    ['float', 0.5, 'int', 0],
    ['float', 1.5, 'int', 2],
    ['float', 2.5, 'int', 2],
    ['float', -0.5, 'int', 0],
    ['float', 1e300, 'int', null],
    ['decimal', '0.5', 'int', 1],
    ['decimal', '-2.5', 'int', -3],
    ['decimal', '1e0', 'float', 1],
    ['float', 0.1, 'decimal', '0.1'],
    ['int', 0, 'boolean', false],
    ['int', 2, 'boolean', true],
    ['boolean', true, 'int', 1],
    ['boolean', true, 'text', 'true'],
    ['int', 5, 'text', '5'],
    ['date', '2021-06-15', 'datetime', '2021-06-15T00:00:00.000Z'],
    ['datetime', '1969-12-31T23:59:59.999Z', 'date', '1969-12-31'],
    ['datetime', '1969-12-31T23:59:59.999Z', 'time', '23:59:59.999'],
    ['json', { b: 1, a: [2] }, 'text', '{"a":[2],"b":1}'],
    ['int', null, 'text', null],
  ]
  casts.forEach(([from, value, to, wanted]) => {
    it(`${from} ${JSON.stringify(value)} to ${to} is ${JSON.stringify(wanted)}`, () => {
      expect(castable(from, to)).to.equal(true)
      const got = castValue(from, to, value)
      expect(got).to.deep.equal(wanted)
      expect(Object.is(got, -0)).to.equal(false)
    })
  })

  it('knows what has no sense', () => {
    for (const [from, to] of [
      ['date', 'time'],
      ['date', 'int'],
      ['boolean', 'float'],
      ['uuid', 'int'],
      ['time', 'datetime'],
      ['json', 'int'],
    ] as const)
      expect(castable(from, to), `${from} to ${to}`).to.equal(false)
  })

  it('rounds floats to the even one of two as near', () => {
    expect([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49999999999999994].map(roundHalfEven)).to.deep.equal([
      -2, -2, 0, 0, 2, 2, 0,
    ])
  })
})
