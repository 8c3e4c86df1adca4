/**
 * The meaning of the functions of text, for the specification: by code point.
 *
 * @since 0.2.0
 */
import type { Json } from '../../value/Value.js'
import { printed, strict, type Argument, type Meanings } from './Meaning.js'

const points = (text: Argument): ReadonlyArray<string> => [...printed(text)]

/** Maps each code point to one code point. Those that would become several stay. */
const each = (text: Argument, change: (c: string) => string): string =>
  points(text)
    .map((c) => (points(change(c)).length === 1 ? change(c) : c))
    .join('')

/** @since 0.2.0 */
export const upper = (text: Argument): string => each(text, (c) => c.toUpperCase())

const lower = (text: Argument): string => each(text, (c) => c.toLowerCase())

/** The maximum length of a text, in UTF-16 units. */
const longest = 10_000_000

const replaced = (text: string, part: string, by: string): Json => {
  const count = part === '' ? 0 : text.split(part).length - 1
  const grows = by.length - part.length
  if (part === '') return text
  return grows > 0 && text.length + count * grows > longest ? null : text.split(part).join(by)
}

/** Text that no engine could hold is missing. */
const joined = (parts: ReadonlyArray<string>): Json =>
  parts.reduce((length, part) => length + part.length, 0) > 10 * longest ? null : parts.join('')

/** Pads text to a length at one of its ends. Longer text is cut. */
const padded = (text: Argument, to: number, fill: Json, at: 'left' | 'right'): Json => {
  if (to > longest) return null
  const missing = to - points(text).length
  if (missing <= 0) return points(text).slice(0, Math.max(0, to)).join('')
  const filling = points(fill)
  const made =
    filling.length === 0
      ? ''
      : Array.from({ length: missing }, (_, i) => filling[i % filling.length]).join('')
  return at === 'left' ? `${made}${printed(text)}` : `${printed(text)}${made}`
}

const substr = (text: Argument, from: number, count: number): string =>
  points(text)
    .filter((_, i) => i + 1 >= from && i + 1 < from + Math.max(0, count))
    .join('')

const isCharacter = (code: number): boolean =>
  code >= 1 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)

const position = (text: string, part: string): number =>
  text.includes(part) ? points(text.slice(0, text.indexOf(part))).length + 1 : 0

const withoutFirst = (text: string): string => text.replace(/^ +/u, '')

// A pattern for the spaces at the end takes quadratic time on text with many spaces.
const withoutLast = (text: string): string => /^.*[^ ]/su.exec(text)?.[0] ?? ''

/** @since 0.2.0 */
export const texts: Meanings = {
  lower: strict('text', ([x]) => lower(x)),
  upper: strict('text', ([x]) => upper(x)),
  trim: strict('text', ([x]) => withoutFirst(withoutLast(printed(x)))),
  ltrim: strict('text', ([x]) => withoutFirst(printed(x))),
  rtrim: strict('text', ([x]) => withoutLast(printed(x))),
  reverse: strict('text', ([x]) => [...points(x)].reverse().join('')),
  length: strict('int', ([x]) => points(x).length),
  // A negative number is the number of characters to leave out at the other end.
  left: strict('text', ([x, n]) => points(x).slice(0, Number(n)).join('')),
  right: strict('text', ([x, n]) =>
    points(x)
      .slice(n === 0 ? Infinity : -Number(n))
      .join(''),
  ),
  substr: strict('text', ([x, from, n = Infinity]) => substr(x, Number(from), Number(n))),
  replace: strict('text', ([x, part, by]) => replaced(printed(x), printed(part), printed(by))),
  repeat: strict('text', ([x, n]) =>
    Number(n) <= 0 ? '' : printed(x).length * Number(n) > longest ? null : printed(x).repeat(Number(n)),
  ),
  lpad: strict('text', ([x, to, fill = ' ']) => padded(x, Number(to), fill, 'left')),
  rpad: strict('text', ([x, to, fill = ' ']) => padded(x, Number(to), fill, 'right')),
  // Positions count from 1. 0 means not found.
  strindex: strict('int', ([x, part]) => position(printed(x), printed(part))),
  ord: strict('int', ([x]) => printed(x).codePointAt(0) ?? null),
  chr: strict('text', ([n]) => (isCharacter(Number(n)) ? String.fromCodePoint(Number(n)) : null)),
  // A missing text counts as empty.
  concat: {
    strict: false,
    kind: () => 'text',
    of: (args) => joined(args.map((arg) => (arg === null ? '' : printed(arg)))),
  },
}
