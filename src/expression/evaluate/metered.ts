/**
 * Counting the work on values that may be long.
 *
 * @since 0.2.0
 */
import { make, spend, type Meter } from '../../value/Meter.js'
import * as Text from '../../value/Text.js'
import type { Json, Kind } from '../../value/Value.js'
import type { AggregateName } from '../Expression.js'

/**
 * Whether values of a kind may take more than a step to look at.
 *
 * @since 0.2.0
 */
export const mayBeLong = (kind: Kind): boolean => kind === 'text' || kind === 'decimal' || kind === 'json'

/**
 * Text that is looked at: so many characters of it are a step.
 *
 * @since 0.2.0
 */
export const lookAt = (meter: Meter, value: Json): void => {
  if (typeof value === 'string' && value.length > 64) spend(meter, value.length >>> 6)
}

/**
 * Text that is gone through, character by character where it isn't ASCII.
 *
 * @since 0.2.0
 */
export const goThrough = (meter: Meter, value: Json): void => {
  if (typeof value === 'string' && value.length > 32)
    spend(meter, Text.isAscii(value) ? value.length >>> 5 : value.length)
}

/**
 * Counts what an aggregate makes of values.
 *
 * @since 0.2.0
 */
export const weighValues = (
  meter: Meter,
  kind: Kind,
  name: AggregateName,
  values: ReadonlyArray<Json>,
): void => {
  make(meter, 8 * values.length)
  if (!mayBeLong(kind)) return
  // Variances square.
  const squares = name === 'variance' || name === 'stddev'
  values.forEach((value) => {
    if (typeof value === 'string' && value.length > 16)
      spend(meter, squares ? (value.length * value.length) >>> 8 : value.length >>> 4)
  })
}
