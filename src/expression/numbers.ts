/**
 * Results of arithmetic as values: what is no value is missing.
 *
 * @since 0.2.0
 */
import type { Json } from '../value/Value.js'

/**
 * A float as a value; missing where it is infinite or not a number.
 *
 * @since 0.2.0
 */
export const finite = (n: number): Json => (Number.isFinite(n) ? n + 0 : null)

/**
 * An int as a value; missing where it is not a safe integer.
 *
 * @since 0.2.0
 */
export const whole = (n: number): Json => (Number.isSafeInteger(n) ? n + 0 : null)
