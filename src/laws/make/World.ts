/**
 * Worlds: a small schema, and rows for it. Values come from small pools, so ties, duplicates and boundary values are
 * frequent.
 *
 * @since 0.1.0
 */
import type { Json, Kind } from '../../value/Value.js'
import { canonical } from '../../value/canonical.js'
import { type Schema, valuesOf as valuesIn } from '../../schema/Schema.js'
import type { Rows } from '../case/Rows.js'
import { kindsInUse, poolOf, valuesOfKind } from './pools.js'
import type { Tape } from './Tape.js'
import { type Fitting, fittingIn, usual, type Wanted } from './limits.js'
import { rowsFrom } from './rows.js'

/** @since 0.1.0 */
export interface World {
  readonly schema: Schema
  readonly rows: Rows
  /** The values of columns and constants in this case. */
  readonly pool: (kind: Kind) => ReadonlyArray<Json>
  /** The values that occur in rows. */
  readonly live: (kind: Kind) => ReadonlyArray<Json>
  /** The values that a column can have. */
  readonly fitting: Fitting
  /** By model, the column in which two rows have values that a client may confuse. */
  readonly twins: ReadonlyMap<string, string>
}

/**
 * A world over a schema, with generated rows or with rows that exist.
 *
 * @since 0.1.0
 */
export const worldOf = (
  schema: Schema,
  tape: Tape,
  given: Rows | null = null,
  wanted: Wanted = usual,
): World => {
  const pools = new Map<Kind, ReadonlyArray<Json>>(wanted.texts === undefined ? [] : [['text', wanted.texts]])
  const pool = (kind: Kind) => {
    const known = pools.get(kind) ?? wanted.pools?.[kind] ?? poolOf(tape, kind)
    pools.set(kind, known)
    return known
  }
  // Durations are only drawn if they are needed. A seed then gives the same cases as before there were durations.
  kindsInUse.filter((kind) => kind !== 'duration').forEach(pool)
  const fitting = fittingIn(schema, wanted.mixed === true ? valuesOfKind : pool)
  const twins = new Map<string, string>()
  const rows = given ?? rowsFrom(schema, tape, fitting, twins, wanted)
  const live = new Map<Kind, Set<Json>>()
  schema.models.forEach((model) => {
    model.columns.forEach(({ name, kind }) => {
      const found = live.get(kind) ?? new Set<Json>()
      live.set(kind, found)
      rows[model.name]?.forEach((row) => {
        const value = row[name] ?? null
        if (value !== null) found.add(value)
      })
    })
  })
  const lists = new Map([...live].map(([kind, values]) => [kind, [...values]]))
  return { schema, rows, pool, fitting, twins, live: (kind) => lists.get(kind) ?? [] }
}

/**
 * Whether a backend can hold the rows: keys and unique values occur once, and each foreign key leads to a row.
 *
 * @since 0.1.0
 */
export const isSound = (schema: Schema, rows: Rows): boolean => {
  const keys = new Map(
    [...schema.models.values()].map((model) => [
      model.name,
      new Set((rows[model.name] ?? []).map((row) => row[model.primaryKey] ?? null)),
    ]),
  )
  return [...schema.models.values()].every((model) => {
    const list = rows[model.name] ?? []
    const once = model.unique.every((columns) => {
      const values = list.map(valuesIn(model, columns)).filter((value) => value !== null)
      return new Set(values).size === values.length
    })
    return (
      once &&
      [...model.columns.values()].every(({ name, nullable, target }) => {
        const values = list.map((row) => row[name] ?? null)
        const there = values.filter((value) => value !== null)
        return (
          (nullable || there.length === values.length) &&
          (target === null || there.every((value) => keys.get(target)?.has(value) === true))
        )
      })
    )
  })
}

/** All values of the pools must be canonical. Otherwise the cases would test nothing. @since 0.1.0 */
export const poolsAreCanonical = (): boolean =>
  kindsInUse.every((kind) =>
    valuesOfKind(kind).every((value) => {
      const found = canonical(kind, value)
      return found._tag === 'Some' && found.value === value
    }),
  )
