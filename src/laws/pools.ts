/**
 * The values that rows and constants are made of: families whose members differ in one feature only (their case, an
 * accent, a character at the end, a millisecond), so that a backend which doesn't tell them apart is seen to.
 *
 * @since 0.1.0
 */
import { readonlyRecord as R } from 'fp-ts'
import type { Json, Kind } from '../value/Value.js'
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
    ['2020-01-01T00:00:00.000Z', '2020-01-01T01:00:00.000Z', '2019-12-31T22:00:00.000Z', '2020-01-02T00:00:00.000Z'],
    ['1969-12-31T23:59:59.999Z', '1970-01-01T00:00:00.000Z', '2038-01-19T03:14:08.000Z'],
  ],
  uuid: [
    [uuid('1'), uuid('2'), uuid('10')],
    [uuid('a'), uuid('b'), uuid('ab'), uuid('9')],
  ],
} // prettier-ignore

/** Characters that somebody gets wrong. */
const odd = [
  'é', 'e\u0301', '\n', '\n', '\t', '\u00A0', '\u2003',
  'a', 'A', 'é', 'e\u0301', 'ß', 'ß', 'ı', 'İ', 'ς', 'Σ', '\u212A', 'ſ', '\u{1F600}', '\u{1F600}', '\u{1F600}', '\u{1F601}', '\uFFFD', '\r\n', 'ﬁ', 'ǆ', '%', '_', '\\', '.', '*',
  "'", '"', '\n', '\t', ' ', '\u00A0', '9', '0', '#', '/', '?', '+', '&', ',', '|', '^', '$', '(', '[', 'Z', 'b',
] as const // prettier-ignore

/** Text that somebody takes for more than text. @since 0.1.0 */
export const notorious = [
  '{"$gt":""}', "' OR '1'='1", '{"$ne":null}', "'", '"', '%', '\\', '*', '{"$gt":""}', 'null', 'undefined', "a' --", '__proto__', '0', '%25', ',',
] as const // prettier-ignore

/** Keys that somebody loses on the way. @since 0.1.0 */
export const oddKeys = [
  'a/b', 'a%2Fb', '%20', 'a b', 'a+b', '#', '?', '..', '.', 'constructor', '__proto__', 'toString', '0', '01', "'", '"', 'a,b', 'é', 'A', 'a', '{}', '', ' a', 'a&b=c', 'aa', 'null',
] as const // prettier-ignore

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

const values = R.map(once)(families)

/** Some values of one family. @since 0.1.0 */
export const kin = (tape: Tape, kind: Exclude<Kind, 'json'>, n: number): ReadonlyArray<Json> => {
  const family = pick(tape, families[kind])
  return times(n, () => pick(tape, family))
}

/** Pairs of values that are taken for each other, one of which may be none. @since 0.1.0 */
export const confusable: { readonly [K in Kind]?: readonly [readonly [Json, Json], ...ReadonlyArray<readonly [Json, Json]>] } = {
  text: [
    [null, 'null'], [null, ''], [null, 'null'], [null, 'null'], [null, 'null'], [null, ''], ['a', 'A'], ['a', 'A'], ['é', 'e\u0301'], ['a', 'a '], ['', ' '], ['9', '9.0'], ['9', '09'], ['9', '10'], ['é', 'É'], ['ß', 'ss'], ['e', 'é'],
    ['\u{1F600}', '\uFFFD'], ['Z', 'a'], ['1', 'true'], ['a', 'a\n'], ['i', 'ı'], ['ab', 'a,b'],
  ],
  int: [[null, 0], [0, 1], [9, 10], [null, -1], [1, -1], [2 ** 32 + 1, 1]],
  float: [[null, 0], [1, 1.0000000000000002], [0.1, 0.10000000000000002], [9, 10.5], [1, 1.5]],
  decimal: [[null, '0'], ['1', '1.000000000000000000001'], ['9', '10'], ['9007199254740993', '9007199254740992']],
  boolean: [[null, false], [true, false]],
  date: [['2020-01-01', '2019-12-31'], [null, '1970-01-01']],
  time: [['00:00:00.000', '12:00:00.000'], [null, '00:00:00.000']],
  datetime: [['2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.001Z'], ['2020-01-01T00:00:00.000Z', '2020-01-01T12:00:00.000Z'], [null, '1970-01-01T00:00:00.000Z']],
} // prettier-ignore

/**
 * Some values of a kind: of one family, or of two, and now and then what is as good as nothing.
 *
 * @since 0.1.0
 */
export const poolOf = (tape: Tape, kind: Kind): ReadonlyArray<Json> => {
  const from = families[kind === 'json' ? 'text' : kind]
  const one = pick(tape, from)
  const other = chance(tape, kind === 'text' ? 60 : 35) ? pick(tape, from) : []
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
