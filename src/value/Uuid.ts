/**
 * UUIDs, as text.
 *
 * @since 0.1.0
 */
import { option as O } from 'fp-ts'
import type { Uuid } from './Value.js'

const pattern = /^([\da-f]{8})-?([\da-f]{4})-?([\da-f]{4})-?([\da-f]{4})-?([\da-f]{12})$/u

/**
 * The UUID for a text, in upper or lower case, with or without hyphens.
 *
 * @since 0.1.0
 */
export const parse = (u: unknown): O.Option<Uuid> => {
  const match = typeof u === 'string' ? pattern.exec(u.toLowerCase()) : null
  return match === null ? O.none : O.some(match.slice(1).join('-') as Uuid) // just matched
}
