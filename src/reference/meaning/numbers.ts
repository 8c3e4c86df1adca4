/**
 * The meaning of the functions of numbers, for the specification. A result that doesn't exist is missing.
 *
 * @since 0.2.0
 */
import type { Json, Kind } from '../../value/Value.js'
import { convert, finite, halfEven, whole } from './convert.js'
import {
  divided,
  exactOf,
  negated,
  plus,
  remainder,
  root,
  rounded,
  spell,
  times,
  toWhole,
  type Exact,
} from './decimals.js'
import { strict, type Argument, type Meaning, type Meanings } from './Meaning.js'

const widest = (kinds: ReadonlyArray<Kind>): Kind =>
  kinds.includes('float') ? 'float' : kinds.includes('decimal') ? 'decimal' : 'int'

const spelled = (x: Exact | null): Json => (x === null ? null : spell(x))

/** Arguments converted to one kind. `null` if one can't be converted. */
const allOf = (
  kind: Kind,
  args: ReadonlyArray<Json>,
  kinds: ReadonlyArray<Kind>,
): ReadonlyArray<Json> | null => {
  const made = kinds.map((from, i) => convert(from, kind, args[i] ?? null))
  return made.includes(null) ? null : made
}

/** An operator on two numbers, in the wider of their kinds. */
const operator = (
  ofInts: (a: number, b: number) => number,
  ofFloats: (a: number, b: number) => number,
  ofDecimals: (a: Exact, b: Exact) => Exact | null,
): Meaning => ({
  strict: true,
  kind: widest,
  of: (args, kinds) => {
    const kind = widest(kinds)
    const [a = null, b = null] = allOf(kind, args, kinds) ?? []
    if (a === null || b === null) return null
    return kind === 'int'
      ? whole(ofInts(Number(a), Number(b)))
      : kind === 'float'
        ? finite(ofFloats(Number(a), Number(b)))
        : spelled(ofDecimals(exactOf(a), exactOf(b)))
  },
})

/** A function of one number with a result of the same kind. */
const keeping = (ofNumber: (x: number) => number, ofDecimal: (x: Exact) => Exact): Meaning =>
  strict('first', ([x], [kind]) =>
    kind === 'decimal' ? spelled(ofDecimal(exactOf(x))) : ofNumber(Number(x)) + 0,
  )

/** A function of floats. */
const floats = (of: (x: number, y: number) => number): Meaning =>
  strict('float', (args, kinds) => {
    const given = allOf('float', args, kinds)
    const [x = 0, y = 0] = given ?? []
    return given === null ? null : finite(of(Number(x), Number(y)))
  })

/** A function of floats whose result is a decimal, if the widest argument is a decimal. */
const numbers = (
  of: (x: number, y: number) => number,
  ofDecimals: (x: Exact, y: Exact) => Exact | null = (x, y) => through(of, x, y),
): Meaning => ({
  strict: true,
  kind: (kinds) => (widest(kinds) === 'decimal' ? 'decimal' : 'float'),
  of: (args, kinds, now) => {
    if (widest(kinds) !== 'decimal') return floats(of).of(args, kinds, now)
    const [x = 0, y = 0] = allOf('decimal', args, kinds) ?? []
    return spelled(ofDecimals(exactOf(x), exactOf(y)))
  },
})

/** The result of a function of floats, to 15 significant digits. */
const through = (of: (x: number, y: number) => number, x: Exact, y: Exact): Exact | null => {
  const result = of(Number(spell(x)), Number(spell(y)))
  return Number.isFinite(result) ? exactOf(Number(result.toPrecision(15))) : null
}

const logarithm = (base: number, x: number): number =>
  base === 10 ? Math.log10(x) : base === 2 ? Math.log2(x) : Math.log(x) / Math.log(base)

const degree = Math.PI / 180

/**
 * Rounding to whole numbers rounds floats half to even. Rounding to places rounds the decimals that the floats are
 * printed as.
 */
const round = (x: Argument, places: number, kind: Kind): Json => {
  if (kind === 'decimal') return spelled(rounded(exactOf(x), places))
  if (kind === 'float' && places === 0) return halfEven(Number(x))
  const near = Number(spell(rounded(exactOf(x), places)) ?? NaN)
  return kind === 'int' ? whole(near) : finite(near)
}

/** @since 0.2.0 */
export const numberFunctions: Meanings = {
  add: operator(
    (a, b) => a + b,
    (a, b) => a + b,
    plus,
  ),
  sub: operator(
    (a, b) => a - b,
    (a, b) => a - b,
    (a, b) => plus(a, negated(b)),
  ),
  mul: operator(
    (a, b) => a * b,
    (a, b) => a * b,
    times,
  ),
  div: operator(
    (a, b) => (b === 0 ? NaN : Math.trunc(a / b)),
    (a, b) => a / b,
    divided,
  ),
  mod: operator(
    (a, b) => a % b,
    (a, b) => a % b,
    remainder,
  ),
  neg: keeping((x) => -x, negated),
  abs: keeping(Math.abs, (x) => (x.n < 0n ? negated(x) : x)),
  ceil: keeping(Math.ceil, (x) => toWhole(x, 'up')),
  floor: keeping(Math.floor, (x) => toWhole(x, 'down')),
  sign: keeping(Math.sign, ({ n }) => ({ n: n < 0n ? -1n : n > 0n ? 1n : 0n, places: 0 })),
  round: strict('first', ([x, places], [kind = 'int', second]) =>
    round(x, second === undefined ? 0 : Number(places), kind),
  ),
  power: numbers((x, y) => x ** y),
  sqrt: numbers(Math.sqrt, root),
  exp: numbers(Math.exp),
  ln: numbers(Math.log),
  log: numbers(logarithm),
  degrees: floats((x) => x / degree),
  radians: floats((x) => x * degree),
  sin: floats(Math.sin),
  cos: floats(Math.cos),
  tan: floats(Math.tan),
  cot: floats((x) => 1 / Math.tan(x)),
  asin: floats(Math.asin),
  acos: floats(Math.acos),
  atan: floats(Math.atan),
  atan2: floats(Math.atan2),
  pi: floats(() => Math.PI),
}
