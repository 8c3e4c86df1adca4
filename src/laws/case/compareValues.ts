/**
 * Compares values. This is a second implementation, independent of the one in use, so the order of rows can be checked
 * against it.
 *
 * @since 0.1.0
 */
import type { Json, Kind } from '../../value/Value.js'

const points = (text: string): ReadonlyArray<number> => Array.from(text, (c) => c.codePointAt(0) ?? 0)

const byPoints = (a: string, b: string): number => {
  const x = points(a)
  const y = points(b)
  const at = x.findIndex((point, i) => point !== y[i])
  return at === -1 ? x.length - y.length : (x[at] ?? 0) - (y[at] ?? -1)
}

/** The number of digits after the decimal point. */
const placesOf = (decimal: string): number => decimal.split('.')[1]?.length ?? 0

/** A decimal as an integer, scaled by a number of decimal places. */
const scaled = (decimal: string, places: number): bigint => {
  const negative = decimal.startsWith('-')
  const [whole = '0', part = ''] = decimal.replace('-', '').split('.')
  const digits = BigInt(`${whole}${part.padEnd(places, '0')}`)
  return negative ? -digits : digits
}

/** A duration in microseconds. It consists of days, which may be negative, and a time that is added to them. */
const microseconds = (duration: string): bigint => {
  const [days = '0', time = '0:0:0'] = duration.split(' ')
  const [hours = '0', minutes = '0', seconds = '0'] = time.split(':')
  const inDay = (Number(hours) * 60 + Number(minutes)) * 60_000_000 + Math.round(Number(seconds) * 1e6)
  return BigInt(days) * 86_400_000_000n + BigInt(inDay)
}

/** @since 0.1.0 */
export const compareValues = (kind: Kind, a: Json, b: Json): number => {
  switch (kind) {
    case 'text':
      return byPoints(a as string, b as string)
    case 'decimal': {
      const [one, two] = [a as string, b as string]
      const places = Math.max(placesOf(one), placesOf(two))
      const difference = scaled(one, places) - scaled(two, places)
      return difference < 0n ? -1 : difference > 0n ? 1 : 0
    }
    case 'duration': {
      const difference = microseconds(a as string) - microseconds(b as string)
      return difference < 0n ? -1 : difference > 0n ? 1 : 0
    }
    case 'int':
    case 'float':
      return (a as number) - (b as number)
    case 'boolean':
      return Number(a) - Number(b)
    default:
      return (a as string) < (b as string) ? -1 : a === b ? 0 : 1
  }
}

/** Compares two values by a sort key. @since 0.1.0 */
export const compareKeys = (
  kind: Kind,
  key: { readonly direction: 'asc' | 'desc'; readonly nulls: 'first' | 'last' },
  a: Json,
  b: Json,
): number => {
  const last = key.nulls === 'last' ? 1 : -1
  if (a === null || b === null) return a === b ? 0 : a === null ? last : -last
  return key.direction === 'asc' ? compareValues(kind, a, b) : compareValues(kind, b, a)
}
