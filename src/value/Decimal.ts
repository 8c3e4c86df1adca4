/**
 * Exact decimal numbers, as text.
 *
 * @since 0.1.0
 */
import { option as O } from 'fp-ts'
import Big from 'big.js'
import type { Decimal } from './Value.js'

/** A constructor of our own: settings of the shared one are somebody else's. */
const Exact = Big()
Exact.DP = 40
Exact.RM = 1
Exact.NE = -1e6
Exact.PE = 1e6

const spelling = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,4})?$/iu
const canonicalSpelling = /^(?:0|-?(?:[1-9]\d*|(?:0|[1-9]\d*)\.\d*[1-9]))$/u

/** More digits than this aren't kept. */
const most = 1000

// The only place where text becomes a `Decimal`: what Big spells, without an exponent, is canonical but for `-0`.
const spelled = (big: Big): Decimal => (big.eq(0) ? '0' : big.toFixed()) as Decimal

const big = (decimal: Decimal): Big => new Exact(decimal)

/**
 * The decimal that text or a number spells. A number is taken as it is written (0.1 is 0.1).
 *
 * @since 0.1.0
 */
export const parse = (u: unknown): O.Option<Decimal> => {
  if (typeof u === 'string' && u.length < 40 && canonicalSpelling.test(u)) return O.some(u as Decimal) // just tested
  const text = typeof u === 'number' && Number.isFinite(u) ? String(u) : typeof u === 'string' ? u.trim() : ''
  if (text.length > 2 * most || !spelling.test(text)) return O.none
  // Big knows no plus sign.
  const value = new Exact(text.startsWith('+') ? text.slice(1) : text)
  return Math.abs(value.e) > most || value.c.length > most ? O.none : O.some(spelled(value))
}

/** @since 0.1.0 */
export const fromInt = (n: number): Decimal => spelled(new Exact(String(n)))

/**
 * A finite number as a decimal, by its shortest spelling.
 *
 * @since 0.1.0
 */
export const fromNumber = (n: number): Decimal | null =>
  Number.isFinite(n) ? spelled(new Exact(String(n))) : null

/**
 * The nearest number; `null` where there is none that is finite.
 *
 * @since 0.1.0
 */
export const toNumber = (decimal: Decimal): number | null => {
  const n = Number(decimal)
  return Number.isFinite(n) ? n + 0 : null
}

/**
 * By value.
 *
 * @since 0.1.0
 */
export const compare = (a: Decimal, b: Decimal): -1 | 0 | 1 => {
  if (a === b) return 0
  const minusA = a.startsWith('-')
  const minusB = b.startsWith('-')
  if (minusA !== minusB) return minusA ? -1 : 1
  const size = minusA ? magnitude(b.slice(1), a.slice(1)) : magnitude(a, b)
  return size
}

/** Of two canonical spellings without a sign: the longer whole part is greater, else the text decides. */
const magnitude = (a: string, b: string): -1 | 0 | 1 => {
  const wholeA = whole(a)
  const wholeB = whole(b)
  return wholeA !== wholeB ? (wholeA < wholeB ? -1 : 1) : a === b ? 0 : a < b ? -1 : 1
}

const whole = (text: string): number => {
  const point = text.indexOf('.')
  return point === -1 ? text.length : point
}

/** @since 0.1.0 */
export const add = (a: Decimal, b: Decimal): Decimal => spelled(big(a).plus(big(b)))

/** @since 0.1.0 */
export const subtract = (a: Decimal, b: Decimal): Decimal => spelled(big(a).minus(big(b)))

/** @since 0.1.0 */
export const multiply = (a: Decimal, b: Decimal): Decimal => spelled(big(a).times(big(b)))

/**
 * Rounded, half away from zero, to at least 16 significant digits: to as many places as PostgreSQL would give.
 * `null` by zero.
 *
 * @since 0.1.0
 */
export const divide = (a: Decimal, b: Decimal): Decimal | null => {
  const x = big(a)
  const y = big(b)
  if (y.eq(0)) return null
  const scale = Math.min(most, Math.max(16 - 4 * quotientWeight(x, y), places(a), places(b), 0))
  return rounded(exactly(x, y, scale + 1), scale)
}

/** A quotient with enough places that rounding it is exact: what is cut off can't make it a half. */
const exactly = (x: Big, y: Big, scale: number): Big => {
  const Wide = Big()
  Wide.DP = scale
  Wide.RM = 0
  const cut = new Wide(x.toFixed()).div(y.toFixed())
  return new Exact(cut.toFixed())
}

/** PostgreSQL counts in digits of base 10,000. */
const weight = (x: Big): { readonly weight: number; readonly first: number } => {
  if (x.eq(0)) return { weight: 0, first: 0 }
  const group = Math.floor(x.e / 4)
  const digits = x.c
    .slice(0, x.e - 4 * group + 1)
    .map(String)
    .join('')
  return { weight: group, first: Number(digits.padEnd(x.e - 4 * group + 1, '0')) }
}

const quotientWeight = (x: Big, y: Big): number => {
  const a = weight(x)
  const b = weight(y)
  return a.weight - b.weight - (a.first <= b.first ? 1 : 0)
}

const places = (decimal: Decimal): number => {
  const point = decimal.indexOf('.')
  return point === -1 ? 0 : decimal.length - point - 1
}

const rounded = (x: Big, scale: number): Decimal => spelled(x.round(scale, 1))

/**
 * The remainder, with the sign of the dividend; `null` by zero.
 *
 * @since 0.1.0
 */
export const remainder = (a: Decimal, b: Decimal): Decimal | null =>
  big(b).eq(0) ? null : spelled(big(a).mod(big(b)))

/** @since 0.1.0 */
export const negate = (a: Decimal): Decimal => spelled(big(a).neg())

/** @since 0.1.0 */
export const abs = (a: Decimal): Decimal => spelled(big(a).abs())

/** @since 0.1.0 */
export const sign = (a: Decimal): Decimal => fromInt(a === '0' ? 0 : a.startsWith('-') ? -1 : 1)

/** @since 0.1.0 */
export const floor = (a: Decimal): Decimal => spelled(big(a).round(0, a.startsWith('-') ? 3 : 0))

/** @since 0.1.0 */
export const ceil = (a: Decimal): Decimal => spelled(big(a).round(0, a.startsWith('-') ? 0 : 3))

/**
 * To so many places, half away from zero; negative places round before the point.
 *
 * @since 0.1.0
 */
export const round = (a: Decimal, to = 0): Decimal =>
  to >= 0
    ? rounded(big(a), Math.min(to, most))
    : spelled(
        new Exact(
          `${big(a)
            .div(`1e${String(-to)}`)
            .round(0, 1)
            .toFixed()}e${String(-to)}`,
        ),
      )

/**
 * The root, to as many places as PostgreSQL would give; `null` of a negative number.
 *
 * @since 0.1.0
 */
export const sqrt = (a: Decimal): Decimal | null => {
  if (a.startsWith('-')) return null
  const x = big(a)
  return rounded(x.sqrt(), Math.max(0, places(a), 17 - 2 * (weight(x).weight + 1)))
}

/**
 * What a function of floats gives, to 15 significant digits.
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
