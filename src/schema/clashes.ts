/**
 * Unique values that two rows would share.
 *
 * @since 0.2.0
 */
import { conflict, type Conflict, type FieldError } from '../value/QueryError.js'
import type { Row } from '../value/Value.js'
import { messageOf } from './messages.js'
import { valuesOf, type Model } from './Schema.js'

/**
 * The errors of rows that share their values in some unique columns with an earlier or a stored row. `isTaken` is
 * called with the `valuesOf` of those columns. `item` counts from 0 among the given rows.
 *
 * @since 0.2.0
 */
export const clashErrors = (
  model: Model,
  columns: ReadonlyArray<string>,
  rows: ReadonlyArray<Row>,
  isTaken: (value: string | number | boolean) => boolean,
): ReadonlyArray<FieldError> => {
  const values = valuesOf(model, columns)
  const seen = new Set<string | number | boolean>()
  return rows.flatMap((row, item) => {
    const value = values(row)
    if (value === null) return []
    if (seen.has(value)) return [takenError(model, item, columns)]
    seen.add(value)
    return isTaken(value) ? [takenError(model, item, columns)] : []
  })
}

/**
 * The error of a row that shares its values in some columns with another row. If they are unique within a part of a
 * date, the error belongs to the field.
 *
 * @since 0.2.0
 */
export const takenError = (model: Model, item: number, columns: ReadonlyArray<string>): FieldError => {
  const [only = '', ...more] = columns
  const [date, per] = (more[0] ?? '').split('__')
  const [code, params] =
    date !== undefined && per !== undefined
      ? (['unique_for_date', { fields: [only], date, per }] as const)
      : ([more.length === 0 ? 'unique' : 'unique_together', { fields: columns }] as const)
  const field = code === 'unique_together' ? null : only
  return {
    item,
    field,
    code,
    params,
    message: messageOf(model.messages, code, params, {
      model: model.name,
      modelLabel: model.label,
      label: field === null ? null : (model.columns.get(field)?.label ?? null),
    }),
  }
}

/**
 * The conflict with these errors. Nothing has been written.
 *
 * @since 0.2.0
 */
export const clashConflict = (model: Model, errors: ReadonlyArray<FieldError>): Conflict => {
  const fields = errors.flatMap(({ params: { fields: own } }) => (Array.isArray(own) ? own.map(String) : []))
  const texts = errors.slice(0, 3).map(({ item, message }) => `item ${String(item)}: ${message}`)
  return conflict(
    model.name,
    [...new Set(fields)],
    `${texts.join('; ')}${errors.length > texts.length ? '; and more' : ''}; nothing was written`,
    errors,
  )
}
