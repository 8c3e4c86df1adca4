/**
 * Writes: what clients are asked to change, as plain JSON.
 *
 * @since 0.1.0
 */
export type { Change, Write, WriteOrder } from '../value/Write.js'
