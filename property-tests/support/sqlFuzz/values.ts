/**
 * Hostile values of each kind, and hostile names. Each hostile text has a mark, which no name has: what shows the mark
 * shows a value.
 */
import { option as O } from 'fp-ts'
import fc from 'fast-check'
import { canonical } from '../../../src/value/canonical.js'
import type { Json, Kind } from '../../../src/value/Value.js'
import { hostile } from '../hostile.js'

export const mark = 'zqx'

/** 64 KB, and a quote and a backslash at its end. */
const long = fc
  .constantFrom("'", '"', '\\', 'é', '\u{1f600}')
  .map((each) => `${mark}${each.repeat(Math.ceil(65_536 / new TextEncoder().encode(each).length))}'\\`)

const short = hostile.map((text) => mark + text)

export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 60, arbitrary: short },
  { weight: 4, arbitrary: fc.constantFrom('', `${mark}\\`, `${mark}'`, `${mark}\\'`) },
  { weight: 1, arbitrary: long },
)

/** Texts that fit a column of 160 characters. */
export const shortText: fc.Arbitrary<string> = short.map((each) => [...each].slice(0, 60).join(''))

const json: fc.Arbitrary<Json> = fc.oneof(
  short,
  fc.tuple(short, short).map(([key, each]) => ({ [key]: [each, null, 1e308] })),
  short.map((each) => JSON.parse(`{"__proto__":${JSON.stringify(each)}}`) as Json),
  fc.constantFrom<Json>([], {}, [[[[null]]]], -0, 1e308, 5e-324, 9007199254740991, true, '', [''], {
    '': '',
  }),
)

const odd: { readonly [K in Kind]: fc.Arbitrary<Json> } = {
  text,
  int: fc.constantFrom(0, -0, -1, 1, 2, 7, 9007199254740991, -9007199254740991, 9007199254740992, 1e308),
  float: fc.constantFrom(0, -0, 0.1, 1e308, -1e308, 5e-324, 1.7976931348623157e308, 2 ** 53, NaN, Infinity),
  decimal: fc.constantFrom(
    '0',
    '-0.5',
    '9007199254740993',
    '0.000000000000000000000000000001',
    '0.0000000000000000000000000000000000001',
    '12345678901234567890123456789012345.5',
    `1${'0'.repeat(70)}`,
    '1e308',
  ),
  boolean: fc.boolean(),
  date: fc.constantFrom('0001-01-01', '9999-12-31', '2024-02-29', '1900-02-29'),
  time: fc.constantFrom('00:00:00.000', '23:59:59.999', '24:00:00.000'),
  datetime: fc.constantFrom(
    '0001-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
    '2024-02-29T12:30:15.120Z',
    '10000-01-01T00:00:00.000Z',
  ),
  duration: fc.constantFrom(
    '00:00:00',
    '-1 23:59:59.999999',
    '999999999 23:59:59.999999',
    '-999999999 00:00:00',
  ),
  uuid: fc.constantFrom('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
  json,
}

/** A value that a field of the kind takes. */
export const fitting = (kind: Kind): fc.Arbitrary<Json> =>
  odd[kind].filter((value) => O.isSome(canonical(kind, value)))

/** A value of a kind, or, now and then, something else that the library has to refuse. */
export const valueOf = (kind: Kind): fc.Arbitrary<Json> =>
  kind === 'text' || kind === 'json'
    ? odd[kind]
    : fc.oneof({ weight: 50, arbitrary: fitting(kind) }, { weight: 1, arbitrary: fc.oneof(odd[kind], short) })

/** Names from outside, without the mark. */
export const name: fc.Arbitrary<string> = fc.oneof(
  hostile,
  fc.constantFrom('constructor', '__proto__', 'toString', 'hasOwnProperty', 'c0', 't0', 'k0', '$1', '_', ''),
)
