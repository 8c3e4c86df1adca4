/**
 * Lists of rows: the few functions that evaluating is made of.
 *
 * @since 0.1.0
 */
import { hash } from '../value/Order.js'
import { make, spend, unmetered, type Meter } from '../value/Meter.js'
import type { Json, Row } from '../value/Value.js'
import type { Frame } from '../expression/evaluate/Frame.js'
import type { Scope } from '../expression/Scope.js'
import type { CompiledColumn } from '../query/compile.js'

/**
 * A row as a frame inside another.
 *
 * @since 0.1.0
 */
export const framed =
  (parent: Frame | null) =>
  (row: Row): Frame => ({ row, parent, group: null })

/**
 * What tells values of these columns apart: equal for equal values only, missing ones included.
 *
 * @since 0.1.0
 */
export const keyOf = (
  columns: ReadonlyArray<Pick<CompiledColumn, 'column' | 'run' | 'weight'>>,
  meter: Meter = unmetered,
): ((frame: Frame) => string) => {
  const keys = columns.map(({ column, run }) => ({ run, key: hash(column.kind) }))
  const weight = weightOf(columns)
  return (frame) => {
    spend(meter, weight)
    const key = JSON.stringify(
      keys.map(({ run, key: own }) => {
        const value = run(frame)
        return value === null ? null : own(value)
      }),
    )
    spend(meter, key.length >>> 1)
    make(meter, 2 * key.length)
    return key
  }
}

/**
 * How many steps it takes to look at a row, and at some columns of it.
 *
 * @since 0.2.0
 */
export const weightOf = (columns: ReadonlyArray<{ readonly weight: number }>): number =>
  columns.reduce((sum, { weight }) => sum + weight, 1)

/**
 * The columns of a scope as they stand.
 *
 * @since 0.1.0
 */
export const asTheyStand = (scope: Scope): ReadonlyArray<CompiledColumn> =>
  [...scope.columns].map(([name, column]) => ({
    name,
    column,
    weight: 1,
    run: (frame) => frame.row[name] ?? null,
  }))

/**
 * The first of each that have the same key.
 *
 * @since 0.1.0
 */
export const firstOfEach = <T>(items: ReadonlyArray<T>, key: (item: T) => string): ReadonlyArray<T> => {
  const seen = new Set<string>()
  return items.filter((item) => {
    const own = key(item)
    return seen.has(own) ? false : (seen.add(own), true)
  })
}

/**
 * Those that have the same key, together, in the order in which they first come.
 *
 * @since 0.1.0
 */
export const grouped = <T>(
  items: ReadonlyArray<T>,
  key: (item: T) => string,
): ReadonlyArray<ReadonlyArray<T>> => {
  const groups = new Map<string, Array<T>>()
  items.forEach((item) => {
    const own = key(item)
    const group = groups.get(own)
    if (group === undefined) groups.set(own, [item])
    else group.push(item)
  })
  return [...groups.values()]
}

/**
 * Sorted by keys, stably.
 *
 * @since 0.1.0
 */
export const sorted = <T>(
  items: ReadonlyArray<T>,
  keys: ReadonlyArray<{
    readonly run: (item: T) => Json
    readonly compare: (a: Json, b: Json) => number
    readonly weight?: number
  }>,
  meter: Meter = unmetered,
): ReadonlyArray<T> => {
  // How often each is compared with another, about.
  const turns = Math.ceil(Math.log2(items.length + 1))
  const weight = keys.reduce((sum, key) => sum + (key.weight ?? 1), 0) + keys.length * turns
  spend(meter, items.length * weight)
  const decorated = items.map((item) => ({
    item,
    values: keys.map(({ run }) => {
      const value = run(item)
      if (typeof value === 'string' && value.length > 32) spend(meter, turns * (value.length >>> 5))
      return value
    }),
  }))
  return decorated
    .sort((a, b) => {
      /* eslint-disable-next-line functional/no-loop-statements -- called n log n times */
      for (let i = 0; i < keys.length; i++) {
        const order = keys[i]?.compare(a.values[i] ?? null, b.values[i] ?? null) ?? 0
        if (order !== 0) return order
      }
      return 0
    })
    .map(({ item }) => item)
}

/**
 * A row of these columns.
 *
 * @since 0.1.0
 */
export const rowOf = (
  columns: ReadonlyArray<Pick<CompiledColumn, 'name' | 'run'>>,
  frame: Frame,
  meter: Meter = unmetered,
): Row => {
  make(meter, rowBytes(columns.length))
  const row: { [name: string]: Json } = {}
  columns.forEach(({ name, run }) => {
    row[name] = run(frame)
  })
  return row
}

/**
 * About how many bytes a row of so many columns takes up, besides its values.
 *
 * @since 0.2.0
 */
export const rowBytes = (columns: number): number => 32 + 8 * columns
