/**
 * How kinds go together.
 *
 * @since 0.2.0
 */
import type { Kind } from '../value/Value.js'

/**
 * The kinds of numbers.
 *
 * @since 0.1.0
 */
export const numeric: ReadonlyArray<Kind> = ['int', 'float', 'decimal']

/**
 * The kind that values of these kinds have in common, if there is one: their own, or the wider one of numbers.
 *
 * @since 0.2.0
 */
export const commonKind = (kinds: ReadonlyArray<Kind>): Kind | null => {
  const [first] = kinds
  if (first === undefined) return null
  if (kinds.every((kind) => kind === first)) return first
  return kinds.every((kind) => numeric.includes(kind))
    ? kinds.includes('float')
      ? 'float'
      : 'decimal'
    : null
}
