/**
 * Exact decimals for the specification: a whole number, and the number of its digits after the point. It shares no code
 * with `value/Decimal`, which is tested against it.
 *
 * @since 0.2.0
 */

import { printed, type Argument } from './Meaning.js'

/** @since 0.2.0 */
export interface Exact {
  readonly n: bigint
  readonly places: number
}

/** The maximum number of digits of a decimal. */
const mostDigits = 1000

const ten = (power: number): bigint => 10n ** BigInt(power)

const size = (n: bigint): bigint => (n < 0n ? -n : n)

/**
 * The number in a text, perhaps with an exponent. `null` if the text isn't a number.
 *
 * @since 0.2.0
 */
export const exact = (text: string): Exact | null => {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,4}))?$/iu.exec(text)
  const [, sign = '', whole = '', rest = '', exponent = '0'] = match ?? []
  if (whole === '' && rest === '') return null
  const n = BigInt(`${whole}${rest}`) * (sign === '-' ? -1n : 1n)
  const places = rest.length - Number(exponent)
  return shortest(places < 0 ? { n: n * ten(-places), places: 0 } : { n, places })
}

/**
 * The decimal that a number is printed as: 0.1 is 0.1.
 *
 * @since 0.2.0
 */
export const exactOf = (x: Argument): Exact => exact(printed(x)) ?? { n: 0n, places: 0 }

const shortest = ({ n, places }: Exact): Exact =>
  n === 0n
    ? { n, places: 0 }
    : places > 0 && n % 10n === 0n
      ? shortest({ n: n / 10n, places: places - 1 })
      : { n, places }

/**
 * A decimal as text, without unnecessary zeros. `null` if it has more than 1,000 digits.
 *
 * @since 0.2.0
 */
export const spell = (x: Exact): string | null => {
  const { n, places } = shortest(x)
  const digits = String(size(n)).padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  const unsigned = places === 0 ? whole : `${whole}.${digits.slice(-places)}`
  return (whole === '0' ? 0 : whole.length) + places > mostDigits ? null : n < 0n ? `-${unsigned}` : unsigned
}

/** Two numbers with the same number of places. */
const aligned = (a: Exact, b: Exact): readonly [bigint, bigint, number] => {
  const places = Math.max(a.places, b.places)
  return [a.n * ten(places - a.places), b.n * ten(places - b.places), places]
}

/** @since 0.2.0 */
export const plus = (a: Exact, b: Exact): Exact => {
  const [x, y, places] = aligned(a, b)
  return { n: x + y, places }
}

/** @since 0.2.0 */
export const negated = ({ n, places }: Exact): Exact => ({ n: -n, places })

/** @since 0.2.0 */
export const times = (a: Exact, b: Exact): Exact => ({ n: a.n * b.n, places: a.places + b.places })

/**
 * The remainder of a division, with the sign of the dividend.
 *
 * @since 0.2.0
 */
export const remainder = (a: Exact, b: Exact): Exact | null => {
  const [x, y, places] = aligned(a, b)
  return y === 0n ? null : { n: x % y, places }
}

/**
 * Negative, zero or positive, if the first is less than, equal to or greater than the second.
 *
 * @since 0.2.0
 */
export const difference = (a: Exact, b: Exact): number => {
  const [x, y] = aligned(a, b)
  return x < y ? -1 : x > y ? 1 : 0
}

/** @since 0.2.0 */
export const sum = (all: ReadonlyArray<Exact>): Exact => all.reduce(plus, { n: 0n, places: 0 })

/**
 * A quotient with a number of places, rounded half away from zero. Negative places are before the point.
 *
 * @since 0.2.0
 */
export const quotient = (a: Exact, b: Exact, places: number): Exact => {
  const [x, y] = aligned(a, b)
  const [top, bottom] = places < 0 ? [x, y * ten(-places)] : [x * ten(places), y]
  const nearest = (2n * size(top) + size(bottom)) / (2n * size(bottom))
  const n = top < 0n === bottom < 0n ? nearest : -nearest
  return places < 0 ? { n: n * ten(-places), places: 0 } : { n, places }
}

/**
 * Rounded to a number of places.
 *
 * @since 0.2.0
 */
export const rounded = (x: Exact, places: number): Exact =>
  x.places <= places ? x : quotient(x, { n: 1n, places: 0 }, Math.max(-2 * mostDigits, places))

/**
 * The nearest whole number that isn't greater, or that isn't less.
 *
 * @since 0.2.0
 */
export const toWhole = (x: Exact, way: 'down' | 'up'): Exact => {
  const unit = ten(x.places)
  const towardsZero = x.n / unit
  const beyond = x.n % unit === 0n ? 0n : way === 'up' ? (x.n > 0n ? 1n : 0n) : x.n < 0n ? -1n : 0n
  return { n: towardsZero + beyond, places: 0 }
}

/** PostgreSQL counts digits in groups of four. These are the place and the value of the first group of a decimal. */
const firstGroup = ({ n, places }: Exact): readonly [number, number] => {
  if (n === 0n) return [0, 0]
  const group = Math.floor((String(size(n)).length - 1 - places) / 4)
  const shift = 4 * group + places
  return [group, Number(shift < 0 ? size(n) * ten(-shift) : size(n) / ten(shift))]
}

/**
 * A quotient with as many places as in PostgreSQL: at least 16 significant digits, at most 1,000 digits. `null` for a
 * division by zero.
 *
 * @since 0.2.0
 */
export const divided = (a: Exact, b: Exact): Exact | null => {
  if (b.n === 0n) return null
  const [groupA, leadA] = firstGroup(a)
  const [groupB, leadB] = firstGroup(b)
  const group = groupA - groupB - (leadA <= leadB ? 1 : 0)
  const places = Math.min(mostDigits, Math.max(16 - 4 * group, a.places, b.places, 0))
  const first = quotient(a, b, places)
  const wholes = String(size(first.n)).length - places
  return wholes > mostDigits ? null : quotient(a, b, Math.min(places, mostDigits - wholes))
}

/** The greatest whole number, from `low` and below `high`, whose square isn't greater. */
const wholeRoot = (n: bigint, low: bigint, high: bigint): bigint => {
  if (high - low <= 1n) return low
  const middle = (low + high) / 2n
  return middle * middle <= n ? wholeRoot(n, middle, high) : wholeRoot(n, low, middle)
}

/**
 * A root with as many places as in PostgreSQL. `null` for a negative number.
 *
 * @since 0.2.0
 */
export const root = (x: Exact): Exact | null => {
  if (x.n < 0n) return null
  const wholes = Math.max(0, String(x.n).length - x.places)
  const [group] = firstGroup(x)
  const places = Math.min(mostDigits - Math.ceil(wholes / 2), Math.max(0, x.places, 15 - 2 * group))
  // One more digit than needed, and whether a rest remains, decide the rounding.
  const square = x.n * ten(2 * places + 2 - x.places)
  const digits = { n: wholeRoot(square, 0n, ten(Math.ceil(String(square).length / 2))), places: places + 1 }
  return quotient(digits, { n: 1n, places: 0 }, places)
}

/**
 * The mean of numbers. `null` without numbers.
 *
 * @since 0.2.0
 */
export const mean = (all: ReadonlyArray<Exact>): Exact | null =>
  divided(shortest(sum(all)), { n: BigInt(all.length), places: 0 })

/**
 * The mean squared distance from the mean. For a sample, the divisor is one less.
 *
 * @since 0.2.0
 */
export const variance = (all: ReadonlyArray<Exact>, sample: boolean): Exact | null => {
  const n: Exact = { n: BigInt(all.length), places: 0 }
  const total = sum(all)
  const spread = plus(times(n, sum(all.map((x) => times(x, x)))), negated(times(total, total)))
  const by = times(n, sample ? plus(n, { n: -1n, places: 0 }) : n)
  return divided(shortest(spread), by)
}
