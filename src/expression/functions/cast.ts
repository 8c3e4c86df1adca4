/**
 * Conversions between kinds.
 *
 * @since 0.1.0
 */
import { option as O } from 'fp-ts'
import { canonical } from '../../value/canonical.js'
import * as Decimal from '../../value/Decimal.js'
import { canonicalJson } from '../../value/Order.js'
import type { Decimal as DecimalText, Json, Kind, Type } from '../../value/Value.js'
import { numeric } from '../kinds.js'
import { whole } from '../numbers.js'

/**
 * Whether values of a kind can be converted to another.
 *
 * @since 0.1.0
 */
export const castable = (from: Kind, to: Kind): boolean =>
  from === to ||
  from === 'text' ||
  to === 'text' ||
  (numeric.includes(from) && numeric.includes(to)) ||
  (from === 'boolean' && to === 'int') ||
  (from === 'int' && to === 'boolean') ||
  (from === 'datetime' && (to === 'date' || to === 'time')) ||
  (from === 'date' && to === 'datetime')

/** For each kind, the kinds to which all of its values can be converted, other than itself and text. */
const total: { readonly [K in Kind]: ReadonlyArray<Kind> } = {
  text: [],
  int: ['boolean', 'float', 'decimal'],
  // The longest float has a few hundred digits.
  float: ['decimal'],
  // It may be too large.
  decimal: [],
  boolean: ['int'],
  date: ['datetime'],
  time: [],
  datetime: ['date', 'time'],
  duration: [],
  uuid: [],
  json: [],
}

/**
 * The type of values after conversion to another kind.
 *
 * @since 0.2.0
 */
export const castType = ({ kind, nullable }: Type, to: Kind): Type => ({
  kind: to,
  nullable: nullable || !(kind === to || to === 'text' || total[kind].includes(to)),
})

/**
 * Converts a value to another kind. `null` if that isn't possible.
 *
 * @since 0.1.0
 */
export const castValue = (from: Kind, to: Kind, value: Json): Json => {
  if (from === to || value === null) return value
  if (from === 'json' || typeof value === 'object') return to === 'text' ? canonicalJson(value) : null
  if (to === 'text') return String(value)
  if (from === 'text') return fromText(to, String(value).trim())
  switch (to) {
    case 'int':
      return from === 'boolean'
        ? value === true
          ? 1
          : 0
        : whole(
            from === 'decimal'
              ? Number(Decimal.round(value as DecimalText) ?? NaN)
              : roundHalfEven(value as number),
          )
    case 'float':
      return from === 'decimal' ? Decimal.toNumber(value as DecimalText) : value
    case 'decimal':
      return Decimal.fromNumber(value as number)
    case 'boolean':
      return value !== 0
    case 'date':
      return String(value).slice(0, 10)
    case 'time':
      return String(value).slice(11, 23)
    case 'datetime':
      return `${String(value)}T00:00:00.000Z`
    default:
      return null
  }
}

/**
 * Rounds to the nearest whole number, and a half to the even one.
 *
 * @since 0.1.0
 */
export const roundHalfEven = (x: number): number => {
  const down = Math.floor(x)
  const rest = x - down
  return (rest < 0.5 || (rest === 0.5 && down % 2 === 0) ? down : down + 1) + 0
}

// This is a map, since an object would also find `constructor`.
const words: ReadonlyMap<string, boolean> = new Map([
  ...['true', 't', 'yes', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'f', 'no', 'off', '0'].map((word) => [word, false] as const),
])

const fromText = (to: Kind, text: string): Json => {
  switch (to) {
    case 'int':
      return /^[+-]?\d+$/u.test(text) ? whole(Number(text)) : null
    case 'float':
      return O.getOrElse((): Json => null)(
        O.flatMap(Decimal.parse(text), (decimal: DecimalText) => O.fromNullable(Decimal.toNumber(decimal))),
      )
    case 'boolean':
      return words.get(text.toLowerCase()) ?? null
    case 'json':
      return O.getOrElse((): Json => null)(
        O.flatMap(
          O.tryCatch(() => JSON.parse(text) as unknown),
          (u: unknown) => canonical('json', u),
        ),
      )
    default:
      return O.getOrElse((): Json => null)(canonical(to, text))
  }
}
