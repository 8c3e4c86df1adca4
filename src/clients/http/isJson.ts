import type { JsonObject } from '../../value/Value.js'

/**
 * Whether what was parsed from JSON is an object.
 *
 * @since 0.1.0
 */
export const isJson = (u: unknown): u is JsonObject =>
  typeof u === 'object' && u !== null && !Array.isArray(u)
