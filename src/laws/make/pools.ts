/**
 * The values that rows and constants are made of: families whose members differ in one feature only (their case, an
 * accent, a character at the end, a millisecond), so that a backend which doesn't tell them apart is seen to.
 *
 * @since 0.1.0
 */
import { readonlyRecord as R } from 'fp-ts'
import type { Json, Kind } from '../../value/Value.js'
import { chance, pick, times, type Tape } from './Tape.js'

type Family = readonly [Json, ...ReadonlyArray<Json>]
type Families = readonly [Family, ...ReadonlyArray<Family>]

const uuid = (n: string): string => `00000000-0000-4000-8000-${n.padStart(12, '0')}`

const long = (n: number): string => 'x'.repeat(n)

const families: { readonly [K in Exclude<Kind, 'json'>]: Families } = {
  text: [
    ['a', 'A', 'b', 'ab'],
    ['é', 'É', 'e', 'e\u0301'],
    ['ß', 'ss', 'SS', '\u1E9E'],
    ['ß', 'SS', 'ﬁ', 'FI'],
    ['ı', 'i', 'I', 'İ'],
    ['É', 'é', 'Σ', 'ς', 'İ', 'ı'],
    ['ς', 'Σ', 'σ', 'k', '\u212A', 'K'],
    ['a', 'a ', ' a', 'a\n'],
    ['a\t', 'a', '\u00A0a', '\ta', 'a\u00A0'],
    ['null', '', 'a', 'undefined'],
    ['', ' ', 'a', 'null'],
    ['a%', 'ab', 'a_', 'a%b', 'axb'],
    ['a\\b', 'ab', '\\', 'a\\\\b', 'a\\%'],
    ['a.b', 'axb', '.*', '[a]', 'a+', '(a', '^a$', 'a|b'],
    ['9', '10', '1', '09', '9.0'],
    ['\u{1F600}', '\uFFFD', '\uE000', 'z'],
    ['\uFFFD', '\u{1F600}', 'ﬁ', 'z'],
    ["a'b", "a''b", 'a"b', "' OR '1'='1", 'a;b'],
    ['a#b', 'a/b', 'a?b', 'a b', 'a%2Fb', 'a&b'],
    ['ab', 'c', 'a', 'bc', 'a,b', 'a|b'],
    ['{"$gt":""}', '$gt', '__proto__', 'constructor', 'toString'],
    ['Z', 'a', '_', 'z', 'Ä', 'ä'],
    ['true', 'false', '0', 'undefined', 'NaN'],
    [long(8), `${long(8)}y`, `${long(16)}y`, `${long(16)}z`, `${long(20)}y`, `${long(20)}z`],
    [long(32), `${long(32)}y`, `${long(50)}y`, `${long(50)}z`, `${long(64)}y`, `${long(64)}z`],
    [long(100), `${long(100)}y`, `${long(128)}y`, long(255), `${long(255)}y`, `${long(255)}z`],
  ],
  int: [
    [1, 2, 3, 0],
    [0, 1, -1],
    [9, 10, 100, -10, 2],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1, Number.MIN_SAFE_INTEGER],
    [2 ** 31, 2 ** 31 - 1, -(2 ** 31), 0],
    [2 ** 32, 2 ** 32 + 1, 0, 1],
    [5, 6, 7, 8],
    [-1, -2, -3],
    [1, 11, 12, 2],
    [255, 256, 0, -1],
  ],
  float: [
    [1, 0.5, 1.5, -0.5, 0],
    [0.1, 0.2, 0.3, 0.30000000000000004],
    [1, 1.0000000000000002, 1.0000001, 1.001],
    [1e-9, 0, -1e-9, 1e-7],
    [2.5, 3.5, -2.5, 2, 3],
    [9, 10, 100.25, -10],
    [-1, -2.5, -0.5],
    [1e21, 1e-7, 16777217, 16777216],
  ],
  decimal: [
    ['1', '0.5', '1.5', '-0.5', '0'],
    ['0.1', '0.2', '0.3', '0.30000000000000004'],
    ['9', '10', '-10', '100'],
    ['12345678901234567890.5', '12345678901234567890.4', '12345678901234567890'],
    ['1', '1.000000000000000000001', '1.00001', '1.001'],
    ['1.25', '-0.01', '0.01', '0'],
    ['-1', '-2', '-0.5'],
    ['9007199254740993', '9007199254740992'],
  ],
  boolean: [[true, false]],
  date: [
    ['2020-01-01', '2019-12-31', '2020-01-02'],
    ['2020-02-29', '2020-03-01', '2020-02-28'],
    ['1999-12-31', '2000-01-01', '2021-01-03', '0099-01-01'],
    ['2020-01-31', '2020-12-31', '2020-12-01'],
  ],
  time: [
    ['00:00:00.000', '12:00:00.000', '23:59:59.999'],
    ['12:00:00.000', '12:00:00.001', '12:00:01.000'],
    ['01:00:00.000', '13:00:00.000', '00:00:00.000'],
  ],
  datetime: [
    ['2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.001Z', '2019-12-31T23:59:59.999Z'],
    ['2020-01-01T12:00:00.000Z', '2020-01-01T12:00:01.000Z', '2020-01-01T12:00:00.500Z'],
    [
      '2020-01-01T00:00:00.000Z',
      '2020-01-01T01:00:00.000Z',
      '2019-12-31T22:00:00.000Z',
      '2020-01-02T00:00:00.000Z',
    ],
    ['1969-12-31T23:59:59.999Z', '1970-01-01T00:00:00.000Z', '2038-01-19T03:14:08.000Z'],
  ],
  duration: [
    ['0 00:00:00', '0 00:00:01', '-1 23:59:59', '0 00:00:00.000001'],
    ['9 00:00:00', '10 00:00:00', '-10 00:00:00', '-9 00:00:00'],
    ['1 02:30:00', '1 02:30:00.500000', '1 02:30:01', '0 23:59:59.999999'],
  ],
  uuid: [
    [uuid('1'), uuid('2'), uuid('10')],
    [uuid('a'), uuid('b'), uuid('ab'), uuid('9')],
  ],
}

/**
 * Families that are seldom used: what somebody takes for a number, a date, a truth value, a name or a place to put
 * something; text that is longer than many a column; times at the ends of what there is.
 */
const rare: { readonly [K in Exclude<Kind, 'json'>]?: Families } = {
  text: [
    ['1e3', '1000', '1E3', '1_000', '1,000'],
    ['0x10', '16', '010', '+1', '1', '-0', '0', '.5', '0.5'],
    ['yes', 'no', 'on', 'off', '~', 'y', 'n', 'true', 'True'],
    ['Infinity', '-Infinity', 'NaN', 'nan', '1n'],
    ['2020-01-01', '2020-01-01T00:00:00.000Z', '2020-1-1', '12:00'],
    ['a  b', 'a b', 'a\tb', 'a   b'],
    ['<b>', '&lt;b&gt;', '&amp;', '&', '<'],
    [':name', '$1', '%s', '{0}', '${a}', '$&', '@a', '{{a}}', '$name'],
    ['name', 'id', 'item', 'item.id', '$id', 'rank'],
    ['\\n', '\n', '\\u0041', 'A', '\\x41'],
    ['a\u200Bb', 'ab', '\uFEFFab', 'ab\u2028', 'a\u00ADb'],
    ['[]', '{}', '[1]', '""', '"a"', '[null]'],
    ['a;b', 'a:b', 'a=b', 'a|b', '-a', '!a', '~a'],
    ['/*', '--', '#', '//', ';', '`', '*/'],
    ['ü', 'u\u0308', 'ue', 'u', 'Ü'],
    ['ö', 'z', 'o', 'å', 'Ö'],
    ['aa', 'å', 'ch', 'c', 'll'],
    ['\u{1F468}\u200D\u{1F469}', '\u{1F468}', '\u{1F469}', '\u{1F1E9}\u{1F1EA}'],
    ['é'.repeat(100), `${'é'.repeat(100)}a`, `${'é'.repeat(128)}a`, `${'é'.repeat(128)}b`],
    [long(191), `${long(191)}y`, `${long(200)}y`, `${long(200)}z`, `${long(254)}y`, `${long(254)}z`],
    [long(500), `${long(500)}y`, `${long(512)}y`, `${long(512)}z`, `${long(767)}y`, `${long(767)}z`],
  ],
  int: [
    [32767, 32768, -32768, -32769, 65535, 65536],
    [127, 128, -128, -129],
    [1577836800000, 1577836800, 1577836800001],
    [16777216, 16777217, 16777215],
    [1000, 999, 10000, 100000],
    [4294967295, 4294967296, -1, 2147483648],
  ],
  float: [
    [1.7976931348623157e308, 1e308, -1e308, 5e-324, 0],
    [4.35, 4.34, 4.3500000000000005, 1.005, 1.01],
    [0.07, 0.57, 1.15, 2.675, 2.68],
    [123456789.12345679, 123456789.12345678, 123456789],
    [1e15, 1e16, 1e-5, 1e-6, 0.00001],
  ],
  decimal: [
    ['0.005', '0.01', '0.015', '0.004999'],
    ['99999999.99', '100000000', '99999999.995'],
    ['0.0000001', '0', '0.00000001', '-0.0000001'],
    ['1000', '1000.1', '999.9999', '1000.0001'],
    ['123456789012345678901234567890', '123456789012345678901234567891'],
  ],
  date: [
    ['0001-01-01', '9999-12-31', '1582-10-15', '1582-10-04'],
    ['1900-02-28', '1900-03-01', '2100-02-28', '2000-02-29'],
    ['2020-12-31', '2021-01-01', '2020-12-28', '2021-01-04', '2015-12-31'],
    ['1969-12-31', '1970-01-01', '1970-01-02'],
    ['2020-03-29', '2020-10-25', '2020-03-08', '2020-11-01'],
  ],
  time: [
    ['23:59:59.999', '00:00:00.001', '00:00:00.000'],
    ['09:00:00.000', '10:00:00.000', '19:00:00.000'],
    ['12:30:00.000', '12:03:00.000', '12:00:30.000', '12:00:03.000'],
  ],
  datetime: [
    ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', '1582-10-15T00:00:00.000Z'],
    [
      '2020-03-29T01:30:00.000Z',
      '2020-03-29T00:30:00.000Z',
      '2020-10-25T00:30:00.000Z',
      '2020-10-25T01:30:00.000Z',
    ],
    [
      '2020-01-01T00:00:00.999Z',
      '2020-01-01T00:00:00.099Z',
      '2020-01-01T00:00:00.010Z',
      '2020-01-01T00:00:00.100Z',
    ],
    ['1900-01-01T00:00:00.000Z', '1901-12-13T20:45:51.000Z', '1899-12-31T23:59:59.000Z'],
    ['2020-12-31T23:59:59.999Z', '2021-01-01T00:00:00.000Z', '2020-12-31T12:00:00.000Z'],
  ],
  uuid: [
    [
      '10000000-0000-4000-8000-000000000001',
      '00000000-0000-4000-8000-000000000002',
      '00000001-0000-4000-8000-000000000000',
    ],
    [
      'ffffffff-ffff-4fff-bfff-ffffffffffff',
      '00000000-0000-4000-8000-000000000000',
      '0000000a-0000-4000-8000-00000000000a',
    ],
  ],
}

/** A family: one that is seldom used now and then. */
const familyOf = (tape: Tape, kind: Exclude<Kind, 'json'>): Family => {
  const seldom = rare[kind]
  return seldom !== undefined && chance(tape, 16) ? pick(tape, seldom) : pick(tape, families[kind])
}

/** All families of a kind, those that are seldom used too. @since 0.2.0 */
export const familiesOf = (kind: Exclude<Kind, 'json'>): ReadonlyArray<ReadonlyArray<Json>> => [
  ...families[kind],
  ...(rare[kind] ?? []),
]

/** Pairs of texts that are longer than somebody allows, and differ at their ends only. @since 0.2.0 */
export const longTexts = (n: number): readonly [string, string, string] => [
  long(n),
  `${long(n)}y`,
  `${long(n)}z`,
]

/** Characters that somebody gets wrong. */
const odd = [
  'é',
  'e\u0301',
  '\n',
  '\n',
  '\t',
  '\u00A0',
  '\u2003',
  'a',
  'A',
  'é',
  'e\u0301',
  'ß',
  'ß',
  'ı',
  'İ',
  'ς',
  'Σ',
  '\u212A',
  'ſ',
  '\u{1F600}',
  '\u{1F600}',
  '\u{1F600}',
  '\u{1F601}',
  '\uFFFD',
  '\r\n',
  'ﬁ',
  'ǆ',
  '%',
  '_',
  '\\',
  '.',
  '*',
  "'",
  '"',
  '\n',
  '\t',
  ' ',
  '\u00A0',
  '9',
  '0',
  '#',
  '/',
  '?',
  '+',
  '&',
  ',',
  '|',
  '^',
  '$',
  '(',
  '[',
  'Z',
  'b',
  '<',
  '>',
  ':',
  ';',
  '=',
  '@',
  '{',
  '}',
  '`',
  '~',
  '!',
  '-',
  '\u200B',
  '\uFEFF',
  '\u2028',
  'ü',
  'ö',
  'Ł',
] as const

/** Text that somebody takes for more than text. @since 0.1.0 */
export const notorious = [
  '{"$gt":""}',
  "' OR '1'='1",
  '{"$ne":null}',
  "'",
  '"',
  '%',
  '\\',
  '*',
  '{"$gt":""}',
  'null',
  'undefined',
  "a' --",
  '__proto__',
  '0',
  '%25',
  ',',
  '$1',
  '$&',
  ':name',
  '${a}',
  '%s',
  '{0}',
  'name',
  'id',
  '$id',
  '<b>',
  '&amp;',
  '\\n',
  '-a',
  '!a',
  '[]',
  '>1',
  '=a',
  '-1',
] as const

/** Keys that somebody loses on the way. @since 0.1.0 */
export const oddKeys = [
  'a/b',
  'a%2Fb',
  '%20',
  'a b',
  'a+b',
  '#',
  '?',
  '..',
  '.',
  'constructor',
  '__proto__',
  'toString',
  '0',
  '01',
  "'",
  '"',
  'a,b',
  'é',
  'A',
  'a',
  '{}',
  '',
  ' a',
  'a&b=c',
  'aa',
  'null',
  'a.',
  'a ',
  'con',
  'a:b',
  'a;b',
  '-1',
  '1e3',
  '1.0',
  'count',
  'undefined',
  'true',
  'a|b',
  'a.b',
  '%',
  '$1',
  '*',
  '_',
  'index',
  'a\nb',
  'e\u0301',
  'ß',
  'SS',
  '\u{1F600}',
  long(256),
  'new',
  'all',
] as const

/** Text with several such characters in it: whoever gets one of them wrong shows. */
const mixed = (tape: Tape): string => mixedOf(tape, 1 + tape.next(4))

/** So many of them. @since 0.1.0 */
export const mixedOf = (tape: Tape, n: number): string => times(n, () => pick(tape, odd)).join('')

/** @since 0.1.0 */
export const kindsInUse = Object.keys(families) as ReadonlyArray<keyof typeof families>

/**
 * All values of a kind that a case may have.
 *
 * @since 0.1.0
 */
export const valuesOf = (kind: Kind): Family => values[kind === 'json' ? 'text' : kind]

const once = (lists: ReadonlyArray<Family>): Family => {
  const all = [...new Set(lists.flat())]
  return [all[0] ?? null, ...all.slice(1)]
}

const values = R.mapWithIndex((kind: Exclude<Kind, 'json'>, lists: Families) =>
  once([...lists, ...(rare[kind] ?? [])]),
)(families)

/** Some values of one family. @since 0.1.0 */
export const kin = (tape: Tape, kind: Exclude<Kind, 'json'>, n: number): ReadonlyArray<Json> => {
  const family = familyOf(tape, kind)
  return times(n, () => pick(tape, family))
}

/** Pairs of values that are taken for each other, one of which may be none. @since 0.1.0 */
export const confusable: {
  readonly [K in Kind]?: readonly [readonly [Json, Json], ...ReadonlyArray<readonly [Json, Json]>]
} = {
  text: [
    [null, 'null'],
    [null, ''],
    [null, 'null'],
    [null, 'null'],
    [null, 'null'],
    [null, ''],
    ['a', 'A'],
    ['a', 'A'],
    ['é', 'e\u0301'],
    ['a', 'a '],
    ['', ' '],
    ['9', '9.0'],
    ['9', '09'],
    ['9', '10'],
    ['é', 'É'],
    ['ß', 'ss'],
    ['e', 'é'],
    ['\u{1F600}', '\uFFFD'],
    ['Z', 'a'],
    ['1', 'true'],
    ['a', 'a\n'],
    ['i', 'ı'],
    ['ab', 'a,b'],
  ],
  int: [
    [null, 0],
    [0, 1],
    [9, 10],
    [null, -1],
    [1, -1],
    [2 ** 32 + 1, 1],
  ],
  float: [
    [null, 0],
    [1, 1.0000000000000002],
    [0.1, 0.10000000000000002],
    [9, 10.5],
    [1, 1.5],
  ],
  decimal: [
    [null, '0'],
    ['1', '1.000000000000000000001'],
    ['9', '10'],
    ['9007199254740993', '9007199254740992'],
  ],
  boolean: [
    [null, false],
    [true, false],
  ],
  date: [
    ['2020-01-01', '2019-12-31'],
    [null, '1970-01-01'],
  ],
  time: [
    ['00:00:00.000', '12:00:00.000'],
    [null, '00:00:00.000'],
  ],
  datetime: [
    ['2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.001Z'],
    ['2020-01-01T00:00:00.000Z', '2020-01-01T12:00:00.000Z'],
    [null, '1970-01-01T00:00:00.000Z'],
  ],
}

/**
 * Some values of a kind: of one family, or of two, and now and then what is as good as nothing.
 *
 * @since 0.1.0
 */
export const poolOf = (tape: Tape, kind: Kind): ReadonlyArray<Json> => {
  const of = kind === 'json' ? 'text' : kind
  const one = familyOf(tape, of)
  const other = chance(tape, kind === 'text' ? 60 : 35) ? familyOf(tape, of) : []
  const few = (list: ReadonlyArray<Json>): ReadonlyArray<Json> => {
    const size = Math.min(list.length, 2 + tape.next(3))
    const start = tape.next(list.length)
    return times(size, (i) => list[(start + i) % list.length] ?? null)
  }
  const nothing =
    kind === 'text' && chance(tape, 30)
      ? [pick(tape, ['', 'null'] as const)]
      : kind === 'int' && chance(tape, 20)
        ? [0]
        : []
  const more = kind === 'text' && chance(tape, 70) ? times(1 + tape.next(3), () => mixed(tape)) : []
  return [...new Set([...few(one), ...(other.length === 0 ? [] : few(other)), ...nothing, ...more])]
}
