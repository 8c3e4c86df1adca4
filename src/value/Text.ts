/**
 * Text by Unicode code points.
 *
 * @since 0.1.0
 */

const ascii = /^[\u0000-\u007f]*$/u
/**
 * Whether it has no other characters.
 *
 * @since 0.2.0
 */
export const isAscii = (text: string): boolean => ascii.test(text)

// Without the u flag, which would see the pair and not its halves.
const surrogate = /[\ud800-\udfff]/

/**
 * How many code points.
 *
 * @since 0.1.0
 */
export const length = (text: string): number => (surrogate.test(text) ? pointsIn(text) : text.length)

// A spread takes a hundred bytes for each code point.
const pointsIn = (text: string): number => {
  /* eslint-disable functional/no-let, functional/no-loop-statements -- counts without a list */
  let points = 0
  for (let i = 0; i < text.length; i += unitsAt(text, i)) points += 1
  /* eslint-enable functional/no-let, functional/no-loop-statements */
  return points
}

/** How many UTF-16 units the code point at a place has. */
const unitsAt = (text: string, i: number): 1 | 2 => {
  const unit = text.charCodeAt(i)
  if (unit < 0xd800 || unit > 0xdbff) return 1
  const next = text.charCodeAt(i + 1)
  return next >= 0xdc00 && next <= 0xdfff ? 2 : 1
}

/** The place behind so many code points from a place on. */
const behind = (text: string, from: number, points: number): number => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let i = from
  /* eslint-disable-next-line functional/no-loop-statements -- as above */
  for (let left = points; left > 0 && i < text.length; left -= 1) i += unitsAt(text, i)
  return i
}

/** Text that is put together of many pieces: joined in lists, since adding to text makes a link of each piece. */
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
    // A text of all code points that there are would fill it for good.
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

/** What a search of an engine may take: it looks at up to each unit of the part at each of the text. */
const quick = (text: string, part: string): boolean =>
  part.length <= 32 || text.length * part.length <= 1_000_000

/**
 * Where a part begins, in UTF-16 units, from a place on; -1 where it isn't in. It takes as long as text and part are
 * together: what engines do takes as long as their product for a part that repeats itself.
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
 * The position of a part, counted from 1; 0 where it isn't in.
 *
 * @since 0.1.0
 */
export const indexOf = (text: string, part: string): number => {
  const at = find(text, part)
  return at === -1 ? 0 : length(text.slice(0, at)) + 1
}

/**
 * From one code point up to another, counted from 0, as `String.prototype.slice` does with UTF-16 units.
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
  // So many are too many.
  const most = Math.floor((longest - text.length) / Math.max(1, grows)) + 1
  return grows > 0 && occurrences(text, part, most) >= most ? null : replaced(text, part, by)
}

/** How often a part is in a text, side by side; no more than so many are counted. */
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
 * So many times in a row; `null` where that would be too long.
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
