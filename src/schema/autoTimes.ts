/**
 * Fields that the clock sets.
 *
 * @since 0.2.0
 */
import { option as O } from 'fp-ts'
import { canonical } from '../value/canonical.js'
import type { Json, Row } from '../value/Value.js'
import type { Model, ModelColumn } from './Schema.js'

/**
 * A moment as a value of a column: a datetime, or the date or the time of day in UTC.
 *
 * @since 0.2.0
 */
export const stampOf = ({ kind }: ModelColumn, now: Date): O.Option<Json> =>
  O.flatMap(canonical('datetime', now), (instant: Json) => {
    const text = typeof instant === 'string' ? instant : ''
    return kind === 'datetime'
      ? O.some<Json>(text)
      : kind === 'date'
        ? O.some<Json>(text.slice(0, 10))
        : kind === 'time'
          ? O.some<Json>(text.slice(11, 23))
          : O.none
  })

/**
 * A change of a row with the current time in the columns that every update sets. Values that are given are kept, and an
 * empty change stays empty.
 *
 * @since 0.2.0
 */
export const stamped = (model: Model, change: Row, changes = Object.keys(change).length > 0): Row => {
  const columns = [...model.columns.values()].filter(
    ({ name, field }) => field.autoTime === 'updated' && !Object.hasOwn(change, name),
  )
  if (!changes || columns.length === 0) return change
  const now = model.clock()
  return {
    ...change,
    ...Object.fromEntries(
      columns.flatMap((column) => {
        const stamp = stampOf(column, now)
        return O.isSome(stamp) ? [[column.name, stamp.value] as const] : []
      }),
    ),
  }
}
