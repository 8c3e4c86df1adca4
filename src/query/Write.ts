/**
 * Writes: the changes that clients are asked to make, as plain JSON.
 *
 * @since 0.1.0
 */
export type { Change, Write, WriteOrder } from '../value/Write.js'
