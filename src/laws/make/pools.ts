/**
 * The values of rows and constants: families whose members differ in one respect (case, an accent, a trailing
 * character, a millisecond). They find backends that confuse them.
 *
 * @since 0.1.0
 */
import { readonlyRecord as R } from 'fp-ts'
import type { Json, Kind } from '../../value/Value.js'
import { chance, pick, type Tape, times } from './Tape.js'
import { families, type Families, type Family, familyOf, long, rare } from './families.js'

/** Characters that clients often get wrong. */
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

/** Text that a client may interpret. @since 0.1.0 */
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

/** Keys that a client may lose. @since 0.1.0 */
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

/** Text with several such characters. It finds clients that get one of them wrong. */
const mixed = (tape: Tape): string => mixedOf(tape, 1 + tape.next(4))

/** The number of such texts. @since 0.1.0 */
export const mixedOf = (tape: Tape, n: number): string => times(n, () => pick(tape, odd)).join('')

/** @since 0.1.0 */
export const kindsInUse = Object.keys(families) as ReadonlyArray<keyof typeof families>

/**
 * All values of a kind in a case.
 *
 * @since 0.1.0
 */
export const valuesOfKind = (kind: Kind): Family => values[kind === 'json' ? 'text' : kind]

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

/** Pairs of values that clients confuse. One of them may be missing. @since 0.1.0 */
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
 * Some values of a kind: of one or two families, and now and then values that resemble a missing one.
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
