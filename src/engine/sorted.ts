/**
 * Sorting rows by keys.
 *
 * @since 0.2.0
 */
import { spend, type Meter } from '../value/Meter.js'
import type { Json, Row } from '../value/Value.js'
import type { Frame } from '../expression/evaluate/Frame.js'
import type { SortKey } from '../query/compile.js'

type Order = (a: number, b: number) => number

/**
 * The first `most` rows, sorted by keys, stably. Each key is found once for each row. A few of many are kept in a heap
 * instead of sorting all.
 *
 * @since 0.2.0
 */
export const sorted = (
  rows: ReadonlyArray<Row>,
  keys: ReadonlyArray<SortKey>,
  at: (row: Row) => Frame,
  meter: Meter,
  most: number,
): ReadonlyArray<Row> => {
  const columns = keyColumns(rows, keys, at, meter)
  const order = orderOf(keys, columns)
  const places = most * 8 < rows.length ? leastOf(rows.length, most, order) : allOf(rows.length).sort(order)
  const kept = places.length > most ? places.slice(0, most) : places
  // Places are those of rows.
  return kept.map((place) => rows[place] as Row)
}

const allOf = (length: number): Array<number> => Array.from({ length }, (_, i) => i)

/** The values of each key, in the order of the rows. */
const keyColumns = (
  rows: ReadonlyArray<Row>,
  keys: ReadonlyArray<SortKey>,
  at: (row: Row) => Frame,
  meter: Meter,
): ReadonlyArray<ReadonlyArray<Json>> => {
  // About how often each row is compared with another.
  const turns = Math.ceil(Math.log2(rows.length + 1))
  const weight = keys.reduce((sum, key) => sum + key.weight, 0) + keys.length * turns
  spend(meter, rows.length * weight)
  const columns = keys.map((): Array<Json> => [])
  rows.forEach((row) => {
    const frame = at(row)
    keys.forEach(({ run }, i) => {
      const value = run(frame)
      if (typeof value === 'string' && value.length > 32) spend(meter, turns * (value.length >>> 5))
      columns[i]?.push(value)
    })
  })
  return columns
}

/** How places compare by the values there; those with equal values come in their own order. */
const orderOf = (keys: ReadonlyArray<SortKey>, columns: ReadonlyArray<ReadonlyArray<Json>>): Order =>
  keys
    .map(({ compare }, i): Order => {
      const column = columns[i] ?? []
      return (a, b) => compare(column[a] ?? null, column[b] ?? null)
    })
    .reduceRight<Order>(
      (next, order) => (a, b) => order(a, b) || next(a, b),
      (a, b) => a - b,
    )

/** The first `most` of the places below `length`: a heap keeps the last of those that are kept on top. */
const leastOf = (length: number, most: number, order: Order): Array<number> => {
  if (most <= 0) return []
  const heap = allOf(Math.min(most, length)).sort((a, b) => order(b, a))
  /* eslint-disable-next-line functional/no-loop-statements -- called for each row */
  for (let place = heap.length; place < length; place++)
    if (order(place, heap[0] ?? 0) < 0) sink(heap, place, order)
  return heap.sort(order)
}

/** Puts a place into a heap instead of the one on top. */
const sink = (heap: Array<number>, place: number, order: Order): void => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let hole = 0
  /* eslint-disable-next-line functional/no-loop-statements -- halves what is below */
  for (;;) {
    const [left, right] = [2 * hole + 1, 2 * hole + 2]
    if (left >= heap.length) break
    const later = right < heap.length && order(heap[right] ?? 0, heap[left] ?? 0) > 0 ? right : left
    if (order(heap[later] ?? 0, place) <= 0) break
    heap[hole] = heap[later] ?? 0
    hole = later
  }
  heap[hole] = place
}
