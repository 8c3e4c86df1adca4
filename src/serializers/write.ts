import type { Json } from '../value/Value.js'
import type { ModelColumn } from '../schema/Schema.js'

/** The milliseconds of a time as six digits, or nothing if they are zero. */
const fine = (text: string): string => text.replace(/\.000(?=Z?$)/u, '').replace(/(\.\d{3})(?=Z?$)/u, '$1000')

const padded = (text: string, places: number): string => {
  const [whole = '', fraction = ''] = text.split('.')
  return places === 0 ? whole : `${whole}.${fraction.padEnd(places, '0')}`
}

/**
 * A stored value in the form of an API: decimals with all their places, times without trailing zeros, and durations
 * without days if there are none.
 *
 * @since 0.2.0
 */
export const writeValue = ({ kind, field }: ModelColumn, value: Json): Json => {
  if (typeof value !== 'string') return value
  switch (kind) {
    case 'decimal':
      return field.decimalPlaces === null ? value : padded(value, field.decimalPlaces)
    case 'time':
    case 'datetime':
      return fine(value)
    case 'duration':
      return value.startsWith('0 ') ? value.slice(2) : value
    default:
      return value
  }
}

/** The text of a key or a choice, which is text or a number. @since 0.2.0 */
export const spelled = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))
