import { spend } from '../../value/Meter.js'
import type { Json, Row } from '../../value/Value.js'
import { aggregate } from '../aggregate.js'
import { castValue } from '../functions/cast.js'
import type { TypedAggregate } from '../Typed.js'
import { frameAt, type Frame } from './Frame.js'
import { weighValues } from './metered.js'
import { close, perRow, type Env, type Part, type Stand } from './Part.js'
import { related } from './related.js'

/**
 * An aggregate over the rows that joins lead to, or over a group's. Only its default is an operand in its own frame.
 *
 * @since 0.2.0
 */
export const aggregatePart = <T>(
  env: Env<T>,
  stand: Stand,
  node: TypedAggregate<T>,
  parts: ReadonlyArray<Part>,
): Part => {
  const run = aggregated(env, node, parts)
  const given = node.default
  const fallback = given === null ? undefined : parts.at(-1)
  if (given === null || fallback === undefined)
    return { weight: 1, run: perRow(stand, node.reach, run), registers: [] }
  return {
    weight: 1 + fallback.weight,
    run: (frame) => run(frame) ?? castValue(given.type.kind, node.type.kind, fallback.run(frame)),
    registers: fallback.registers,
  }
}

const aggregated = <T>(
  env: Env<T>,
  node: TypedAggregate<T>,
  parts: ReadonlyArray<Part>,
): ((frame: Frame) => Json) => {
  const { name, distinct, sample, joins, level } = node
  const { meter } = env
  const ofGroup = node.over === 'group'
  const kind = node.arg?.type.kind ?? 'int'
  const arg = node.arg === null ? undefined : parts[0]
  const filter = node.filter === null ? undefined : parts[node.arg === null ? 0 : 1]
  const value = arg === undefined ? null : close(arg)
  const passes = filter === undefined ? null : close(filter)
  const reachRows = joins.length === 0 ? null : related(env, joins)
  const each = 1 + (value?.weight ?? 0) + (passes?.weight ?? 0)
  return (frame) => {
    const parent = ofGroup ? frame.parent : frame
    // One frame for all rows: each is done with before the next.
    const inner: { row: Row; parent: Frame | null; readonly group: null } = { row: {}, parent, group: null }
    const starts = ofGroup ? (frame.group ?? []) : [frameAt(frame, level).row]
    const values: Array<Json> = []
    /* eslint-disable-next-line functional/no-let -- counted by the loops below */
    let count = 0
    const take = (row: Row, around: Frame | null): void => {
      inner.row = row
      inner.parent = around
      if (passes !== null && passes.run(inner) !== true) return
      count += 1
      const own = value === null ? null : value.run(inner)
      if (own !== null) values.push(own)
    }
    starts.forEach((row) => {
      if (reachRows === null) {
        spend(meter, each)
        take(row, parent)
        return
      }
      const around: Frame = ofGroup ? { row, parent, group: null } : frame
      const reached = reachRows(row)
      spend(meter, each * (1 + reached.length))
      reached.forEach((one) => {
        take(one, around)
      })
    })
    if (value === null) return count
    weighValues(meter, kind, name, values)
    return aggregate(name, kind, values, { distinct, sample })
  }
}
