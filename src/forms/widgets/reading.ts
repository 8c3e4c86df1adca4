import * as Temporal from '../../value/Temporal.js'
import type { Json, Kind } from '../../value/Value.js'
import { lastOf, type Posted } from '../Posted.js'
import type { Raw, Widget } from '../Widget.js'

/**
 * What most widgets read: one text, the last of those that came.
 *
 * @since 0.2.0
 */
export const readsText: Pick<Widget, 'read' | 'omits'> = {
  read: lastOf,
  omits: (posted: Posted, name: string): boolean => posted.texts(name).length === 0,
}

/**
 * How a value of a kind is spelled where people see it.
 *
 * @since 0.2.0
 */
export const spelled = (kind: Kind, value: Json): string => {
  if (value === null) return ''
  if (kind === 'json' || typeof value !== 'string') return JSON.stringify(value)
  switch (kind) {
    case 'time':
      return clockOf(value)
    case 'datetime':
      return `${Temporal.dateOf(value)} ${clockOf(Temporal.timeOf(value))}`
    case 'duration':
      return value.replace(/^0 /u, '')
    default:
      return value
  }
}

/** A time of day without parts of a second where there are none. */
const clockOf = (time: string): string => time.replace(/\.000$/u, '')

/**
 * A decimal with all of its decimal places: `12.50`.
 *
 * @since 0.2.0
 */
export const withPlaces = (text: string, places: number | null): string => {
  if (places === null || text === '') return text
  const [whole = '', part = ''] = text.split('.')
  return places === 0 || part.length > places ? text : `${whole}.${part.padEnd(places, '0')}`
}

/**
 * Shows a value as one text.
 *
 * @since 0.2.0
 */
export const showsText =
  (kind: Kind) =>
  (value: Json): Raw =>
    spelled(kind, value)
