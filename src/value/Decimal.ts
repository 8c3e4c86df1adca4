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

// Each digit can be matched in one way only, so that no text takes longer than its length.
const spelling = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,4})?$/iu
const canonicalSpelling = /^(?:0|-?(?:[1-9]\d*|(?:0|[1-9]\d*)\.\d*[1-9]))$/u

/** More digits than this, before the point or behind it, aren't kept. */
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
  // Room for a sign and a point.
  if (text.length > 2 * most + 2 || !spelling.test(text)) return O.none
  // Big knows no plus sign.
  const value = new Exact(text.startsWith('+') ? text.slice(1) : text)
  return value.e >= most || value.c.length - 1 - value.e > most ? O.none : O.some(spelled(value))
}

// The shortest spelling of a number is canonical, but for large and small ones: `1e+21`.
const ofFinite = (n: number): Decimal => {
  const text = String(n)
  return text.includes('e') ? spelled(new Exact(text)) : (text as Decimal)
}

/** @since 0.1.0 */
export const fromInt = (n: number): Decimal => ofFinite(n)

/**
 * A finite number as a decimal, by its shortest spelling.
 *
 * @since 0.1.0
 */
export const fromNumber = (n: number): Decimal | null => (Number.isFinite(n) ? ofFinite(n) : null)

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
  return minusA ? magnitude(b.slice(1), a.slice(1)) : magnitude(a, b)
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
  if (b === '0') return null
  const scale = Math.min(most, Math.max(16 - 4 * quotientWeight(big(a), big(b)), places(a), places(b), 0))
  // In whole numbers: Big divides to a number of places that its constructor fixes.
  const shift = scale + places(b) - places(a)
  const dividend = digitsOf(a) * 10n ** BigInt(Math.max(0, shift))
  const divisor = digitsOf(b) * 10n ** BigInt(Math.max(0, -shift))
  const quotient = size(dividend) / size(divisor)
  const up = 2n * (size(dividend) % size(divisor)) >= size(divisor) ? 1n : 0n
  return scaled(dividend < 0n === divisor < 0n ? quotient + up : -(quotient + up), scale)
}

const size = (n: bigint): bigint => (n < 0n ? -n : n)

/** All digits as one whole number: 1.25 is 125, with 2 places. */
const digitsOf = (decimal: Decimal): bigint => BigInt(decimal.replace('.', ''))

const scaled = (digits: bigint, scale: number): Decimal =>
  spelled(new Exact(`${String(digits)}e-${String(scale)}`))

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
  // PostgreSQL's bounds.
  rounded(big(a), Math.max(-2 * most, Math.min(to, 2 * most)))

/**
 * The root, to as many places as PostgreSQL would give; `null` of a negative number.
 *
 * @since 0.1.0
 */
export const sqrt = (a: Decimal): Decimal | null => {
  if (a.startsWith('-')) return null
  const scale = Math.min(most, Math.max(0, places(a), 17 - 2 * (weight(big(a)).weight + 1)))
  // What is computed may have more places than what is kept.
  const kept = places(a) > 2 * scale ? rounded(big(a), 2 * scale) : a
  // In whole numbers: Big's own root has a fixed number of places, and never ends where those are all zeros.
  const shifted = digitsOf(kept) * 10n ** BigInt(2 * scale - places(kept))
  const root = wholeRoot(shifted)
  // Nearer to the next one, if greater than the square of the middle (root + ½).
  return scaled(shifted > root * (root + 1n) ? root + 1n : root, scale)
}

/** The greatest whole number whose square isn't greater, by Newton's way from above. */
const wholeRoot = (n: bigint): bigint => {
  if (n < 2n) return n
  /* eslint-disable functional/no-let, functional/no-loop-statements -- called for each row */
  let root = 1n << BigInt(2 * n.toString(16).length)
  for (let next = (root + n / root) >> 1n; next < root; next = (root + n / root) >> 1n) root = next
  /* eslint-enable functional/no-let, functional/no-loop-statements */
  return root
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
