/**
 * Functions on text, by Unicode code points.
 *
 * @since 0.1.0
 */

const ascii = /^[\u0000-\u007f]*$/u
/**
 * Whether a text has only ASCII characters.
 *
 * @since 0.2.0
 */
export const isAscii = (text: string): boolean => ascii.test(text)

// Without the u flag, which would match the pair instead of its halves.
const surrogate = /[\ud800-\udfff]/

/**
 * The number of code points.
 *
 * @since 0.1.0
 */
export const length = (text: string): number => (surrogate.test(text) ? pointsIn(text) : text.length)

// A spread would take a hundred bytes for each code point.
const pointsIn = (text: string): number => {
  /* eslint-disable functional/no-let, functional/no-loop-statements -- counts without a list */
  let points = 0
  for (let i = 0; i < text.length; i += unitsAt(text, i)) points += 1
  /* eslint-enable functional/no-let, functional/no-loop-statements */
  return points
}

/** The number of UTF-16 units of the code point at a position. */
const unitsAt = (text: string, i: number): 1 | 2 => {
  const unit = text.charCodeAt(i)
  if (unit < 0xd800 || unit > 0xdbff) return 1
  const next = text.charCodeAt(i + 1)
  return next >= 0xdc00 && next <= 0xdfff ? 2 : 1
}

/** The position after a number of code points, from a given position. */
const behind = (text: string, from: number, points: number): number => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let i = from
  /* eslint-disable-next-line functional/no-loop-statements -- as above */
  for (let left = points; left > 0 && i < text.length; left -= 1) i += unitsAt(text, i)
  return i
}

/** Builds a text from many pieces. It joins lists, since repeated concatenation creates a chain of pieces. */
const builder = () => {
  const done: Array<string> = []
  const open: Array<string> = []
  const close = () => done.push(open.splice(0).join(''))
  return {
    add: (piece: string): void => {
      if (open.push(piece) >= 4096) close()
    },
    text: (): string => {
      close()
      return done.join('')
    },
  }
}

/** How many code points are remembered: more than any alphabet has. */
const mostKnown = 4096

const oneToOne = (change: (c: string) => string): ((c: string) => string) => {
  const known = new Map<string, string>()
  return (c) => {
    const found = known.get(c)
    if (found !== undefined) return found
    const changed = change(c)
    const kept = length(changed) === 1 ? changed : c
    // A text with all existing code points would fill the map for good.
    if (known.size >= mostKnown) known.clear()
    known.set(c, kept)
    return kept
  }
}

const upperOne = oneToOne((c) => c.toUpperCase())
const lowerOne = oneToOne((c) => c.toLowerCase())

const mapped = (text: string, change: (c: string) => string): string => {
  const out = builder()
  /* eslint-disable-next-line functional/no-loop-statements -- called for each row */
  for (const c of text) out.add(change(c))
  return out.text()
}

/**
 * Converts to upper case, code point by code point. A code point without a single upper-case form stays (`ß`).
 *
 * @since 0.1.0
 */
export const upper = (text: string): string =>
  ascii.test(text) ? text.toUpperCase() : mapped(text, upperOne)

/**
 * Converts to lower case, code point by code point.
 *
 * @since 0.1.0
 */
export const lower = (text: string): string =>
  ascii.test(text) ? text.toLowerCase() : mapped(text, lowerOne)

/**
 * Compares by code point, not by UTF-16 unit: U+1F600 comes after U+FFFD.
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

// Surrogates stand for code points that are greater than all others.
const rank = (unit: number): number => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit)

/**
 * The text with its code points in reverse order.
 *
 * @since 0.1.0
 */
export const reverse = (text: string): string => {
  const out = builder()
  /* eslint-disable functional/no-loop-statements -- backwards, without a list */
  for (let end = text.length; end > 0;) {
    const start = end > 1 && unitsAt(text, end - 2) === 2 ? end - 2 : end - 1
    out.add(text.slice(start, end))
    end = start
  }
  /* eslint-enable functional/no-loop-statements */
  return out.text()
}

/** Whether the engine's own search is fast enough: it may compare each unit of the part at each unit of the text. */
const quick = (text: string, part: string): boolean =>
  part.length <= 32 || text.length * part.length <= 1_000_000

/**
 * The position of a part, in UTF-16 units, from a given position on, or -1 if it isn't found. The time is proportional
 * to the combined length of text and part. The engine's own search can take time proportional to their product, for a
 * part that repeats itself.
 *
 * @since 0.2.0
 */
export const find = (text: string, part: string, from = 0): number =>
  quick(text, part) ? text.indexOf(part, from) : part.length > text.length ? -1 : linearly(text, part, from)

/** The search of Knuth, Morris and Pratt. */
const linearly = (text: string, part: string, from: number): number => {
  const borders = new Int32Array(part.length)
  /* eslint-disable functional/no-loop-statements -- looks at each unit once or twice */
  for (let i = 1, matched = 0; i < part.length; i += 1) {
    while (matched > 0 && part.charCodeAt(i) !== part.charCodeAt(matched)) matched = borders[matched - 1] ?? 0
    if (part.charCodeAt(i) === part.charCodeAt(matched)) matched += 1
    borders[i] = matched
  }
  for (let i = from, matched = 0; i < text.length; i += 1) {
    while (matched > 0 && text.charCodeAt(i) !== part.charCodeAt(matched)) matched = borders[matched - 1] ?? 0
    if (text.charCodeAt(i) === part.charCodeAt(matched)) matched += 1
    if (matched === part.length) return i + 1 - part.length
  }
  /* eslint-enable functional/no-loop-statements */
  return -1
}

/**
 * The position of a part, counted from 1, or 0 if it isn't found.
 *
 * @since 0.1.0
 */
export const indexOf = (text: string, part: string): number => {
  const at = find(text, part)
  return at === -1 ? 0 : length(text.slice(0, at)) + 1
}

/**
 * The text between two code points, counted from 0. `String.prototype.slice` does the same with UTF-16 units.
 *
 * @since 0.1.0
 */
export const slice = (text: string, start: number, end = Infinity): string => {
  if (!surrogate.test(text)) return text.slice(start, end)
  const points = start < 0 || end < 0 ? length(text) : 0
  const first = start < 0 ? Math.max(0, points + start) : start
  const from = behind(text, 0, first)
  return text.slice(from, behind(text, from, (end < 0 ? points + end : end) - first))
}

/**
 * A number of code points from position `start`, counted from 1. Positions before the first one count too, as in
 * PostgreSQL.
 *
 * @since 0.1.0
 */
export const substr = (text: string, start: number, count: number | null): string => {
  const from = Math.max(1, start)
  const to = count === null ? Infinity : start + Math.max(0, count)
  return to <= from ? '' : slice(text, from - 1, to - 1)
}

/**
 * The first `count` code points. With a negative number, all but the last ones.
 *
 * @since 0.1.0
 */
export const left = (text: string, count: number): string =>
  slice(text, 0, count >= 0 ? count : Math.max(0, length(text) + count))

/**
 * The last `count` code points. With a negative number, all but the first ones.
 *
 * @since 0.1.0
 */
export const right = (text: string, count: number): string =>
  slice(text, count >= 0 ? Math.max(0, length(text) - count) : -count)

/**
 * The largest length of a text that is created, in UTF-16 units.
 *
 * @since 0.1.0
 */
export const longest = 10_000_000

/**
 * Replaces each occurrence of a part by another text. An empty part doesn't occur. `null` if the result would be too
 * long.
 *
 * @since 0.1.0
 */
export const replace = (text: string, part: string, by: string): string | null => {
  if (part === '') return text
  const grows = by.length - part.length
  // This many occurrences are too many.
  const most = Math.floor((longest - text.length) / Math.max(1, grows)) + 1
  return grows > 0 && occurrences(text, part, most) >= most ? null : replaced(text, part, by)
}

/** The number of occurrences of a part in a text, without overlaps. At most `most` are counted. */
const occurrences = (text: string, part: string, most: number): number => {
  /* eslint-disable functional/no-let, functional/no-loop-statements -- counts without a list */
  let count = 0
  for (let i = find(text, part); i !== -1 && count < most; i = find(text, part, i + part.length)) count += 1
  /* eslint-enable functional/no-let, functional/no-loop-statements */
  return count
}

const replaced = (text: string, part: string, by: string): string => {
  const out = builder()
  /* eslint-disable functional/no-let, functional/no-loop-statements -- one turn an occurrence */
  let from = 0
  for (let i = find(text, part); i !== -1; i = find(text, part, from)) {
    out.add(text.slice(from, i))
    out.add(by)
    from = i + part.length
  }
  /* eslint-enable functional/no-let, functional/no-loop-statements */
  out.add(text.slice(from))
  return out.text()
}

/**
 * The text repeated a number of times. `null` if the result would be too long.
 *
 * @since 0.1.0
 */
export const repeat = (text: string, times: number): string | null =>
  times <= 0 ? '' : text.length * times > longest ? null : text.repeat(times)

const filling = (missing: number, fill: string): string => {
  const points = length(fill)
  return `${fill.repeat(Math.floor(missing / points))}${slice(fill, 0, missing % points)}`
}

/**
 * Fills a text on the left up to a length. A longer text is cut off. `null` if the result would be too long.
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
 * Fills a text on the right up to a length. A longer text is cut off. `null` if the result would be too long.
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
 * Removes the spaces at both ends, and nothing else.
 *
 * @since 0.1.0
 */
export const trim = (text: string): string => ltrim(rtrim(text))
