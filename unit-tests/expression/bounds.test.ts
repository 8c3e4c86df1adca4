/** Functions and casts where there is no answer: it is missing, and the type says that it may be. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import { functions } from '../../src/expression/functions.js'
import { castValue } from '../../src/expression/functions/cast.js'
import type { Json, Kind } from '../../src/value/Value.js'

const names =
  'add sub mul div mod neg abs ceil floor round sign power sqrt exp ln log degrees radians sin cos tan asin acos ' +
  'atan atan2 cot pi lower upper length concat left right substr trim ltrim rtrim replace reverse repeat lpad rpad ' +
  'strindex ord chr year iso_year quarter month week day week_day iso_week_day hour minute second date time ' +
  'trunc_year trunc_quarter trunc_month trunc_week trunc_day trunc_hour trunc_minute trunc_second now coalesce ' +
  'greatest least nullif'

type Arg = readonly [Kind, Json]

/** Whether the type of a call of values that aren't missing says that the result may be; and the result. */
const call = (name: string, ...args: ReadonlyArray<Arg>): readonly [nullable: boolean, result: Json] => {
  const { type, apply } = functions.get(name) ?? expect.fail(`no function ${name}`)
  const types = args.map(([kind, value]) => ({ kind, nullable: value === null }))
  const result = type(types)
  if (E.isLeft(result)) return expect.fail(result.left)
  return [
    result.right.nullable,
    apply(
      args.map(([, value]) => value),
      types,
      '2024-02-29T12:34:56.789Z',
    ),
  ]
}

const big = Number.MAX_SAFE_INTEGER
const huge = `1${'0'.repeat(400)}`

const missing: ReadonlyArray<readonly [string, ReadonlyArray<Arg>]> = [
  [
    'round',
    [
      ['int', big],
      ['int', -2],
    ],
  ],
  [
    'round',
    [
      ['float', 1.7e308],
      ['int', -308],
    ],
  ],
  [
    'replace',
    [
      ['text', 'a'.repeat(1e5)],
      ['text', 'a'],
      ['text', 'b'.repeat(1e5)],
    ],
  ],
  [
    'coalesce',
    [
      ['decimal', huge],
      ['float', null],
    ],
  ],
  [
    'add',
    [
      ['decimal', huge],
      ['float', 1],
    ],
  ],
  [
    'sub',
    [
      ['int', -big],
      ['int', 1],
    ],
  ],
]

const given: ReadonlyArray<readonly [string, ReadonlyArray<Arg>, Json]> = [
  [
    'round',
    [
      ['int', 155],
      ['int', -1],
    ],
    160,
  ],
  [
    'round',
    [
      ['int', big],
      ['int', 5],
    ],
    big,
  ],
  [
    'div',
    [
      ['int', big],
      ['int', 2],
    ],
    4503599627370495,
  ],
  [
    'log',
    [
      ['float', 10],
      ['float', 1000],
    ],
    3,
  ],
  [
    'log',
    [
      ['decimal', '3'],
      ['decimal', '81'],
    ],
    '4',
  ],
  [
    'greatest',
    [
      ['decimal', huge],
      ['float', 1],
    ],
    1,
  ],
  [
    'nullif',
    [
      ['decimal', huge],
      ['float', 1],
    ],
    huge,
  ],
  ['sqrt', [['decimal', '0.0000000000000000000000000000000000000001']], '0.00000000000000000001'],
]

describe('functions at their bounds', () => {
  it('are there by all their names', () => {
    expect([...functions.keys()].sort()).to.deep.equal(names.split(' ').sort())
    functions.forEach((each, name) => {
      expect(each.name).to.equal(name)
      expect(each.arity[0]).to.be.at.most(each.arity[1])
    })
  })

  missing.forEach(([name, args]) => {
    it(`${name} of ${args.map(([kind]) => kind).join(' and ')} may be missing, and is`, () => {
      expect(call(name, ...args)).to.deep.equal([true, null])
    })
  })

  given.forEach(([name, args, wanted]) => {
    it(`${name}(${args.map(([, value]) => JSON.stringify(value).slice(0, 20)).join(', ')}) is there`, () => {
      expect(call(name, ...args)[1]).to.equal(wanted)
    })
  })

  it('make no text that nothing could hold', () => {
    const long: Arg = ['text', 'a'.repeat(1e7)]
    expect(call('concat', ...Array.from({ length: 60 }, () => long))[1]).to.equal(null)
  })
})

describe('casts at their bounds', () => {
  const casts: ReadonlyArray<readonly [Kind, Kind, Json, Json]> = [
    // What every object has is no word.
    ['text', 'boolean', 'constructor', null],
    ['text', 'boolean', '__proto__', null],
    ['text', 'float', '1e400', null],
    ['text', 'float', 'Infinity', null],
    ['text', 'json', '['.repeat(1e5), null],
    ['decimal', 'int', '9007199254740991.4', big],
    ['decimal', 'int', '9007199254740992', null],
    ['decimal', 'float', huge, null],
    ['float', 'decimal', 1e21, '1000000000000000000000'],
  ]
  casts.forEach(([from, to, value, wanted]) => {
    it(`${from} ${JSON.stringify(value).slice(0, 20)} to ${to} is ${JSON.stringify(wanted)}`, () => {
      expect(castValue(from, to, value)).to.equal(wanted)
    })
  })
})
