/**
 * The meaning of functions, for the specification. It shares no code with `expression/functions`, which is tested
 * against it.
 *
 * @since 0.2.0
 */
import type { Json, Kind } from '../../value/Value.js'
import { convert } from './convert.js'
import { dates } from './dates.js'
import { common, type Meaning, type Meanings } from './Meaning.js'
import { numberFunctions } from './numbers.js'
import { compare } from './order.js'
import { texts } from './texts.js'

/** The arguments that aren't missing, converted to their common kind. */
const there = (args: ReadonlyArray<Json>, kinds: ReadonlyArray<Kind>): ReadonlyArray<Json> =>
  kinds.map((kind, i) => convert(kind, common(kinds), args[i] ?? null)).filter((value) => value !== null)

/** The least or greatest of some values. */
const extreme = (fits: (order: number) => boolean): Meaning => ({
  strict: false,
  kind: common,
  of: (args, kinds) => {
    const values = there(args, kinds)
    const kind = common(kinds)
    return values.find((a) => values.every((b) => fits(compare(kind, kind, a, b)))) ?? null
  },
})

const comparisons: Meanings = {
  coalesce: { strict: false, kind: common, of: (args, kinds) => there(args, kinds)[0] ?? null },
  greatest: extreme((order) => order >= 0),
  least: extreme((order) => order <= 0),
  nullif: {
    strict: false,
    kind: ([first = 'text']) => first,
    of: ([a = null, b = null], kinds) => {
      const [x, y] = there([a, b], kinds)
      const kind = common(kinds)
      return x !== undefined && y !== undefined && compare(kind, kind, x, y) === 0 ? null : a
    },
  },
}

/**
 * All functions by name.
 *
 * @since 0.2.0
 */
export const meanings: Meanings = { ...texts, ...numberFunctions, ...dates, ...comparisons }

/**
 * The result of a call.
 *
 * @since 0.2.0
 */
export const called = (
  name: string,
  args: ReadonlyArray<Json>,
  kinds: ReadonlyArray<Kind>,
  now: string,
): Json => {
  const meaning = meanings[name]
  return meaning === undefined || (meaning.strict && args.includes(null))
    ? null
    : meaning.of(args, kinds, now)
}

/**
 * The kind of the result of a call.
 *
 * @since 0.2.0
 */
export const calledKind = (name: string, kinds: ReadonlyArray<Kind>): Kind =>
  meanings[name]?.kind(kinds) ?? 'text'
