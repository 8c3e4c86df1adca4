import { invalid, mostErrors, type FieldError, type Invalid } from '../../../value/QueryError.js'
import type { Json, Row } from '../../../value/Value.js'
import type { Model, ModelColumn } from '../../../schema/Schema.js'
import type { Dialect } from '../Dialect.js'

/**
 * Why some values can't be written to a database, if they can't: NUL and halves of surrogate pairs, which engines refuse or
 * make something else of, and decimals that a column would round.
 *
 * @since 0.2.0
 */
export const unsendable = (dialect: Dialect, model: Model, rows: ReadonlyArray<Row>): Invalid | null => {
  const columns = [...model.columns.values()].filter(
    ({ kind }) => kind === 'text' || kind === 'json' || kind === 'decimal',
  )
  if (columns.length === 0 || rows.every((row) => isAllText(dialect, columns, row))) return null
  const errors: Array<FieldError> = []
  rows.forEach((row, item) => {
    if (errors.length >= mostErrors) return
    columns.forEach(({ name, kind, field }) => {
      const value = row[name] ?? null
      if (value === null) return
      const error = (code: string, message: string): unknown =>
        errors.push({ item, field: name, code, params: {}, message })
      const isSendable = dialect.sendable(kind, value)
      if (kind === 'decimal') {
        if (!isSendable || !fits(dialect, value, field.maxDigits, field.decimalPlaces))
          error('max_digits', 'has more digits than its column in the database holds')
      } else if (!isSendable)
        error(
          'null_characters_not_allowed',
          'has NUL or half of a surrogate pair, which the database does not store',
        )
    })
  })
  return errors.length === 0 ? null : invalid(model.name, errors)
}

/** Whether a row has nothing but texts that can be sent. Most have, and this makes no object. */
const isAllText = (dialect: Dialect, columns: ReadonlyArray<ModelColumn>, row: Row): boolean => {
  /* eslint-disable-next-line functional/no-loop-statements -- called for each row */
  for (const { name, kind } of columns) {
    const value = row[name] ?? null
    if (value !== null && (kind === 'decimal' || !dialect.sendable(kind, value))) return false
  }
  return true
}

/** MariaDB and MySQL would round a number with more places. Their columns have at most 65 digits. */
const fits = (
  { name }: Dialect,
  value: Json,
  maxDigits: number | null,
  decimalPlaces: number | null,
): boolean => {
  if (name === 'sqlite' || typeof value !== 'string') return true
  const [before = '', after = ''] = value.replace('-', '').split('.')
  const known = maxDigits !== null && decimalPlaces !== null
  if (name === 'postgres') return !known || after.length <= decimalPlaces
  const [digits, places] = known ? [maxDigits, decimalPlaces] : [65, 30]
  return after.length <= places && before.replace(/^0+/u, '').length <= digits - places
}
