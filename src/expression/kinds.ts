import type { Kind } from '../value/Value.js'

/**
 * The kinds of numbers.
 *
 * @since 0.1.0
 */
export const numeric: ReadonlyArray<Kind> = ['int', 'float', 'decimal']
