/**
 * Checks that cases fit the client: its models, fields and kinds.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Json, Kind } from '../../value/Value.js'
import type { Model, ModelColumn, Schema } from '../../schema/Schema.js'
import { validateChange } from '../../schema/validate.js'
import type { Rows } from '../case/Rows.js'
import { valuesOfKind } from './pools.js'
import { formatted } from './formatted.js'

/** Whether the field of a column allows only some values of its kind. @since 0.1.0 */
export const limited = ({ field: own }: ModelColumn): boolean =>
  [
    own.codec,
    own.choices,
    own.maxLength,
    own.minLength,
    own.min,
    own.max,
    own.maxDigits,
    own.decimalPlaces,
    own.format,
    own.pattern,
  ].some((limit) => limit !== null)

/** The values that a column can have. @since 0.2.0 */
export type Fitting = (column: ModelColumn) => ReadonlyArray<Json>

/** The values that a column can have, among some. */
const fits = (model: Model, column: ModelColumn, values: ReadonlyArray<Json>): ReadonlyArray<Json> => {
  if (!limited(column)) return values
  const { codec } = column.field
  // A key can't be changed, but it is checked in the same way.
  const free: Model = { ...model, primaryKey: '' }
  return values.flatMap((value) => {
    const queryset: unknown = codec === null ? value : E.getOrElseW(() => undefined)(codec.decode(value))
    const made = queryset === undefined ? null : validateChange(free, [{ [column.name]: queryset }])
    return made !== null && E.isRight(made) ? [made.right[0]?.[column.name] ?? null] : []
  })
}

/** Whether all values of rows fit the limits of their columns. @since 0.1.0 */
export const isAllowed = (schema: Schema, rows: Rows): boolean =>
  [...schema.models.values()].every((model) =>
    [...model.columns.values()].every((column) => {
      if (!limited(column)) return true
      const values = (rows[model.name] ?? [])
        .map((row) => row[column.name] ?? null)
        .filter((value) => value !== null)
      return fits(model, column, values).length === values.length
    }),
  )

export const fittingIn = (schema: Schema, pool: (kind: Kind) => ReadonlyArray<Json>): Fitting => {
  const known = new Map<ModelColumn, ReadonlyArray<Json>>()
  return (column) => {
    const before = known.get(column)
    if (before !== undefined) return before
    const model = [...schema.models.values()].find((each) => each.columns.get(column.name) === column)
    const choices = column.field.choices ?? []
    const { format } = column.field
    const from = choices.length > 0 ? choices : format !== null ? formatted[format] : pool(column.kind)
    const first = model === undefined ? from : fits(model, column, from)
    const all =
      first.length > 0 || model === undefined ? first : fits(model, column, valuesOfKind(column.kind))
    known.set(column, all)
    return all
  }
}

/**
 * Requirements for rows: `many` rows of some models, and the usual few of the others; `least` rows of each model;
 * `nearly` equal, so most rows differ from another one in a single column; `mixed` values of any kind of family; with
 * these `texts` only; or with the values of `pools` only.
 *
 * @since 0.2.0
 */
export interface Wanted {
  readonly many?: ReadonlyMap<string, number>
  readonly least?: number
  readonly nearly?: boolean
  readonly mixed?: boolean
  readonly texts?: ReadonlyArray<string>
  readonly pools?: { readonly [K in Kind]?: ReadonlyArray<Json> }
}

/** @since 0.2.0 */
export const usual: Wanted = {}
