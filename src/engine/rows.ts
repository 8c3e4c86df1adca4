/**
 * Lists of rows: the few functions that evaluating is made of.
 *
 * @since 0.1.0
 */
import { hash } from '../value/Order.js'
import { isLimited, make, spend, unmetered, type Meter } from '../value/Meter.js'
import type { Json, Row } from '../value/Value.js'
import type { Frame } from '../expression/evaluate/Frame.js'
import { weightOf } from '../expression/evaluate/Part.js'
import type { Scope } from '../expression/Scope.js'
import type { CompiledColumn } from '../query/compile.js'

/**
 * The frame of one row after the other: each call moves the same frame to a row. It is for code that is done with a row
 * before it turns to the next.
 *
 * @since 0.2.0
 */
export const moving = (parent: Frame | null): ((row: Row) => Frame) => {
  const frame: { row: Row; readonly parent: Frame | null; readonly group: null } = {
    row: {},
    parent,
    group: null,
  }
  return (row) => {
    frame.row = row
    return frame
  }
}

type KeyColumn = Pick<CompiledColumn, 'column' | 'run' | 'weight'>

/**
 * Numbers rows by their values in some columns, from 0 on in the order in which they first come: the same number for
 * equal values only, missing ones included.
 *
 * @since 0.2.0
 */
export const numbering = (columns: ReadonlyArray<KeyColumn>, meter: Meter): ((frame: Frame) => number) => {
  const keys = columns.map(({ column, run }) => keyed(run, hash(column.kind)))
  const numbers = columns.map(() => numbered())
  const pairs = columns.map(() => numbered())
  const limited = isLimited(meter)
  const weight = weightOf(columns)
  return (frame) => {
    const counted = limited ? countedKey(meter, weight, keys, frame) : null
    /* eslint-disable-next-line functional/no-let -- moved by the loop below */
    let number = 0
    /* eslint-disable-next-line functional/no-loop-statements -- called for each row */
    for (let i = 0; i < keys.length; i++) {
      const part = (counted === null ? keys[i]?.(frame) : counted[i]) ?? null
      const own = numbers[i]?.(part) ?? 0
      // A map holds fewer entries than this factor.
      number = i === 0 ? own : (pairs[i]?.(number * 0x4000000 + own) ?? 0)
    }
    return number
  }
}

type KeyPart = string | number | boolean | null

const keyed =
  (run: (frame: Frame) => Json, key: (value: Json) => KeyPart) =>
  (frame: Frame): KeyPart => {
    const value = run(frame)
    return value === null ? null : key(value)
  }

/** The parts of a key. The work is counted as if they were spelled as JSON. */
const countedKey = (
  meter: Meter,
  weight: number,
  keys: ReadonlyArray<(frame: Frame) => KeyPart>,
  frame: Frame,
): ReadonlyArray<KeyPart> => {
  spend(meter, weight)
  const parts = keys.map((key) => key(frame))
  const { length } = JSON.stringify(parts)
  spend(meter, length >>> 1)
  make(meter, 2 * length)
  return parts
}

/** Numbers distinct values from 0 on. */
const numbered = (): ((value: KeyPart) => number) => {
  const known = new Map<KeyPart, number>()
  return (value) => {
    const found = known.get(value)
    if (found !== undefined) return found
    const number = known.size
    known.set(value, number)
    return number
  }
}

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
 * The first of each that have the same number, of numbers that count up.
 *
 * @since 0.1.0
 */
export const firstOfEach = (rows: ReadonlyArray<Row>, number: (row: Row) => number): ReadonlyArray<Row> => {
  /* eslint-disable-next-line functional/no-let -- counted below */
  let seen = 0
  return rows.filter((row) => {
    const isNew = number(row) === seen
    if (isNew) seen += 1
    return isNew
  })
}

/**
 * Those that have the same number, together, in the order in which they first come.
 *
 * @since 0.1.0
 */
export const grouped = (
  rows: ReadonlyArray<Row>,
  number: (row: Row) => number,
): ReadonlyArray<ReadonlyArray<Row>> => {
  const groups: Array<Array<Row>> = []
  rows.forEach((row) => {
    const own = number(row)
    const group = groups[own]
    if (group === undefined) groups[own] = [row]
    else group.push(row)
  })
  return groups
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
