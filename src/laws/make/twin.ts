/**
 * A twin: a value that differs from another in one respect, or by the smallest step of its kind.
 *
 * @since 0.1.0
 */
import { option as O } from 'fp-ts'
import type { Json, Kind } from '../../value/Value.js'
import { canonical } from '../../value/canonical.js'
import { pick, type Tape } from './Tape.js'

const points = (text: string): ReadonlyArray<string> => [...text]

/** A text with one of its characters replaced. */
const withOne = (tape: Tape, text: string, by: (c: string) => string): string => {
  const all = points(text)
  const at = tape.next(all.length)
  return all.map((c, i) => (i === at ? by(c) : c)).join('')
}

const swapped = (c: string): string => (c.toUpperCase() === c ? c.toLowerCase() : c.toUpperCase())

const textTwins: ReadonlyArray<(tape: Tape, text: string) => string> = [
  (_, text) => points(text).map(swapped).join(''),
  (tape, text) => withOne(tape, text, swapped),
  (_, text) => text.toUpperCase(),
  (_, text) => text.toLowerCase(),
  (_, text) => `${text} `,
  (_, text) => ` ${text}`,
  (_, text) => `${text}\n`,
  (_, text) => text.trim(),
  (_, text) => text.normalize('NFD'),
  (_, text) => text.normalize('NFC'),
  (_, text) => (text === text.normalize('NFC') ? text.normalize('NFD') : text.normalize('NFC')),
  (_, text) => (text === text.normalize('NFC') ? text.normalize('NFD') : text.normalize('NFC')),
  (_, text) => text.normalize('NFD').replace(/\p{M}/gu, ''),
  (tape, text) => withOne(tape, text, (c) => (c === '\u{1F600}' ? '\uFFFD' : '\u{1F600}')),
  (tape, text) => withOne(tape, text, (c) => (c === '\uFFFD' ? '\u{1F600}' : '\uFFFD')),
  (tape, text) => withOne(tape, text, (c) => (c === '\u{1F600}' ? '\u{1F601}' : c)),
  (tape, text) => withOne(tape, text, () => '%'),
  (tape, text) => withOne(tape, text, () => '*'),
  (tape, text) => withOne(tape, text, () => '?'),
  (_, text) => text.replaceAll('\n', '\r\n'),
  (_, text) => `${text}\r\n`,
  (tape, text) => withOne(tape, text, () => '_'),
  (tape, text) => withOne(tape, text, () => '.'),
  (tape, text) => withOne(tape, text, (c) => `\\${c}`),
  (_, text) => `${text}%`,
  (_, text) => `.*${text}`,
  (_, text) => `${text}\\`,
  (_, text) => points(text).slice(0, 1).join(''),
  (_, text) => points(text).slice(-1).join(''),
  (_, text) => points(text).slice(1).join(''),
  (_, text) => points(text).slice(0, -1).join(''),
  (_, text) => `a${text}`,
  (_, text) => `${text}b`,
  (_, text) => `${text}${text}`,
  (_, text) => `0${text}`,
  (_, text) => `${text}.0`,
  (_, text) => text.replaceAll("'", "''"),
  (_, text) => text.replaceAll('\\', ''),
  () => '',
]

/** The same text in another case. @since 0.1.0 */
export const caseTwinOf = (tape: Tape, text: string): string => pick(tape, caseTwins)(text)

const caseTwins = [
  (text: string) => text.toUpperCase(),
  (text: string) => text.toLowerCase(),
  (text: string) => points(text).map(swapped).join(''),
] as const

const intTwins: ReadonlyArray<(n: number) => number> = [
  (n) => n + 1,
  (n) => n - 1,
  (n) => -n,
  (n) => n * 10,
  (n) => n + 2 ** 32,
  (n) => n + 256,
  () => 0,
]

const floatTwins: ReadonlyArray<(n: number) => number> = [
  (n) => n + 1e-9,
  (n) => n * (1 + Number.EPSILON),
  (n) => n + 0.5,
  (n) => -n,
  Math.trunc,
  Math.fround,
]

const decimalTwins: ReadonlyArray<(text: string) => string> = [
  (text) => (text.includes('.') ? `${text}1` : `${text}.1`),
  (text) => (text.includes('.') ? `${text}000000000000000000001` : `${text}.000000000000000000001`),
  (text) => (text.startsWith('-') ? text.slice(1) : `-${text}`),
  (text) => text.split('.')[0] ?? '0',
  (text) => `1${text.replace('-', '')}`,
]

const moved = (text: string, milliseconds: number): string => {
  const at = Date.parse(text)
  return Number.isNaN(at) ? text : new Date(at + milliseconds).toISOString()
}

const steps = [1, -1, 1000, -1000, 3600_000, -3600_000, 86_400_000, -86_400_000, 500] as const

/** One sign or one day more or less, or a truncated fraction of a second. */
const durationTwins = [
  (text: string) => (text.startsWith('-') ? text.slice(1) : `-${text}`),
  (text: string) => text.replace(/^-?\d+/u, (days) => String(Number(days) + 1)),
  (text: string) => text.replace(/^-?\d+/u, (days) => String(Number(days) * 10)),
  (text: string) => (text.includes('.') ? text.slice(0, text.indexOf('.')) : `${text}.000001`),
] as const

/** A twin of a value. The value itself if it has none. @since 0.1.0 */
export const twinOf = (tape: Tape, kind: Kind, value: Json): Json => {
  const made = ((): Json => {
    switch (kind) {
      case 'text':
        return typeof value === 'string'
          ? pick(tape, [textTwins[0] ?? (() => ''), ...textTwins.slice(1)])(tape, value)
          : value
      case 'int':
        return typeof value === 'number' ? pick(tape, [Math.abs, ...intTwins])(value) : value
      case 'float':
        return typeof value === 'number' ? pick(tape, [Math.abs, ...floatTwins])(value) : value
      case 'decimal':
        return typeof value === 'string' ? pick(tape, [String, ...decimalTwins])(value) : value
      case 'boolean':
        return value !== true
      case 'datetime':
        return typeof value === 'string' ? moved(value, pick(tape, steps)) : value
      case 'date':
        return typeof value === 'string'
          ? moved(`${value}T00:00:00.000Z`, pick(tape, [86_400_000, -86_400_000] as const)).slice(0, 10)
          : value
      case 'time':
        return typeof value === 'string'
          ? moved(`2020-01-01T${value}Z`, pick(tape, steps)).slice(11, 23)
          : value
      case 'duration':
        return typeof value === 'string' ? pick(tape, durationTwins)(value) : value
      default:
        return value
    }
  })()
  return O.getOrElse(() => value)(canonical(kind, made))
}
