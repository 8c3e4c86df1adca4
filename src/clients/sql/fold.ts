/**
 * Classes of characters that differ only in case.
 *
 * No engine maps cases as JavaScript does. Lookups follow JavaScript. So the characters of a constant are written as
 * classes of all characters that match them, from a table that is made once.
 *
 * @since 0.2.0
 */
import { upper } from '../../value/Text.js'

const made: { classes: ReadonlyMap<string, ReadonlyArray<string>> | null } = { classes: null }

/** The characters by their upper case, if there are several. */
const classes = (): ReadonlyMap<string, ReadonlyArray<string>> => {
  if (made.classes !== null) return made.classes
  const found = new Map<string, Array<string>>()
  /* eslint-disable-next-line functional/no-loop-statements -- all code points, once */
  for (let code = 1; code <= 0x1ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue
    const c = String.fromCodePoint(code)
    const high = upper(c)
    if (high === c) continue
    const known = found.get(high)
    if (known === undefined) found.set(high, [high, c])
    else known.push(c)
  }
  made.classes = found
  return found
}

/**
 * All characters with the same upper case as this one.
 *
 * @since 0.2.0
 */
export const alike = (c: string): ReadonlyArray<string> => {
  const high = upper(c)
  return classes().get(high) ?? [high]
}

/**
 * The characters beyond ASCII that a mapping changes, with the results.
 *
 * @since 0.2.0
 */
export const mapping = (change: (c: string) => string): readonly [string, string] => {
  const known = mappings.get(change)
  if (known !== undefined) return known
  const from: Array<string> = []
  const to: Array<string> = []
  /* eslint-disable-next-line functional/no-loop-statements -- all code points, once */
  for (let code = 0x80; code <= 0x1ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue
    const c = String.fromCodePoint(code)
    const changed = change(c)
    if (changed === c) continue
    from.push(c)
    to.push(changed)
  }
  const pairs = [from.join(''), to.join('')] as const
  mappings.set(change, pairs)
  return pairs
}

const mappings = new WeakMap<(c: string) => string, readonly [string, string]>()

/** The characters with a special meaning in an engine's patterns. */
const special = /[\\^$.*+?()[\]{}|/&-]/u

/**
 * A character that has no special meaning in a pattern. `&&` and `--` in a set are operators of ICU.
 *
 * @since 0.2.0
 */
export const escaped = (c: string): string => (special.test(c) ? `\\${c}` : c)

/** MariaDB takes 1,396 classes of three characters, PostgreSQL 43,615 characters of any sort. */
const longest = 1000

/**
 * A pattern for a text in any case, for engines with regular expressions. `null` if an engine may find it too large.
 *
 * @since 0.2.0
 */
export const foldedPattern = (text: string): string | null =>
  text.length > longest
    ? null
    : [...text]
        .map((c) => {
          const same = alike(c)
          return same.length === 1 ? escaped(c) : `[${same.map(escaped).join('')}]`
        })
        .join('')

/**
 * The least text that is greater than all texts with a prefix. `null` if there is none.
 *
 * @since 0.2.0
 */
export const after = (text: string): string | null => {
  const points = [...text]
  const last = points.pop()
  if (last === undefined) return null
  const code = last.codePointAt(0) ?? 0
  if (code >= 0x10ffff) return after(points.join(''))
  const next = code + 1 >= 0xd800 && code + 1 <= 0xdfff ? 0xe000 : code + 1
  return `${points.join('')}${String.fromCodePoint(next)}`
}
