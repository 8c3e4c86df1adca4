/**
 * Converts JavaScript's regular expressions to the syntax of PostgreSQL, PCRE (MariaDB) and ICU (MySQL), if they have the
 * same meaning there.
 *
 * @since 0.2.0
 */

import { escaped } from './fold.js'

/** PCRE and ICU take `\v` for any vertical space. */
const verticalTab = '\u000b'

/** JavaScript's `\s`, and the characters that its `.` doesn't match. */
const spaces = `\\t\\n${verticalTab}\\f\\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff`
const lines = '\\n\\r\u2028\u2029'

const classes: ReadonlyMap<string, string> = new Map([
  ['d', '0-9'],
  ['w', 'A-Za-z0-9_'],
  ['s', spaces],
])

const controls: ReadonlyMap<string, string> = new Map([
  ['n', '\\n'],
  ['r', '\\r'],
  ['t', '\\t'],
  ['f', '\\f'],
  ['v', verticalTab],
])

interface Reading {
  readonly source: ReadonlyArray<string>
  readonly anyCase: boolean
}

/** How many groups are open, and how many times characters are counted. */
interface State {
  depth: number
  counted: number
}

const mostCounted = 255

/** The part that was read from a position, and its end. */
type Read = readonly [string, number] | null

/**
 * The pattern in the other syntax. `null` if a part may have another meaning there.
 *
 * @since 0.2.0
 */
export const translated = (source: string, anyCase: boolean): string | null => {
  // Everything is matched anew here, so that a long pattern isn't looked at.
  if (source.length > 1000 || /\0|\p{Surrogate}/u.test(source)) return null
  const reading: Reading = { source: [...source], anyCase }
  const out: Array<string> = []
  const state: State = { depth: 0, counted: 0 }
  /* eslint-disable-next-line functional/no-loop-statements -- reads one piece after the other */
  for (let at = 0; at < reading.source.length;) {
    const read = piece(reading, at, state)
    if (read === null) return null
    out.push(read[0])
    at = read[1]
  }
  return out.join('')
}

const piece = (reading: Reading, at: number, state: State): Read => {
  const { source } = reading
  const c = source[at] ?? ''
  switch (c) {
    case '\\':
      return escape(reading, at)
    case '[':
      return set(reading, at)
    case '.':
      return [`[^${lines}]`, at + 1]
    case '^':
      return ['\\A', at + 1]
    case '$':
      return ['\\z', at + 1]
    case '(':
      state.depth += 1
      return source[at + 1] !== '?' ? ['(?:', at + 1] : source[at + 2] === ':' ? ['(?:', at + 3] : null
    case ')':
      state.depth -= 1
      return [c, at + 1]
    case '|':
      return [c, at + 1]
    case '*':
    case '+':
    case '?':
      return quantified(reading, c, at + 1)
    case '{': {
      const found = /^\{(\d{1,3})(,(\d{0,3}))?\}/u.exec(source.slice(at, at + 9).join(''))
      const [all = '', least = '', , most = ''] = found ?? []
      state.counted += Math.max(Number(least), Number(most))
      // An engine writes out what is counted, and may find that too large: of a group, or within one, it would be more.
      if (found === null || state.counted > mostCounted || state.depth > 0 || source[at - 1] === ')')
        return null
      return quantified(reading, all, at + all.length)
    }
    default:
      return [literal(c, reading.anyCase), at + 1]
  }
}

/** Whether a text matches doesn't depend on greediness. */
const quantified = ({ source }: Reading, by: string, at: number): Read =>
  source[at] === '?' ? [by, at + 1] : source[at] === '+' ? null : [by, at]

const escape = ({ source, anyCase }: Reading, at: number): Read => {
  const c = source[at + 1] ?? ''
  const known = classes.get(c.toLowerCase())
  if (known !== undefined) {
    if (anyCase && c.toLowerCase() === 'w') return null
    return [`[${c === c.toLowerCase() ? '' : '^'}${known}]`, at + 2]
  }
  const control = controls.get(c)
  if (control !== undefined) return [control, at + 2]
  return /^[\^$\\.*+?()[\]{}|/]$/u.test(c) ? [`\\${c}`, at + 2] : null
}

const literal = (c: string, anyCase: boolean): string => {
  if (!anyCase) return escaped(c)
  const all = sameIn(c)
  return all.length === 1 ? escaped(c) : `[${all.map(escaped).join('')}]`
}

const known = new Map<string, ReadonlyArray<string>>()

/** The characters that are equal under the flags `iu`. */
const sameIn = (c: string): ReadonlyArray<string> => {
  const found = known.get(c)
  if (found !== undefined) return found
  const pattern = new RegExp(`^${/[\\^$.*+?()[\]{}|/]/u.test(c) ? `\\${c}` : c}$`, 'iu')
  const made = [c, ...candidates().filter((each) => each !== c && pattern.test(each))]
  known.set(c, made)
  return made
}

const cased: { list: ReadonlyArray<string> | null } = { list: null }

/** All characters that differ in upper and lower case. */
const candidates = (): ReadonlyArray<string> => {
  if (cased.list !== null) return cased.list
  const list: Array<string> = []
  /* eslint-disable-next-line functional/no-loop-statements -- all code points, once */
  for (let code = 1; code <= 0x1ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue
    const c = String.fromCodePoint(code)
    if (c.toUpperCase() !== c || c.toLowerCase() !== c) list.push(c)
  }
  cased.list = list
  return list
}

/** A set of characters: `[…]`. */
const set = ({ source, anyCase }: Reading, at: number): Read => {
  const negated = source[at + 1] === '^'
  const body: Array<string> = []
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let i = at + (negated ? 2 : 1)
  /* eslint-disable-next-line functional/no-loop-statements -- reads one member after the other */
  for (; source[i] !== ']';) {
    const from = member(source, i)
    if (from === null) return null
    const [first, next, isClass] = from
    const to = source[next] === '-' && source[next + 1] !== ']' && !isClass ? member(source, next + 1) : null
    if (to === null) {
      if (source[next] === '-' && isClass && source[next + 1] !== ']') return null
      body.push(isClass ? first : setLiteral(first, anyCase))
      i = next
    } else {
      const [last, end, lastIsClass] = to
      if (lastIsClass || (anyCase && !(letters.test(first) && letters.test(last)))) return null
      body.push(anyCase ? rangeInAnyCase(first, last) : `${escaped(first)}-${escaped(last)}`)
      i = end
    }
  }
  return body.length === 0 ? null : [`[${negated ? '^' : ''}${body.join('')}]`, i + 1]
}

const letters = /^[a-zA-Z0-9]$/u

const setLiteral = (c: string, anyCase: boolean): string =>
  anyCase ? sameIn(c).map(escaped).join('') : escaped(c)

const rangeInAnyCase = (first: string, last: string): string => {
  const [from, to] = [first.codePointAt(0) ?? 0, last.codePointAt(0) ?? 0]
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) =>
    setLiteral(String.fromCodePoint(from + i), true),
  ).join('')
}

/** A member of a set, its end, and whether it is a class. */
const member = (source: ReadonlyArray<string>, at: number): readonly [string, number, boolean] | null => {
  const c = source[at]
  if (c === undefined || c === '[') return null
  if (c !== '\\') return [c, at + 1, false]
  const next = source[at + 1] ?? ''
  const found = classes.get(next)
  if (found !== undefined) return [found, at + 2, true]
  const control = controls.get(next)
  if (control !== undefined) return [control, at + 2, true]
  return /^[\^$\\.*+?()[\]{}|/-]$/u.test(next) ? [next, at + 2, false] : null
}
