/**
 * Floats in JSON for SQLite, which reads some with a wrong last bit.
 *
 * @since 0.2.0
 */
import type { Json } from '../../value/Value.js'
import { sql, type Sql } from './Sql.js'

/**
 * Whether SQLite may read a float with a wrong last bit. It reads digits as a whole number, and multiplies or divides this
 * by a power of ten. Both are exact for few digits and a small power.
 *
 * @since 0.2.0
 */
export const isMisread = (value: Json): boolean =>
  typeof value === 'number' &&
  value !== 0 &&
  (Math.abs(value) < 1e-7 || Math.abs(value) >= 1e15 || Number(value.toPrecision(15)) !== value)

/**
 * A float as a whole number and the power of two that it is multiplied by.
 *
 * @since 0.2.0
 */
export const binaryParts = (value: number): readonly [whole: number, power: number] => {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, value)
  const [high, low] = [bits.getUint32(0), bits.getUint32(4)]
  const exponent = (high >>> 20) & 0x7ff
  // The least floats have no hidden bit.
  const whole = (high & 0xfffff) * 2 ** 32 + low + (exponent === 0 ? 0 : 2 ** 52)
  return [value < 0 ? -whole : whole, Math.max(exponent, 1) - 1075]
}

/**
 * The parts of a number in JSON. Anything else stays unchanged.
 *
 * @since 0.2.0
 */
export const inBinaryParts = (value: Json): Json => (typeof value === 'number' ? binaryParts(value) : value)

/**
 * The float of such parts. The power and the product are exact.
 *
 * @since 0.2.0
 */
export const ofParts = (whole: Sql, power: Sql): Sql => sql`(${whole} * pow(2.0, ${power}))`
