import type { Json } from '../value/Value.js'

/**
 * A key or another value as text: JSON, where it is no text, number or boolean.
 *
 * @since 0.2.0
 */
export const keyText = (value: Json): string =>
  typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value)
