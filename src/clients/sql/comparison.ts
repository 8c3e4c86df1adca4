/**
 * Comparisons of values of one kind, or of numbers of several kinds, in a form that can use an index on a column.
 *
 * @since 0.2.0
 */
import * as Decimal from '../../value/Decimal.js'
import type { Decimal as DecimalText, Json, Kind } from '../../value/Value.js'
import type { Comparison, Spelled } from './Dialect.js'
import { sql, type Sql } from './Sql.js'
import { refuse, type Context } from './Stage.js'

/**
 * Whether two values compare in this way: true, false, or null if one is missing.
 *
 * @since 0.2.0
 */
export const compared = (context: Context, operator: Comparison, a: Spelled, b: Spelled): Sql => {
  const { dialect } = context
  if (a.constant === null || b.constant === null) return dialect.truth(false)
  const near = narrowed(context, operator, a, b)
  if (near === 'never') return dialect.truth(false)
  // The constant may stand on either side.
  if (near === 'always') return sql`${(a.constant === undefined ? a : b).sql} is not null`
  const [by, left, right] = near
  const made = dialect.compare(by, left, right)
  return made ?? refuse(context, `a comparison of ${a.type.kind} with ${b.type.kind}`)
}

/** The operator for swapped operands. */
const turned: { readonly [O in Comparison]: Comparison } = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

/**
 * The complement of an operator.
 *
 * @since 0.2.0
 */
export const opposite: { readonly [O in Comparison]: Comparison } = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
}

type Narrowed = readonly [Comparison, Spelled, Spelled] | 'never' | 'always'

/**
 * Converts a constant number exactly to the kind of the number that it is compared with: for an int, `x > 1.5` becomes
 * `x > 1`.
 */
const narrowed = (context: Context, operator: Comparison, a: Spelled, b: Spelled): Narrowed => {
  const [from, to] = [b.type.kind, a.type.kind]
  if (from === to) return [operator, a, b]
  if (a.constant !== undefined && b.constant === undefined) return narrowed(context, turned[operator], b, a)
  if (b.constant === undefined) return [operator, a, b]
  const as = (by: Comparison, value: Json): Narrowed => [
    by,
    a,
    {
      sql: context.dialect.bind(to, value),
      type: { kind: to, nullable: false },
      column: false,
      constant: value,
    },
  ]
  const exact = decimalOf(from, b.constant)
  if (exact === null) return [operator, a, b]
  if (to === 'decimal') return as(operator, exact)
  const near = nearest(to, exact)
  const order = near === null ? 0 : Decimal.compare(exact, asDecimal(near))
  if (near !== null && order === 0) return as(operator, near)
  if (operator === '=') return 'never'
  if (operator === '<>') return 'always'
  const above = near === null ? Decimal.sign(exact) === '1' : order > 0
  const least = operator === '>' || operator === '>='
  if (near === null) return above === least ? 'never' : 'always'
  // The constant lies between `near` and the next number of the kind.
  return above ? as(least ? '>' : '<=', near) : as(least ? '>=' : '<', near)
}

const asDecimal = (n: number): DecimalText => Decimal.fromNumber(n) ?? Decimal.fromInt(0)

const decimalOf = (kind: Kind, value: Json): DecimalText | null =>
  kind === 'decimal'
    ? (value as DecimalText) // a constant is of its kind
    : typeof value === 'number'
      ? Decimal.fromNumber(value)
      : null

/** The nearest number of a kind, or the next lower one. `null` if it is out of range. */
const nearest = (kind: Kind, exact: DecimalText): number | null => {
  const number = Decimal.toNumber(kind === 'int' ? Decimal.floor(exact) : exact)
  return number === null || (kind === 'int' && !Number.isSafeInteger(number)) ? null : number
}
