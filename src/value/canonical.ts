import { option as O } from 'fp-ts'
import * as Decimal from './Decimal.js'
import * as Duration from './Duration.js'
import * as Temporal from './Temporal.js'
import * as Uuid from './Uuid.js'
import type { Json, Kind } from './Value.js'

/**
 * The canonical form of a value of a kind, or `none` if the value doesn't have that kind. Nothing is converted: `'5'`
 * is not an int, `1` is not a boolean. `-0` becomes `0`. NaN and infinities are not numbers. A missing value has no
 * kind.
 *
 * @since 0.1.0
 */
export const canonical = (kind: Kind, u: unknown): O.Option<Json> => {
  switch (kind) {
    case 'text':
      return typeof u === 'string' ? O.some(u) : O.none
    case 'int':
      return Number.isSafeInteger(u) ? O.some((u as number) + 0) : O.none // just tested
    case 'float':
      return typeof u === 'number' && Number.isFinite(u) ? O.some(u + 0) : O.none
    case 'boolean':
      return typeof u === 'boolean' ? O.some(u) : O.none
    case 'decimal':
      return Decimal.parse(u)
    case 'date':
      return Temporal.parseDate(u)
    case 'time':
      return Temporal.parseTime(u)
    case 'datetime':
      return Temporal.parseDateTime(u)
    case 'duration':
      return Duration.parse(u)
    case 'uuid':
      return Uuid.parse(u)
    case 'json':
      return copy(u, 0)
  }
}

/** JSON that is nested more deeply is rejected. */
const deepest = 1000

/** A copy, so later changes of the original have no effect. */
const copy = (u: unknown, depth: number): O.Option<Json> => {
  if (u === null || typeof u === 'string' || typeof u === 'boolean') return O.some(u)
  if (typeof u === 'number') return Number.isFinite(u) ? O.some(u + 0) : O.none
  if (typeof u !== 'object' || depth >= deepest) return O.none
  if (Array.isArray(u)) return O.traverseArray((each: unknown) => copy(each, depth + 1))(u)
  const prototype: unknown = Object.getPrototypeOf(u)
  if (prototype !== Object.prototype && prototype !== null) return O.none
  return O.map((entries: ReadonlyArray<readonly [string, Json]>): Json => Object.fromEntries(entries))(
    O.traverseArray(([key, value]: readonly [string, unknown]) =>
      O.map((json: Json) => [key, json] as const)(copy(value, depth + 1)),
    )(Object.entries(u)),
  )
}
