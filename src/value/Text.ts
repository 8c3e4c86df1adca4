/**
 * Text by Unicode code points.
 *
 * @since 0.1.0
 */

const ascii = /^[\u0000-\u007f]*$/u
// Without the u flag, which would see the pair and not its halves.
const surrogate = /[\ud800-\udfff]/

/**
 * How many code points.
 *
 * @since 0.1.0
 */
export const length = (text: string): number => (surrogate.test(text) ? [...text].length : text.length)

const oneToOne = (change: (c: string) => string): ((c: string) => string) => {
  const known = new Map<string, string>()
  return (c) => {
    const found = known.get(c)
    if (found !== undefined) return found
    const changed = change(c)
    const kept = length(changed) === 1 ? changed : c
    known.set(c, kept)
    return kept
  }
}

const upperOne = oneToOne((c) => c.toUpperCase())
const lowerOne = oneToOne((c) => c.toLowerCase())

const mapped = (text: string, change: (c: string) => string): string => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let out = ''
  /* eslint-disable-next-line functional/no-loop-statements -- called for each row */
  for (const c of text) out += change(c)
  return out
}

/**
 * Upper case, code point by code point: one that has no single upper case stays itself (`ß`).
 *
 * @since 0.1.0
 */
export const upper = (text: string): string =>
  ascii.test(text) ? text.toUpperCase() : mapped(text, upperOne)

/**
 * Lower case, code point by code point.
 *
 * @since 0.1.0
 */
export const lower = (text: string): string =>
  ascii.test(text) ? text.toLowerCase() : mapped(text, lowerOne)

/**
 * By code point, not by UTF-16 unit: U+1F600 comes after U+FFFD.
 *
 * @since 0.1.0
 */
export const compare = (a: string, b: string): -1 | 0 | 1 => {
  const n = Math.min(a.length, b.length)
  /* eslint-disable-next-line functional/no-loop-statements -- called n log n times */
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return rank(x) < rank(y) ? -1 : 1
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1
}

// Surrogates stand for code points greater than all that stand for themselves.
const rank = (unit: number): number => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit)

/**
 * The other way round.
 *
 * @since 0.1.0
 */
export const reverse = (text: string): string => [...text].reverse().join('')

/**
 * The position of a part, counted from 1; 0 where it isn't in.
 *
 * @since 0.1.0
 */
export const indexOf = (text: string, part: string): number => {
  const at = text.indexOf(part)
  return at === -1 ? 0 : length(text.slice(0, at)) + 1
}

/**
 * From one code point up to another, counted from 0, as `String.prototype.slice` does with UTF-16 units.
 *
 * @since 0.1.0
 */
export const slice = (text: string, start: number, end?: number): string =>
  surrogate.test(text) ? [...text].slice(start, end).join('') : text.slice(start, end)

/**
 * From position `start`, counted from 1, so many code points. Positions before the first count, as in PostgreSQL.
 *
 * @since 0.1.0
 */
export const substr = (text: string, start: number, count: number | null): string => {
  const from = Math.max(1, start)
  const to = count === null ? Infinity : start + Math.max(0, count)
  return to <= from ? '' : slice(text, from - 1, to - 1)
}

/**
 * The first so many code points; with a negative number, all but the last so many.
 *
 * @since 0.1.0
 */
export const left = (text: string, count: number): string =>
  slice(text, 0, count >= 0 ? count : Math.max(0, length(text) + count))

/**
 * The last so many code points; with a negative number, all but the first so many.
 *
 * @since 0.1.0
 */
export const right = (text: string, count: number): string =>
  slice(text, count >= 0 ? Math.max(0, length(text) - count) : -count)

/**
 * Longer text than this, in UTF-16 units, isn't made.
 *
 * @since 0.1.0
 */
export const longest = 10_000_000

/**
 * With another text in the place of each occurrence of a part; nothing is nowhere to be found. `null` where that
 * would be too long.
 *
 * @since 0.1.0
 */
export const replace = (text: string, part: string, by: string): string | null => {
  if (part === '') return text
  const grows = by.length - part.length
  return grows > 0 && text.length + (text.split(part).length - 1) * grows > longest
    ? null
    : text.replaceAll(part, () => by)
}

/**
 * So many times in a row; `null` where that would be too long.
 *
 * @since 0.1.0
 */
export const repeat = (text: string, times: number): string | null =>
  times <= 0 ? '' : text.length * times > longest ? null : text.repeat(times)

const filling = (missing: number, fill: string): string => {
  const points = [...fill]
  return Array.from({ length: missing }, (_, i) => points[i % points.length] ?? '').join('')
}

/**
 * Filled up on the left to a length; longer text is cut. `null` where that would be too long.
 *
 * @since 0.1.0
 */
export const lpad = (text: string, to: number, fill: string): string | null => {
  const missing = to - length(text)
  return to > longest
    ? null
    : missing <= 0
      ? left(text, Math.max(0, to))
      : `${fill === '' ? '' : filling(missing, fill)}${text}`
}

/**
 * Filled up on the right to a length; longer text is cut. `null` where that would be too long.
 *
 * @since 0.1.0
 */
export const rpad = (text: string, to: number, fill: string): string | null => {
  const missing = to - length(text)
  return to > longest
    ? null
    : missing <= 0
      ? left(text, Math.max(0, to))
      : `${text}${fill === '' ? '' : filling(missing, fill)}`
}

/** @since 0.1.0 */
export const ltrim = (text: string): string => text.replace(/^ +/u, '')

/** @since 0.1.0 */
export const rtrim = (text: string): string => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let end = text.length
  /* eslint-disable-next-line functional/no-loop-statements -- a pattern would look at each space anew */
  while (end > 0 && text[end - 1] === ' ') end -= 1
  return text.slice(0, end)
}

/**
 * Without the spaces (and only these) at both ends.
 *
 * @since 0.1.0
 */
export const trim = (text: string): string => ltrim(rtrim(text))
