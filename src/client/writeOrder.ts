/**
 * Orders changes of rows when unique values move from one row to another.
 *
 * @since 0.2.0
 */
import type { Row } from '../value/Value.js'
import { valuesOf, type Model } from '../schema/Schema.js'
import type { WriteOrder } from '../query/Write.js'

/**
 * The order in which rows can be changed one by one without two of them ever sharing a unique value. A row that holds a
 * value which another row takes comes first. `null` if any order will do. Rows that swap values in a circle, and the
 * rows between two circles, are next to each other, from `start` to `end`.
 *
 * @since 0.2.0
 */
export const writeOrder = (
  model: Model,
  sets: ReadonlyArray<ReadonlyArray<string>>,
  before: ReadonlyArray<Row>,
  after: ReadonlyArray<Row>,
): WriteOrder | null => {
  const waiting = dependencies(model, sets, before, after)
  if (waiting.every((each) => each.length === 0)) return null
  const all = after.map((_, i) => i)
  const first = peeled(all, waiting)
  const left = without(all, first)
  // Some of the remaining rows only wait for a circle.
  const last = [...peeled(left, inverted(waiting, new Set(left)))].reverse()
  const circle = without(left, last)
  return {
    sequence: [...first, ...circle, ...last],
    start: first.length,
    end: first.length + circle.length,
  }
}

type Edges = ReadonlyArray<ReadonlyArray<number>>

/** For each row, the positions of the rows that must be changed before it. */
const dependencies = (
  model: Model,
  sets: ReadonlyArray<ReadonlyArray<string>>,
  before: ReadonlyArray<Row>,
  after: ReadonlyArray<Row>,
): Edges => {
  const waiting: ReadonlyArray<Array<number>> = after.map(() => [])
  sets.forEach((columns) => {
    const values = valuesOf(model, columns)
    const holders = new Map(before.map((row, i) => [values(row), i] as const))
    after.forEach((row, i) => {
      const value = values(row)
      const holder = value === null ? undefined : holders.get(value)
      if (holder !== undefined && holder !== i) waiting[i]?.push(holder)
    })
  })
  return waiting
}

/** The rows that wait for no other row, or only for rows that come before them in this list. */
const peeled = (some: ReadonlyArray<number>, waiting: Edges): ReadonlyArray<number> => {
  const among = new Set(some)
  const open = new Map(some.map((i) => [i, (waiting[i] ?? []).filter((each) => among.has(each)).length]))
  const followers = inverted(waiting, among)
  const order = some.filter((i) => open.get(i) === 0)
  /* eslint-disable-next-line functional/no-loop-statements -- a list that grows while it is gone through */
  for (const i of order)
    followers[i]?.forEach((follower) => {
      const left = (open.get(follower) ?? 0) - 1
      open.set(follower, left)
      if (left === 0) order.push(follower)
    })
  return order
}

const inverted = (edges: Edges, among: ReadonlySet<number>): Edges => {
  const followers: ReadonlyArray<Array<number>> = edges.map(() => [])
  edges.forEach((befores, i) => {
    if (among.has(i)) befores.forEach((each) => followers[each]?.push(i))
  })
  return followers
}

const without = (all: ReadonlyArray<number>, some: ReadonlyArray<number>): ReadonlyArray<number> => {
  const gone = new Set(some)
  return all.filter((i) => !gone.has(i))
}

/**
 * The order for some of a write's items, with positions among these.
 *
 * @since 0.2.0
 */
export const narrowedOrder = (order: WriteOrder, positions: ReadonlyArray<number>): WriteOrder => {
  const places = new Map(positions.map((position, i) => [position, i]))
  const kept = (from: number, to: number) =>
    order.sequence.slice(from, to).flatMap((position) => places.get(position) ?? [])
  const [first, circle] = [kept(0, order.start), kept(order.start, order.end)]
  return {
    sequence: [...first, ...circle, ...kept(order.end, order.sequence.length)],
    start: first.length,
    end: first.length + circle.length,
  }
}
