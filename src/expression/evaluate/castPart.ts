import { make, spend } from '../../value/Meter.js'
import { castValue } from '../functions/cast.js'
import type { TypedCast } from '../Typed.js'
import { goThrough } from './metered.js'
import { together, type Env, type Part } from './Part.js'

/**
 * A conversion to another kind.
 *
 * @since 0.2.0
 */
export const castPart = <T>({ meter }: Env<T>, { arg, to }: TypedCast<T>, part: Part): Part => {
  const { kind } = arg.type
  return together(
    [part],
    (frame) => {
      const value = part.run(frame)
      if (value === null) return null
      goThrough(meter, value)
      if (to === 'json' && typeof value === 'string') {
        // Lists and objects take up many times what their text does.
        spend(meter, 2 * value.length)
        make(meter, 64 * value.length)
      }
      const made = castValue(kind, to, value)
      if (typeof made === 'string') make(meter, 2 * made.length)
      return made
    },
    part.weight + 9,
  )
}
