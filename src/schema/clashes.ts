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
 * The errors of those rows whose values in some unique columns an earlier row has, or a stored one. `isTaken` is asked
 * for what `valuesOf` tells of the values; `item` counts from 0 among the rows given.
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
 * The error of a row whose values in some columns another row has. What is unique for a part of a date is told of its
 * field.
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
 * The conflict that such errors make; nothing has been written.
 *
 * @since 0.2.0
 */
export const clashConflict = (model: Model, errors: ReadonlyArray<FieldError>): Conflict => {
  const fields = errors.flatMap(({ params: { fields: own } }) => (Array.isArray(own) ? own.map(String) : []))
  const told = errors.slice(0, 3).map(({ item, message }) => `item ${String(item)}: ${message}`)
  return conflict(
    model.name,
    [...new Set(fields)],
    `${told.join('; ')}${errors.length > told.length ? '; and more' : ''}; nothing was written`,
    errors,
  )
}
