/**
 * Random rows for a schema.
 *
 * @since 0.2.0
 */
import type { Json, Kind, Row } from '../../value/Value.js'
import { type Model, type ModelColumn, type Schema, valuesOf as valuesIn } from '../../schema/Schema.js'
import type { Rows } from '../case/Rows.js'
import { confusable, kin, oddKeys, valuesOfKind } from './pools.js'
import { chance, pick, pickOf, shuffled, type Tape, times } from './Tape.js'
import { twinOf } from './twin.js'
import { type Fitting, limited, type Wanted } from './limits.js'

const nullRates = [0, 12, 25, 50] as const

/** Few rows. Now and then more than a backend gives at once. */
const sizeFor = (tape: Tape): number =>
  chance(tape, 3) ? pick(tape, [12, 25, 12, 25, 60, 120] as const) : pick(tape, sizes)

const sizes = [3, 2, 4, 3, 5, 2, 4, 6, 1, 3, 5, 4, 0] as const

/** A key that no row has yet: from the pool, then any. */
const freeKey = (
  tape: Tape,
  column: ModelColumn,
  taken: ReadonlySet<Json>,
  from: ReadonlyArray<Json>,
): Json => {
  if (column.kind === 'int' && !limited(column) && (column.auto || chance(tape, 40))) {
    const start = pick(tape, [1, 1, 1, 0, 5] as const)
    return (
      times(taken.size + 1, (i) => start + i * (1 + (taken.size % 2))).find((n) => !taken.has(n)) ??
      taken.size + 7
    )
  }
  const odd = column.kind === 'text' && !limited(column) && chance(tape, 20) ? pick(tape, oddKeys) : null
  if (odd !== null && !taken.has(odd)) return odd
  const free = (limited(column) ? from : [...from, ...valuesOfKind(column.kind)]).filter(
    (value) => !taken.has(value),
  )
  return (chance(tape, 70) ? free[0] : pickOf(tape, free)) ?? null
}

export const rowsFrom = (
  schema: Schema,
  tape: Tape,
  fitting: Fitting,
  twins: Map<string, string>,
  wanted: Wanted,
): Rows => {
  // Named models come before join models. A model comes after the models that it points to.
  const order = [...schema.models.values()].sort((a, b) => Number(a.implicit) - Number(b.implicit))
  const sorted = byDependence(order)
  const keys = new Map<string, ReadonlyArray<Json>>()
  const made: { [model: string]: ReadonlyArray<Row> } = {}
  sorted.forEach((model) => {
    const list = modelRows(tape, model, keys, fitting, twins, wanted)
    keys.set(
      model.name,
      list.map((row) => row[model.primaryKey] ?? null),
    )
    made[model.name] = shuffled(tape, list)
  })
  return made
}

const byDependence = (models: ReadonlyArray<Model>): ReadonlyArray<Model> => {
  const placed: Array<Model> = []
  const needs = (model: Model) =>
    [...model.columns.values()].flatMap(({ target, nullable }) =>
      target === null || nullable ? [] : [target],
    )
  const rest = [...models]
  times(models.length, () => {
    const at = rest.findIndex((model) =>
      needs(model).every((name) => name === model.name || placed.some((each) => each.name === name)),
    )
    placed.push(...rest.splice(Math.max(0, at), 1))
  })
  return placed
}

const modelRows = (
  tape: Tape,
  model: Model,
  keys: ReadonlyMap<string, ReadonlyArray<Json>>,
  fitting: Fitting,
  twins: Map<string, string>,
  wanted: Wanted,
): ReadonlyArray<Row> => {
  const many = wanted.many?.get(model.name) ?? null
  const columns = [...model.columns.values()]
  const rates = new Map(columns.map(({ name }) => [name, pick(tape, nullRates)]))
  const taken = new Map<string, Set<Json>>(columns.map(({ name }) => [name, new Set<Json>()]))
  const rows: Array<Row> = []
  const valueOf = (column: ModelColumn, isKey: boolean): Json | undefined => {
    const { name, nullable, unique, target } = column
    const used = taken.get(name) ?? new Set<Json>()
    if (nullable && chance(tape, rates.get(name) ?? 0)) return null
    if (target !== null) {
      // A row may point to an earlier row of its own model.
      const there =
        target === model.name ? rows.map((row) => row[model.primaryKey] ?? null) : (keys.get(target) ?? [])
      const chosen = pickOf(
        tape,
        there.filter((key) => !unique || !used.has(key)),
      )
      return chosen ?? (nullable ? null : undefined)
    }
    const beyond = (): Json | undefined => (limited(column) ? undefined : numbered(column.kind, rows.length))
    if (isKey)
      return (
        (many === null
          ? freeKey(tape, column, used, fitting(column))
          : (beyond() ?? freeKey(tape, column, used, fitting(column)))) ?? undefined
      )
    const chosen = pickOf(
      tape,
      unique ? (many === null ? fitting(column).filter((value) => !used.has(value)) : []) : fitting(column),
    )
    return chosen ?? (many !== null && unique ? beyond() : undefined) ?? (nullable ? null : undefined)
  }
  const alike = many === null && chance(tape, 45)
  const size = many ?? (alike && chance(tape, 35) ? 9 : Math.max(wanted.least ?? 0, sizeFor(tape)))
  times(size, () => {
    const twin = chance(tape, 15) ? rows.at(-1) : undefined
    const row: { [name: string]: Json } = {}
    const whole = columns.every((column) => {
      const { name, unique } = column
      const isKey = name === model.primaryKey
      const value = twin !== undefined && !unique && !isKey ? twin[name] : valueOf(column, isKey)
      if (value === undefined) return false
      row[name] = value
      return true
    })
    const twice = model.unique.some((names) => {
      const own = valuesIn(model, names)
      const mine = own(row)
      return mine !== null && rows.some((other) => own(other) === mine)
    })
    if (!whole || twice) return
    columns.forEach(({ name }) => taken.get(name)?.add(row[name] ?? null))
    rows.push(row)
  })
  const all = alike ? confused(tape, model, rows, twins) : rows
  const near = wanted.nearly === true ? nearlyAlike(tape, model, all) : all
  return looped(tape, model, wanted.nearly !== true && chance(tape, 50) ? shifted(tape, model, near) : near)
}

/** Rows that each equal an earlier one except for the key and one other column. */
const nearlyAlike = (tape: Tape, model: Model, rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const free = [...model.columns.values()].filter(
    ({ name, unique }) =>
      !unique && name !== model.primaryKey && model.unique.every((names) => !names.includes(name)),
  )
  const made: Array<Row> = []
  rows.forEach((row) => {
    const before = pickOf(tape, made)
    const other = pickOf(tape, free)
    made.push(
      before === null || other === null
        ? row
        : {
            ...row,
            ...Object.fromEntries(free.map(({ name }) => [name, before[name] ?? null])),
            [other.name]: row[other.name] ?? null,
          },
    )
  })
  return made
}

/** A value for each number, sorted or not. @since 0.2.0 */
export const numbered = (kind: Kind, n: number): Json | undefined => {
  const day = (of: number): string => new Date(Date.UTC(2001, 0, 1) + of * 86_400_000).toISOString()
  switch (kind) {
    case 'text':
      return `t${String(n)}`
    case 'int':
      return n + 1
    case 'float':
      return n + 0.5
    case 'decimal':
      return `${String(n)}.5`
    case 'date':
      return day(n).slice(0, 10)
    case 'datetime':
      return day(n)
    case 'time':
      return new Date(n * 1001).toISOString().slice(11, 23)
    case 'duration':
      return `${String(n)} 00:00:00`
    case 'uuid':
      return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
    default:
      return undefined
  }
}

/** Rows of which one now and then points to itself, or two to each other. */
const looped = (tape: Tape, model: Model, rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const own = [...model.columns.values()].find(({ target, unique }) => target === model.name && !unique)
  if (own === undefined || rows.length === 0 || !chance(tape, 25)) return rows
  const key = (i: number): Json => rows[i % rows.length]?.[model.primaryKey] ?? null
  const n = pick(tape, [1, 2, 2, 3] as const)
  return rows.map((row, i) => (i < n ? { ...row, [own.name]: key((i + 1) % n) } : row))
}

/** Pairs of rows with values that are easily confused, such as a missing one and 'null'. */
const confused = (
  tape: Tape,
  model: Model,
  rows: ReadonlyArray<Row>,
  twins: Map<string, string>,
): ReadonlyArray<Row> => {
  const column = pickOf(
    tape,
    [...model.columns.values()].filter(
      (each) =>
        !each.unique &&
        each.target === null &&
        !limited(each) &&
        each.name !== model.primaryKey &&
        model.unique.every((names) => !names.includes(each.name)),
    ),
  )
  const known = column === null ? undefined : confusable[column.kind]
  if (column === null || column.kind === 'json' || known === undefined || rows.length < 2) return rows
  const { kind, nullable } = column
  const pairOf = (): ReadonlyArray<Json> => {
    if (chance(tape, 70)) return pick(tape, known)
    const [one = null] = kin(tape, kind, 1)
    return [one, twinOf(tape, kind, one)]
  }
  const values = times(Math.max(1, Math.floor(rows.length / 2)), pairOf).flatMap((pair) =>
    !nullable && pair.includes(null) ? [] : pair,
  )
  if (values.length === 0) return rows
  twins.set(model.name, column.name)
  return rows.map((row, i) => {
    const value = values[i]
    return value === undefined ? row : { ...row, [column.name]: value }
  })
}

/** Two rows whose texts are equal only when joined: 'a' and 'bc', 'ab' and 'c'. */
const shifted = (tape: Tape, model: Model, rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const [one, two] = [...model.columns.values()].filter(
    (column) =>
      column.kind === 'text' &&
      !column.unique &&
      column.target === null &&
      !limited(column) &&
      column.name !== model.primaryKey,
  )
  if (one === undefined || two === undefined || rows.length < 2) return rows
  const between = pick(tape, ['', ',', '', '|', '', ',', '-', ' '] as const)
  const texts = [
    ['a', `b${between}c`],
    [`a${between}b`, 'c'],
  ] as const
  return rows.map((row, i) => {
    const own = texts[i]
    if (own === undefined) return row
    const [first, second] = own
    return { ...row, [one.name]: first, [two.name]: second }
  })
}
