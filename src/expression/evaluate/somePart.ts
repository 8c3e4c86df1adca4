import { spend } from '../../value/Meter.js'
import type { TypedSome } from '../Typed.js'
import { frameAt, type Frame } from './Frame.js'
import { close, perRow, together, type Env, type Part, type Stand } from './Part.js'
import { related } from './related.js'

/**
 * Whether one of the rows that joins lead to meets a predicate.
 *
 * @since 0.2.0
 */
export const somePart = <T>(
  env: Env<T>,
  stand: Stand,
  { joins, level, reach }: TypedSome<T>,
  predicate: Part,
): Part => {
  const reachRows = related(env, joins, true)
  const { run, weight } = close(predicate)
  const { meter } = env
  const holds = (frame: Frame): boolean =>
    reachRows(frameAt(frame, level).row).some((row) => {
      spend(meter, 1 + weight)
      return run({ row, parent: frame, group: null }) === true
    })
  return together([], perRow(stand, reach, holds))
}
