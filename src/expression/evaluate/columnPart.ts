import type { TypedColumn } from '../Typed.js'
import { frameAt } from './Frame.js'
import { together, type Env, type Part } from './Part.js'
import { relatedValue } from './related.js'

/**
 * A column of a row, or of one behind to-one relations.
 *
 * @since 0.2.0
 */
export const columnPart = <T>(env: Env<T>, { joins, column, level }: TypedColumn): Part => {
  const weight = 1 + joins.length
  if (joins.length === 0)
    return together(
      [],
      level === 0
        ? (frame) => frame.row[column] ?? null
        : (frame) => frameAt(frame, level).row[column] ?? null,
      weight,
    )
  const read = relatedValue(env, joins, column)
  return together([], (frame) => read(frameAt(frame, level).row), weight)
}
