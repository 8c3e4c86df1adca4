/**
 * Checking values before they are written.
 *
 * @since 0.1.0
 */
import { either as E, option as O } from 'fp-ts'
import { canonical } from '../value/canonical.js'
import { aKind, sortOf } from '../value/describe.js'
import * as Decimal from '../value/Decimal.js'
import { compare } from '../value/Order.js'
import { invalid, mostErrors, shortened, type FieldError, type Invalid } from '../value/QueryError.js'
import * as Text from '../value/Text.js'
import type { Decimal as DecimalText, Json, Row } from '../value/Value.js'
import type { Model, ModelColumn } from './Schema.js'

/**
 * The canonical rows of what a caller wants to create: with defaults where nothing is given, and with a missing key
 * where the backend counts it up. All errors of all rows come at once, as far as they are told. The columns `besides` are left out. Where the
 * values are `stored` ones, a codec has only to be able to read them.
 *
 * @since 0.1.0
 */
export const validateNew = (
  model: Model,
  items: ReadonlyArray<unknown>,
  besides: ReadonlyArray<string> = [],
  stored = false,
): E.Either<Invalid, ReadonlyArray<Row>> => {
  const columns = [...model.columns.values()].filter(({ name }) => !besides.includes(name))
  return gathered(model, items, (given, i) =>
    columns.map((column) =>
      isGiven(given, column.name) ? valueOf(column, given[column.name], i, stored) : absent(column, i),
    ),
  )
}

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
): E.Either<Invalid, ReadonlyArray<Row>> => {
  const columns = [...model.columns.values()]
  return gathered(model, items, (given, i) =>
    columns.flatMap((column) =>
      isGiven(given, column.name)
        ? [
            column.name === model.primaryKey
              ? wrong(column, i, 'primary_key', {}, "a primary key can't be changed")
              : valueOf(column, given[column.name], i, stored),
          ]
        : [],
    ),
  )
}

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
  const tally = noErrors()
  const stored = keys.map((key, i) => {
    const { value, errors } = valueOf({ ...column, auto: false }, key, i)
    tell(tally, errors)
    return value
  })
  return toldOr(model, tally, stored)
}

interface Checked {
  readonly column: ModelColumn
  readonly value: Json
  readonly errors: ReadonlyArray<FieldError>
}

/** The errors so far. Only the first are kept, so that a large body of mistakes needs no more memory than a small one. */
interface Tally {
  readonly told: Array<FieldError>
  more: number
}

const noErrors = (): Tally => ({ told: [], more: 0 })

const tell = (tally: Tally, errors: ReadonlyArray<FieldError>): void => {
  const room = Math.max(0, mostErrors - tally.told.length)
  tally.told.push(...errors.slice(0, room))
  tally.more += Math.max(0, errors.length - room)
}

const toldOr = <A>(model: Model, { told, more }: Tally, made: A): E.Either<Invalid, A> =>
  told.length === 0 ? E.right(made) : E.left(invalid(model.name, told, more))

/** An object as a caller gives it, of which only its own properties are looked at. */
type Given = { readonly [name: string]: unknown }

const gathered = (
  model: Model,
  items: ReadonlyArray<unknown>,
  check: (given: Given, item: number) => ReadonlyArray<Checked>,
): E.Either<Invalid, ReadonlyArray<Row>> => {
  const tally = noErrors()
  if (!isList(items)) {
    tell(tally, [{ item: 0, field: null, code: 'invalid', params: {}, message: 'the items are not a list' }])
    return toldOr(model, tally, [])
  }
  const rows: Array<Row> = []
  items.forEach((item, i) => {
    const given = objectOf(item)
    if (given === null) {
      tell(tally, [
        { item: i, field: null, code: 'invalid', params: {}, message: 'is not an object of fields' },
      ])
      return
    }
    tellUnknown(tally, model, given, i)
    const made = check(given, i)
    made.forEach(({ errors }) => {
      tell(tally, errors)
    })
    if (tally.told.length === 0) rows.push(rowOf(made))
  })
  return toldOr(model, tally, rows)
}

const isList = (u: unknown): boolean => Array.isArray(u)

/** `null` where it is none, or where one of its properties can't be read. */
const objectOf = (item: unknown): Given | null =>
  typeof item === 'object' && item !== null && !Array.isArray(item)
    ? O.toNullable(O.tryCatch((): Given => ({ ...item })))
    : null

const isGiven = (given: Given, name: string): boolean =>
  Object.hasOwn(given, name) && given[name] !== undefined

const rowOf = (made: ReadonlyArray<Checked>): Row =>
  Object.fromEntries(made.map(({ column, value }) => [column.name, value]))

const tellUnknown = (tally: Tally, model: Model, given: Given, item: number): void => {
  const unknown = Object.keys(given).filter((name) => !model.columns.has(name))
  const room = Math.max(0, mostErrors - tally.told.length)
  const fields = [...model.columns.keys()]
  tell(
    tally,
    unknown.slice(0, room).map((name) => ({
      item,
      field: shortened(name),
      code: 'unknown_field',
      params: { fields },
      message: `is not a field of ${model.name}`,
    })),
  )
  tally.more += Math.max(0, unknown.length - room)
}

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
      ? wrong(
          column,
          item,
          'invalid',
          { kind: column.kind },
          `expected ${aKind(column.kind)}, got ${sortOf(given)}`,
        )
      : wrong(column, item, 'invalid_choice', { choices: column.field.choices }, 'is not one of the choices')
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
