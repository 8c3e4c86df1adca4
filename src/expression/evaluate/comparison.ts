/**
 * How values of two kinds compare.
 *
 * @since 0.2.0
 */
import { spend, type Meter } from '../../value/Meter.js'
import { canonicalJson, compare, compareNumeric } from '../../value/Order.js'
import type { Json, Kind } from '../../value/Value.js'
import { spelling } from './metered.js'

/**
 * The order of values of two kinds.
 *
 * @since 0.2.0
 */
export const comparison = (a: Kind, b: Kind): ((x: Json, y: Json) => number) =>
  a === b ? compare(a) : compareNumeric(a, b)

/**
 * Whether values of two kinds are equal. JSON is spelled in one way first, which counts.
 *
 * @since 0.2.0
 */
export const equality = (meter: Meter, a: Kind, b: Kind): ((x: Json, y: Json) => boolean) => {
  if (a === 'json')
    return (x, y) => {
      const [left, right] = [canonicalJson(x), canonicalJson(y)]
      spend(meter, spelling(left) + spelling(right))
      return left === right
    }
  if (a === b) return (x, y) => x === y
  const order = compareNumeric(a, b)
  return (x, y) => order(x, y) === 0
}
