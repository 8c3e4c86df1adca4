/**
 * Checking values before they are written.
 *
 * @since 0.1.0
 */
import { either as E, option as O } from 'fp-ts'
import { canonical } from '../value/canonical.js'
import * as Decimal from '../value/Decimal.js'
import { compare } from '../value/Order.js'
import { invalid, type FieldError, type Invalid } from '../value/QueryError.js'
import * as Text from '../value/Text.js'
import type { Decimal as DecimalText, Json, Row } from '../value/Value.js'
import type { Model, ModelColumn } from './Schema.js'

/**
 * The canonical rows of what a caller wants to create: with defaults where nothing is given, and with a missing key
 * where the backend counts it up. All errors of all rows come at once. The columns `besides` are left out. Where the
 * values are `stored` ones, a codec has only to be able to read them.
 *
 * @since 0.1.0
 */
export const validateNew = (
  model: Model,
  items: ReadonlyArray<unknown>,
  besides: ReadonlyArray<string> = [],
  stored = false,
): E.Either<Invalid, ReadonlyArray<Row>> =>
  gathered(
    model,
    items.map((item, i) => {
      const given = objectOf(item)
      const unknown = unknownFields(model, given, i)
      const columns = [...model.columns.values()].filter(({ name }) => !besides.includes(name))
      const made = columns.map((column) =>
        Object.hasOwn(given, column.name) && given[column.name] !== undefined
          ? valueOf(column, given[column.name], i, stored)
          : absent(column, i),
      )
      return { errors: [...unknown, ...made.flatMap(errorsOf)], row: rowOf(made) }
    }),
  )

/**
 * The canonical values of what a caller wants to change; what isn't given stays. Where they are `stored` values, as
 * expressions give them, a codec has only to be able to read them.
 *
 * @since 0.1.0
 */
export const validateChange = (
  model: Model,
  items: ReadonlyArray<unknown>,
  stored = false,
): E.Either<Invalid, ReadonlyArray<Row>> =>
  gathered(
    model,
    items.map((item, i) => {
      const given = objectOf(item)
      const unknown = unknownFields(model, given, i)
      const made = [...model.columns.values()].flatMap((column) =>
        Object.hasOwn(given, column.name) && given[column.name] !== undefined
          ? [
              column.name === model.primaryKey
                ? wrong(column, i, 'primary_key', {}, "a primary key can't be changed")
                : valueOf(column, given[column.name], i, stored),
            ]
          : [],
      )
      return { errors: [...unknown, ...made.flatMap(errorsOf)], row: rowOf(made) }
    }),
  )

/**
 * Primary keys as they are stored; all that can't be keys of the model are told at once.
 *
 * @since 0.1.0
 */
export const storedKeys = (
  model: Model,
  keys: ReadonlyArray<unknown>,
): E.Either<Invalid, ReadonlyArray<Json>> => {
  const column = model.columns.get(model.primaryKey)
  if (column === undefined) return E.right([])
  const checked = keys.map((key, i) => valueOf({ ...column, auto: false }, key, i))
  const errors = checked.flatMap(errorsOf)
  return errors.length > 0 ? E.left(invalid(model.name, errors)) : E.right(checked.map(({ value }) => value))
}

interface Checked {
  readonly column: ModelColumn
  readonly value: Json
  readonly errors: ReadonlyArray<FieldError>
}

const gathered = (
  model: Model,
  checked: ReadonlyArray<{ readonly errors: ReadonlyArray<FieldError>; readonly row: Row }>,
): E.Either<Invalid, ReadonlyArray<Row>> => {
  const errors = checked.flatMap((each) => each.errors)
  return errors.length > 0 ? E.left(invalid(model.name, errors)) : E.right(checked.map(({ row }) => row))
}

const objectOf = (item: unknown): { readonly [name: string]: unknown } =>
  typeof item === 'object' && item !== null && !Array.isArray(item)
    ? // An object's own properties are looked at only.
      (item as { readonly [name: string]: unknown })
    : {}

const errorsOf = ({ errors }: Checked): ReadonlyArray<FieldError> => errors

const rowOf = (made: ReadonlyArray<Checked>): Row =>
  Object.fromEntries(made.map(({ column, value }) => [column.name, value]))

const unknownFields = (
  model: Model,
  given: { readonly [name: string]: unknown },
  item: number,
): ReadonlyArray<FieldError> =>
  Object.keys(given)
    .filter((name) => !model.columns.has(name))
    .map((name) => ({
      item,
      field: name,
      code: 'unknown_field',
      params: { fields: [...model.columns.keys()] },
      message: `is no field of ${model.name}`,
    }))

const right = (column: ModelColumn, value: Json): Checked => ({ column, value, errors: [] })

const wrong = (
  column: ModelColumn,
  item: number,
  code: string,
  params: FieldError['params'],
  message: string,
): Checked => ({ column, value: null, errors: [{ item, field: column.name, code, params, message }] })

const absent = (column: ModelColumn, item: number): Checked =>
  column.auto
    ? right(column, null)
    : column.default !== null
      ? right(column, column.default)
      : column.nullable
        ? right(column, null)
        : wrong(column, item, 'required', {}, 'is required')

/**
 * The canonical value that a column stores for what a caller gives, if it is one.
 *
 * @since 0.1.0
 */
export const storedOf = (column: ModelColumn, given: unknown): O.Option<Json> => {
  const { codec } = column.field
  // A codec that throws refuses.
  return codec === null
    ? canonical(column.kind, given)
    : O.flatMap(
        O.flatten(O.tryCatch(() => (codec.is(given) ? O.some<unknown>(codec.encode(given)) : O.none))),
        (encoded: unknown) => canonical(column.kind, encoded),
      )
}

const readable = (column: ModelColumn, stored: unknown): O.Option<Json> => {
  const { codec } = column.field
  return codec === null || O.exists(E.isRight)(O.tryCatch(() => codec.decode(stored)))
    ? canonical(column.kind, stored)
    : O.none
}

const valueOf = (column: ModelColumn, given: unknown, item: number, stored = false): Checked => {
  if (given === null)
    return column.nullable || column.auto
      ? right(column, null)
      : wrong(column, item, 'null', {}, "can't be null")
  const value = stored ? readable(column, given) : storedOf(column, given)
  if (O.isNone(value))
    return column.field.choices === null
      ? wrong(column, item, 'invalid', { kind: column.kind }, `is no ${column.kind}`)
      : wrong(column, item, 'invalid_choice', { choices: column.field.choices }, 'is none of the choices')
  const errors = limits(column, value.value, item)
  return { column, value: value.value, errors }
}

const limits = (column: ModelColumn, value: Json, item: number): ReadonlyArray<FieldError> => {
  const { field } = column
  const order = compare(column.kind)
  const error = (code: string, params: FieldError['params'], message: string): FieldError => ({
    item,
    field: column.name,
    code,
    params,
    message,
  })
  const { length } = { length: typeof value === 'string' ? Text.length(value) : 0 }
  const digits = column.kind === 'decimal' ? digitsOf(value as DecimalText) : null // a decimal is text
  return [
    ...(field.maxLength !== null && length > field.maxLength
      ? [
          error(
            'max_length',
            { limit: field.maxLength, length },
            `is longer than ${String(field.maxLength)} characters`,
          ),
        ]
      : []),
    ...(field.minLength !== null && length < field.minLength
      ? [
          error(
            'min_length',
            { limit: field.minLength, length },
            `is shorter than ${String(field.minLength)} characters`,
          ),
        ]
      : []),
    ...(field.min !== null && order(value, field.min) < 0
      ? [error('min_value', { limit: field.min }, `is less than ${JSON.stringify(field.min)}`)]
      : []),
    ...(field.max !== null && order(value, field.max) > 0
      ? [error('max_value', { limit: field.max }, `is greater than ${JSON.stringify(field.max)}`)]
      : []),
    ...(digits !== null && field.decimalPlaces !== null && digits.places > field.decimalPlaces
      ? [
          error(
            'max_decimal_places',
            { limit: field.decimalPlaces },
            `has more than ${String(field.decimalPlaces)} decimal places`,
          ),
        ]
      : []),
    ...(digits !== null &&
    field.maxDigits !== null &&
    digits.whole + (field.decimalPlaces ?? digits.places) > field.maxDigits
      ? [error('max_digits', { limit: field.maxDigits }, `has more than ${String(field.maxDigits)} digits`)]
      : []),
  ]
}

const digitsOf = (value: DecimalText): { readonly whole: number; readonly places: number } => {
  const [whole = '', places = ''] = Decimal.abs(value).split('.')
  return { whole: whole === '0' ? 0 : whole.length, places: places.length }
}
