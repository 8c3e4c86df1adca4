import type { Kind } from '../value/Value.js'
import { numeric } from './kinds.js'

/**
 * The kind that values of these kinds have in common, if there is one. Numbers of different kinds have the wider one.
 *
 * @since 0.2.0
 */
export const commonKind = (kinds: ReadonlyArray<Kind>): Kind | null => {
  const [first] = kinds
  if (first === undefined) return null
  if (kinds.every((kind) => kind === first)) return first
  if (!kinds.every((kind) => numeric.includes(kind))) return null
  return kinds.includes('float') ? 'float' : 'decimal'
}
