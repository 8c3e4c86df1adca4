import { option as O } from 'fp-ts'
import { canonical } from '../value/canonical.js'
import type { Json, Kind, Row } from '../value/Value.js'
import type { ModelColumn } from './Schema.js'

/**
 * A column as it is checked for many rows. `absent` is its value in a row that has none, or `undefined` if there has to be
 * one.
 *
 * @since 0.2.0
 */
export interface PlainColumn {
  readonly column: ModelColumn
  readonly limited: boolean
  readonly absent: Json | undefined
}

/**
 * The row that is stored for given values, if they need no codec, break no rule of their columns, and have no names besides
 * these. For any other `null`, which leaves it to the check that says what is wrong. Most rows are plain, and a check
 * makes several objects for each value.
 *
 * @since 0.2.0
 */
export const plainRow = (
  columns: ReadonlyArray<PlainColumn>,
  given: { readonly [name: string]: unknown },
): Row | null => {
  const row: { [name: string]: Json } = {}
  /* eslint-disable-next-line functional/no-let -- counted by the loop below */
  let known = 0
  /* eslint-disable-next-line functional/no-loop-statements -- called for each row */
  for (const { column, limited, absent } of columns) {
    const { name, kind, nullable, auto } = column
    const own = Object.hasOwn(given, name)
    if (own) known += 1
    const value = own ? given[name] : undefined
    const stored =
      value === undefined
        ? absent
        : value === null
          ? nullable || auto
            ? null
            : undefined
          : limited || column.field.codec !== null
            ? undefined
            : storedAs(kind, value)
    if (stored === undefined) return null
    row[name] = stored
  }
  return known === Object.keys(given).length ? row : null
}

/** A value that is visibly canonical is kept, without an `Option`. */
const storedAs = (kind: Kind, value: unknown): Json | undefined =>
  (kind === 'text' && typeof value === 'string') ||
  (kind === 'int' && Number.isSafeInteger(value) && !Object.is(value, -0))
    ? // One of these two has just been found.
      (value as string | number)
    : O.toUndefined(canonical(kind, value))
