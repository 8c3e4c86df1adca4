import { either as E } from 'fp-ts'
import * as Decimal from '../../value/Decimal.js'
import type { Decimal as DecimalText, Kind, Type } from '../../value/Value.js'
import { numeric } from '../kinds.js'
import { finite, whole } from '../numbers.js'
import { castType, castValue, roundHalfEven } from './cast.js'
import { takes, type FunctionDef } from './FunctionDef.js'

const widest = (kinds: ReadonlyArray<Kind>): Kind =>
  kinds.includes('float') ? 'float' : kinds.includes('decimal') ? 'decimal' : 'int'

/** An operator on two numbers, done in the wider of their kinds. */
const operator = (
  name: string,
  int: (a: number, b: number) => number,
  float: (a: number, b: number) => number,
  decimal: (a: DecimalText, b: DecimalText) => DecimalText | null,
): FunctionDef => ({
  name,
  arity: [2, 2],
  type: (types): E.Either<string, Type> => {
    const kinds = types.map(({ kind }) => kind)
    return kinds.every((kind) => numeric.includes(kind))
      ? E.right({ kind: widest(kinds), nullable: true })
      : E.left(`takes numbers, not ${kinds.join(' and ')}`)
  },
  strict: true,
  apply: ([a, b], [x, y]) => {
    const [from, to] = [x?.kind ?? 'int', y?.kind ?? 'int']
    const kind = widest([from, to])
    const left = castValue(from, kind, a ?? null)
    const right = castValue(to, kind, b ?? null)
    if (left === null || right === null) return null
    switch (kind) {
      case 'int':
        return whole(int(left as number, right as number))
      case 'decimal':
        return decimal(left as DecimalText, right as DecimalText)
      default:
        return finite(float(left as number, right as number))
    }
  },
})

/** A function of one number, of the same kind. */
const keeping = (
  name: string,
  ofNumber: (x: number, kind: Kind) => number,
  ofDecimal: (x: DecimalText) => DecimalText,
): FunctionDef => ({
  name,
  arity: [1, 1],
  type: takes([numeric], (kind) => kind),
  strict: true,
  apply: ([x], [type]) =>
    type?.kind === 'decimal' ? ofDecimal(x as DecimalText) : ofNumber(x as number, type?.kind ?? 'int') + 0,
})

/**
 * A function of floats, which keeps decimals decimal where `exactly` says so. A `total` one has an answer for all floats.
 */
const real = (
  name: string,
  arity: number,
  f: (...xs: ReadonlyArray<number>) => number,
  {
    decimals = null,
    total = false,
  }: {
    readonly decimals?: ((...xs: ReadonlyArray<DecimalText>) => DecimalText | null) | null
    readonly total?: boolean
  } = {},
): FunctionDef => ({
  name,
  arity: [arity, arity],
  type: (types): E.Either<string, Type> => {
    const kinds = types.map(({ kind }) => kind)
    if (!kinds.every((kind) => numeric.includes(kind)))
      return E.left(`takes numbers, not ${kinds.join(' and ')}`)
    return E.right({
      kind: decimals !== null && widest(kinds) === 'decimal' ? 'decimal' : 'float',
      nullable: !total || types.some((type) => castType(type, 'float').nullable),
    })
  },
  strict: true,
  apply: (args, types) => {
    const exact = decimals !== null && widest(types.map(({ kind }) => kind)) === 'decimal'
    const values = args.map((arg, i) =>
      castValue(types[i]?.kind ?? 'float', exact ? 'decimal' : 'float', arg),
    )
    if (values.includes(null)) return null
    return exact
      ? decimals(...(values as unknown as ReadonlyArray<DecimalText>))
      : finite(f(...(values as unknown as ReadonlyArray<number>)))
  },
})

const byFloat =
  (f: (...xs: ReadonlyArray<number>) => number) =>
  (...xs: ReadonlyArray<DecimalText>): DecimalText | null =>
    Decimal.through(f, ...xs)

const power = (x = 0, y = 0): number => x ** y
const exp = (x = 0): number => Math.exp(x)
const ln = (x = 0): number => Math.log(x)
// A quotient of logarithms misses whole results: of 1000 to base 10, say.
const log = (base = 0, x = 0): number =>
  base === 10 ? Math.log10(x) : base === 2 ? Math.log2(x) : Math.log(x) / Math.log(base)
const radians = Math.PI / 180

/**
 * Functions of numbers. What has no answer is missing.
 *
 * @since 0.1.0
 */
export const numberFunctions: ReadonlyArray<FunctionDef> = [
  operator(
    'add',
    (a, b) => a + b,
    (a, b) => a + b,
    Decimal.add,
  ),
  operator(
    'sub',
    (a, b) => a - b,
    (a, b) => a - b,
    Decimal.subtract,
  ),
  operator(
    'mul',
    (a, b) => a * b,
    (a, b) => a * b,
    Decimal.multiply,
  ),
  operator(
    'div',
    (a, b) => (b === 0 ? NaN : Math.trunc(a / b)),
    (a, b) => a / b,
    Decimal.divide,
  ),
  operator(
    'mod',
    (a, b) => a % b,
    (a, b) => a % b,
    Decimal.remainder,
  ),
  keeping('neg', (x) => -x, Decimal.negate),
  keeping('abs', Math.abs, Decimal.abs),
  keeping('ceil', Math.ceil, Decimal.ceil),
  keeping('floor', Math.floor, Decimal.floor),
  keeping('sign', Math.sign, Decimal.sign),
  {
    name: 'round',
    arity: [1, 2],
    // To tens or more, the greatest of ints and floats may round to what is none.
    type: (types) => takes([numeric, ['int']], (kind) => kind, types.length > 1)(types),
    strict: true,
    apply: ([x, places], [type]) => {
      const to = (places as number | undefined) ?? 0
      if (type?.kind === 'decimal') return Decimal.round(x as DecimalText, to)
      if (to === 0 || (to > 0 && type?.kind === 'int'))
        return type?.kind === 'int' ? (x as number) : roundHalfEven(x as number)
      const decimal = Decimal.fromNumber(x as number)
      const near = decimal === null ? null : Decimal.round(decimal, to)
      const rounded = near === null ? null : Decimal.toNumber(near)
      return rounded === null || type?.kind === 'float' ? rounded : whole(rounded)
    },
  },
  real('power', 2, power, { decimals: byFloat(power) }),
  real('sqrt', 1, (x = 0) => Math.sqrt(x), {
    decimals: (...[x]) => (x === undefined ? null : Decimal.sqrt(x)),
  }),
  real('exp', 1, exp, { decimals: byFloat(exp) }),
  real('ln', 1, ln, { decimals: byFloat(ln) }),
  real('log', 2, log, { decimals: byFloat(log) }),
  real('degrees', 1, (x = 0) => x / radians),
  real('radians', 1, (x = 0) => x * radians, { total: true }),
  real('sin', 1, (x = 0) => Math.sin(x), { total: true }),
  real('cos', 1, (x = 0) => Math.cos(x), { total: true }),
  real('tan', 1, (x = 0) => Math.tan(x), { total: true }),
  real('cot', 1, (x = 0) => 1 / Math.tan(x)),
  real('asin', 1, (x = 0) => Math.asin(x)),
  real('acos', 1, (x = 0) => Math.acos(x)),
  real('atan', 1, (x = 0) => Math.atan(x), { total: true }),
  real('atan2', 2, (y = 0, x = 0) => Math.atan2(y, x), { total: true }),
  real('pi', 0, () => Math.PI, { total: true }),
]
