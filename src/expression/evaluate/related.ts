/**
 * Following relations from row to row.
 *
 * @since 0.2.0
 */
import { make, spend } from '../../value/Meter.js'
import type { Json, Row } from '../../value/Value.js'
import type { Join } from '../Scope.js'
import type { Env } from './Part.js'

type RowsOf = Pick<Env<unknown>, 'source' | 'meter'>
type Follow = (row: Row) => ReadonlyArray<Row>

const none: ReadonlyArray<Row> = []

/** From a row to the rows that a join leads to. */
const followed = ({ source, meter }: RowsOf, { relation, nearKey, farKey }: Join): Follow => {
  const { via, target } = relation
  const lookUp = (model: string, column: string, value: Json | undefined) =>
    value === null || value === undefined ? none : source.find(model, column, value)
  switch (via._tag) {
    case 'forward':
      return (row) => lookUp(target, farKey, row[via.column])
    case 'reverse':
      return (row) => lookUp(target, via.column, row[nearKey])
    case 'through': {
      // A correlated subquery comes back to the same rows again and again.
      const known = new Map<Json, ReadonlyArray<Row>>()
      return (row) => {
        const key = row[nearKey] ?? null
        const before = known.get(key)
        if (before !== undefined) return before
        const rows = lookUp(via.model, via.near, key).flatMap((link) => lookUp(target, farKey, link[via.far]))
        spend(meter, rows.length)
        known.set(key, rows)
        return rows
      }
    }
  }
}

/**
 * The rows that joins lead to from a row, as often as they are reached; or once each, where it doesn't matter how often.
 * Those that are gone through by a single join are for the caller to count.
 *
 * @since 0.1.0
 */
export const related = (world: RowsOf, joins: ReadonlyArray<Join>, once = false): Follow => {
  const steps = joins.map((join) => followed(world, join))
  const [only] = steps
  if (steps.length === 1 && only !== undefined) return only
  const { meter } = world
  return (row) =>
    steps.reduce<ReadonlyArray<Row>>(
      (rows, step) => {
        const reached: Array<Row> = []
        rows.forEach((each) => {
          const next = step(each)
          spend(meter, 1 + next.length)
          make(meter, 16 * next.length)
          next.forEach((one) => reached.push(one))
        })
        return once ? [...new Set(reached)] : reached
      },
      [row],
    )
}

/**
 * A column of the row that to-one joins lead to from a row; missing where there is no such row.
 *
 * @since 0.2.0
 */
export const relatedValue = (
  world: RowsOf,
  joins: ReadonlyArray<Join>,
  column: string,
): ((row: Row) => Json) => {
  const steps = joins.map((join) => followed(world, join))
  return (row) => {
    /* eslint-disable-next-line functional/no-let -- moved by the loop below */
    let current: Row | undefined = row
    /* eslint-disable-next-line functional/no-loop-statements -- called for each row */
    for (let i = 0; i < steps.length && current !== undefined; i++) current = steps[i]?.(current)[0]
    return current?.[column] ?? null
  }
}
