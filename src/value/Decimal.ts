/**
 * Exact decimal numbers, as text.
 *
 * @since 0.1.0
 */
import { option as O } from 'fp-ts'
import Big from 'big.js'
import type { Decimal } from './Value.js'

/** A private constructor, since the settings of the shared one can be changed by others. */
const Exact = Big()
Exact.DP = 40
Exact.RM = 1
Exact.NE = -1e6
Exact.PE = 1e6

// Each digit can be matched in only one way, so matching takes time in proportion to the length of the text.
const spelling = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,4})?$/iu
const canonicalSpelling = /^(?:0|-?(?:[1-9]\d*|(?:0|[1-9]\d*)\.\d*[1-9]))$/u

/** The largest number of digits of a decimal: those after the point, and those before it except a lone zero. */
const most = 1000

// The only place where text becomes a `Decimal`. The text of Big without an exponent is canonical, except `-0`.
const spelled = (big: Big): Decimal => (big.eq(0) ? '0' : big.toFixed()) as Decimal

/**
 * The decimal for a text or a number. A number is taken as it is written, so 0.1 is 0.1. More than 1,000 digits are
 * rejected.
 *
 * @since 0.1.0
 */
export const parse = (u: unknown): O.Option<Decimal> => {
  if (typeof u === 'string' && u.length < 40 && canonicalSpelling.test(u)) return O.some(u as Decimal) // just tested
  const text = typeof u === 'number' && Number.isFinite(u) ? String(u) : typeof u === 'string' ? u.trim() : ''
  // This leaves room for as many redundant zeros, a sign and a point.
  if (text.length > 2 * most + 2 || !spelling.test(text)) return O.none
  // Big doesn't accept a plus sign.
  const value = new Exact(text.startsWith('+') ? text.slice(1) : text)
  const wholes = Math.max(0, value.e + 1)
  return wholes + Math.max(0, value.c.length - 1 - value.e) > most ? O.none : O.some(spelled(value))
}

// The shortest text of a number is canonical, except for very large and very small numbers: `1e+21`.
const ofFinite = (n: number): Decimal => {
  const text = String(n)
  return text.includes('e') ? spelled(new Exact(text)) : (text as Decimal)
}

/** @since 0.1.0 */
export const fromInt = (n: number): Decimal => ofFinite(n)

/**
 * A finite number as a decimal, by its shortest text. `null` for other numbers.
 *
 * @since 0.1.0
 */
export const fromNumber = (n: number): Decimal | null => (Number.isFinite(n) ? ofFinite(n) : null)

/**
 * The nearest number, or `null` if no finite number is near.
 *
 * @since 0.1.0
 */
export const toNumber = (decimal: Decimal): number | null => {
  const n = Number(decimal)
  return Number.isFinite(n) ? n + 0 : null
}

/**
 * Compares by value.
 *
 * @since 0.1.0
 */
export const compare = (a: Decimal, b: Decimal): -1 | 0 | 1 => {
  if (a === b) return 0
  const minusA = a.startsWith('-')
  const minusB = b.startsWith('-')
  if (minusA !== minusB) return minusA ? -1 : 1
  return minusA ? magnitude(b.slice(1), a.slice(1)) : magnitude(a, b)
}

/**
 * Compares two canonical texts without a sign. The longer whole part is greater. If they are equally long, the texts
 * decide.
 */
const magnitude = (a: string, b: string): -1 | 0 | 1 => {
  const wholeA = whole(a)
  const wholeB = whole(b)
  return wholeA !== wholeB ? (wholeA < wholeB ? -1 : 1) : a === b ? 0 : a < b ? -1 : 1
}

const whole = (text: string): number => {
  const point = text.indexOf('.')
  return point === -1 ? text.length : point
}

/** A number of any size: `digits` divided by ten to the power of `places`. Big is too slow for it. */
interface Exactly {
  readonly digits: bigint
  readonly places: number
}

const exactly = (decimal: Decimal): Exactly => {
  const behind = places(decimal)
  return { digits: BigInt(behind === 0 ? decimal : decimal.replace('.', '')), places: behind }
}

/** The decimal for a number, or `null` if it has too many digits. */
const kept = ({ digits, places: behind }: Exactly): Decimal | null => {
  const text = String(size(digits)).padStart(behind + 1, '0')
  const point = text.length - behind
  const end = behind === 0 ? text.length : lastDigit(text, point)
  if ((point === 1 && text.startsWith('0') ? 0 : point) + end - point > most) return null
  const unsigned = end === point ? text.slice(0, point) : `${text.slice(0, point)}.${text.slice(point, end)}`
  return (digits < 0n ? `-${unsigned}` : unsigned) as Decimal // canonical: no exponent, no needless zeros, no `-0`
}

/** The end of a text without its trailing zeros, but no earlier than at `from`. */
const lastDigit = (text: string, from: number): number => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let end = text.length
  /* eslint-disable-next-line functional/no-loop-statements -- a pattern would look at each zero anew */
  while (end > from && text.charCodeAt(end - 1) === 48) end -= 1
  return end
}

const size = (n: bigint): bigint => (n < 0n ? -n : n)

const tenTo = (n: number): bigint => 10n ** BigInt(n)

/** The digits of a number at a larger number of places. */
const at = ({ digits, places: own }: Exactly, to: number): bigint =>
  own === to ? digits : digits * tenTo(to - own)

const plus = (a: Exactly, b: Exactly): Exactly => {
  const to = Math.max(a.places, b.places)
  return { digits: at(a, to) + at(b, to), places: to }
}

const times = (a: Exactly, b: Exactly): Exactly => ({
  digits: a.digits * b.digits,
  places: a.places + b.places,
})

const minus = (a: Exactly): Exactly => ({ ...a, digits: -a.digits })

/**
 * The sum. `null` if it has more than 1,000 digits.
 *
 * @since 0.1.0
 */
export const add = (a: Decimal, b: Decimal): Decimal | null => kept(plus(exactly(a), exactly(b)))

/**
 * The difference. `null` if it has more than 1,000 digits.
 *
 * @since 0.1.0
 */
export const subtract = (a: Decimal, b: Decimal): Decimal | null => kept(plus(exactly(a), minus(exactly(b))))

/**
 * The product. `null` if it has more than 1,000 digits.
 *
 * @since 0.1.0
 */
export const multiply = (a: Decimal, b: Decimal): Decimal | null => kept(times(exactly(a), exactly(b)))

/**
 * The quotient, rounded half away from zero, to at least 16 significant digits. It has as many places as PostgreSQL
 * gives, within 1,000 digits. `null` for a division by zero, and if there are more than 1,000 digits before the point.
 *
 * @since 0.1.0
 */
export const divide = (a: Decimal, b: Decimal): Decimal | null => quotient(exactly(a), exactly(b))

const quotient = (a: Exactly, b: Exactly): Decimal | null => {
  if (b.digits === 0n) return null
  const wanted = Math.max(16 - 4 * quotientWeight(a, b), a.places, b.places, 0)
  const first = rounded(a, b, Math.min(most, wanted))
  // If the digits before the point leave no room for all places, there are fewer places.
  const wholes = String(size(first.digits)).length - first.places
  return wholes > most ? null : kept(wholes + first.places > most ? rounded(a, b, most - wholes) : first)
}

/** A quotient with that many places. */
const rounded = (a: Exactly, b: Exactly, scale: number): Exactly => {
  const shift = scale + b.places - a.places
  const dividend = size(a.digits) * tenTo(Math.max(0, shift))
  const divisor = size(b.digits) * tenTo(Math.max(0, -shift))
  const nearest = dividend / divisor + (2n * (dividend % divisor) >= divisor ? 1n : 0n)
  return { digits: a.digits < 0n === b.digits < 0n ? nearest : -nearest, places: scale }
}

/** PostgreSQL counts in digits of base 10,000. */
const weight = ({ digits, places: behind }: Exactly): { readonly weight: number; readonly first: number } => {
  if (digits === 0n) return { weight: 0, first: 0 }
  const text = String(size(digits))
  const exponent = text.length - 1 - behind
  const group = Math.floor(exponent / 4)
  const length = exponent - 4 * group + 1
  return { weight: group, first: Number(text.slice(0, length).padEnd(length, '0')) }
}

const quotientWeight = (x: Exactly, y: Exactly): number => {
  const a = weight(x)
  const b = weight(y)
  return a.weight - b.weight - (a.first <= b.first ? 1 : 0)
}

/**
 * The number of digits after the point.
 *
 * @since 0.2.0
 */
export const places = (decimal: Decimal): number => {
  const point = decimal.indexOf('.')
  return point === -1 ? 0 : decimal.length - point - 1
}

/**
 * The decimal with at least that many places, for people. It is another text for the same number.
 *
 * @since 0.2.0
 */
export const withPlaces = (decimal: Decimal, to: number): Decimal => {
  const own = places(decimal)
  // The cast: this text is read as the same decimal.
  return own >= to ? decimal : (`${decimal}${own === 0 ? '.' : ''}${'0'.repeat(to - own)}` as Decimal)
}

/**
 * The remainder, with the sign of the dividend. `null` for a division by zero.
 *
 * @since 0.1.0
 */
export const remainder = (a: Decimal, b: Decimal): Decimal | null => {
  const [x, y] = [exactly(a), exactly(b)]
  const to = Math.max(x.places, y.places)
  return y.digits === 0n ? null : kept({ digits: at(x, to) % at(y, to), places: to })
}

const negative = (a: Decimal): boolean => a.startsWith('-')

/* The casts from here on: what is done to the sign, or to the digits before the point, leaves the spelling canonical. */

/** @since 0.1.0 */
export const negate = (a: Decimal): Decimal =>
  a === '0' ? a : ((negative(a) ? a.slice(1) : `-${a}`) as Decimal)

/** @since 0.1.0 */
export const abs = (a: Decimal): Decimal => (negative(a) ? negate(a) : a)

/** @since 0.1.0 */
export const sign = (a: Decimal): Decimal => fromInt(a === '0' ? 0 : negative(a) ? -1 : 1)

/** The next whole number towards zero, or away from it. */
const toWhole = (a: Decimal, away: boolean): Decimal => {
  const point = a.indexOf('.')
  if (point === -1) return a
  const digits = BigInt(a.slice(0, point)) + (away ? (negative(a) ? -1n : 1n) : 0n)
  return String(digits) as Decimal
}

/** @since 0.1.0 */
export const floor = (a: Decimal): Decimal => toWhole(a, negative(a))

/** @since 0.1.0 */
export const ceil = (a: Decimal): Decimal => toWhole(a, !negative(a))

/**
 * Rounds to a number of places, half away from zero. A negative number of places rounds before the point. `null` if the
 * result has more than 1,000 digits.
 *
 * @since 0.1.0
 */
export const round = (a: Decimal, to = 0): Decimal | null => {
  const given = exactly(a)
  // PostgreSQL's bounds.
  const scale = Math.max(-2 * most, Math.min(to, 2 * most))
  if (given.places <= scale) return a
  const { digits } = rounded(given, { digits: 1n, places: 0 }, scale)
  return kept(scale < 0 ? { digits: digits * tenTo(-scale), places: 0 } : { digits, places: scale })
}

/**
 * The square root, with as many places as PostgreSQL gives, within 1,000 digits. `null` for a negative number.
 *
 * @since 0.1.0
 */
export const sqrt = (a: Decimal): Decimal | null => {
  if (negative(a)) return null
  const given = exactly(a)
  const wholes = Math.max(0, String(given.digits).length - given.places)
  const scale = Math.min(
    most - Math.ceil(wholes / 2),
    Math.max(0, given.places, 17 - 2 * (weight(given).weight + 1)),
  )
  const shifted = at(given, 2 * scale)
  const root = wholeRoot(shifted)
  // The next number is nearer if this is greater than the square of the middle, root + ½.
  return kept({ digits: shifted > root * (root + 1n) ? root + 1n : root, places: scale })
}

/** The greatest whole number whose square isn't greater, by Newton's method from above. */
const wholeRoot = (n: bigint): bigint => {
  if (n < 2n) return n
  /* eslint-disable functional/no-let, functional/no-loop-statements -- called for each row */
  let root = 1n << BigInt(2 * n.toString(16).length)
  for (let next = (root + n / root) >> 1n; next < root; next = (root + n / root) >> 1n) root = next
  /* eslint-enable functional/no-let, functional/no-loop-statements */
  return root
}

const zero: Exactly = { digits: 0n, places: 0 }

const total = (decimals: ReadonlyArray<Exactly>): Exactly => {
  const to = decimals.reduce((scale, each) => Math.max(scale, each.places), 0)
  return { digits: decimals.reduce((sum, each) => sum + at(each, to), 0n), places: to }
}

/** The same number with no more places than necessary. */
const shortest = (n: Exactly): Exactly => {
  const text = String(size(n.digits))
  const end = n.digits === 0n ? 0 : lastDigit(text, Math.max(1, text.length - n.places))
  return n.digits === 0n
    ? zero
    : end === text.length
      ? n
      : { digits: n.digits / tenTo(text.length - end), places: n.places - (text.length - end) }
}

/**
 * The sum of any number of decimals, in any order. `null` if it has more than 1,000 digits. Intermediate sums may have
 * more.
 *
 * @since 0.2.0
 */
export const sum = (decimals: ReadonlyArray<Decimal>): Decimal | null => kept(total(decimals.map(exactly)))

/**
 * The mean of some decimals, rounded as by `divide`. `null` for no decimals.
 *
 * @since 0.2.0
 */
export const mean = (decimals: ReadonlyArray<Decimal>): Decimal | null =>
  quotient(shortest(total(decimals.map(exactly))), { digits: BigInt(decimals.length), places: 0 })

/**
 * The variance: the mean squared distance from the mean, rounded as by `divide`. For a sample, the divisor is one less.
 * `null` if there are too few decimals.
 *
 * @since 0.2.0
 */
export const variance = (decimals: ReadonlyArray<Decimal>, sample: boolean): Decimal | null => {
  const given = decimals.map(exactly)
  const n = given.length
  const whole = total(given)
  const count: Exactly = { digits: BigInt(n), places: 0 }
  const spread = plus(times(count, total(given.map((x) => times(x, x)))), minus(times(whole, whole)))
  return quotient(shortest(spread), { digits: BigInt(n) * BigInt(sample ? n - 1 : n), places: 0 })
}

/**
 * The result of a function on floats, to 15 significant digits.
 *
 * @since 0.1.0
 */
export const through = (
  f: (...xs: ReadonlyArray<number>) => number,
  ...args: ReadonlyArray<Decimal>
): Decimal | null => {
  const result = f(...args.map(Number))
  return Number.isFinite(result) ? fromNumber(Number(result.toPrecision(15))) : null
}
