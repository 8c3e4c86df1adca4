/**
 * Checks values before they are written.
 *
 * @since 0.1.0
 */
import { either as E, option as O } from 'fp-ts'
import { canonical } from '../value/canonical.js'
import { sortOf } from '../value/describe.js'
import * as Decimal from '../value/Decimal.js'
import { compare } from '../value/Order.js'
import { invalid, mostErrors, shortened, type FieldError, type Invalid } from '../value/QueryError.js'
import * as Text from '../value/Text.js'
import type { Decimal as DecimalText, Json, Row } from '../value/Value.js'
import { stampOf } from './autoTimes.js'
import { hasFormat } from './formats.js'
import { messageOf } from './messages.js'
import { plainRow, type PlainColumn } from './plainRow.js'
import { rowErrors } from './rowErrors.js'
import type { Model, ModelColumn } from './Schema.js'

/**
 * The canonical rows for what a caller wants to create. Columns without a value get their default. A missing key stays
 * missing if the backend generates it. All errors of all rows are reported together, up to the reported maximum. The
 * columns `besides` are left out. If the values are `stored` ones, a codec only has to be able to read them.
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
  const now = model.clock()
  const plain = columns.map((column): PlainColumn => {
    const { value, errors } = absent(column, 0, now)
    return { column, limited: isLimited(column), absent: errors.length > 0 ? undefined : value }
  })
  const rows = gathered(
    model,
    items,
    (given, i) =>
      columns.map((column) =>
        isGiven(given, column.name) ? valueOf(column, given[column.name], i, stored) : absent(column, i, now),
      ),
    (given) => plainRow(plain, given),
  )
  // If columns are left out, the caller that adds them checks the rows.
  return besides.length > 0 ? rows : E.flatMap(rows, (made: ReadonlyArray<Row>) => checkedRows(model, made))
}

/**
 * Checks rows with the model's own validation. If the model has none, the rows are returned unchanged.
 *
 * @since 0.2.0
 */
export const checkedRows = (
  model: Model,
  rows: ReadonlyArray<Row>,
): E.Either<Invalid, ReadonlyArray<Row>> => {
  if (model.validate === null) return E.right(rows)
  const tally = noErrors()
  rows.forEach((row, item) => {
    tell(tally, rowErrors(model, row, item))
  })
  return validOr(model, tally, rows)
}

/**
 * An error whose items are positions in a longer list.
 *
 * @since 0.2.0
 */
export const withItems = ({ model, errors, more }: Invalid, items: ReadonlyArray<number>): Invalid =>
  invalid(
    model,
    errors.map((error) => ({ ...error, item: items[error.item] ?? error.item })),
    more,
  )

/**
 * The canonical values for what a caller wants to change. Columns that aren't given stay. If they are `stored` values,
 * as expressions give them, a codec only has to be able to read them.
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
              ? wrong(column, i, 'primary_key')
              : valueOf(column, given[column.name], i, stored),
          ]
        : [],
    ),
  )
}

/**
 * Primary keys in stored form. All values that can't be keys of the model are reported together.
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
    tell(
      tally,
      errors.map((fault) => inWords(model, fault, column)),
    )
    return value
  })
  return validOr(model, tally, stored)
}

interface Checked {
  readonly column: ModelColumn
  readonly value: Json
  readonly errors: ReadonlyArray<Fault>
}

/** An error whose text comes from the model's table. */
type Fault = Omit<FieldError, 'message'>

/**
 * The errors so far. Only the first ones are kept, so a request with many mistakes needs no more memory than one with
 * few.
 */
interface Tally {
  readonly listed: Array<FieldError>
  more: number
}

const noErrors = (): Tally => ({ listed: [], more: 0 })

const tell = (tally: Tally, errors: ReadonlyArray<FieldError>): void => {
  const room = Math.max(0, mostErrors - tally.listed.length)
  tally.listed.push(...errors.slice(0, room))
  tally.more += Math.max(0, errors.length - room)
}

const validOr = <A>(model: Model, { listed, more }: Tally, made: A): E.Either<Invalid, A> =>
  listed.length === 0 ? E.right(made) : E.left(invalid(model.name, listed, more))

/** An object from a caller. Only its own properties are read. */
type GivenValues = { readonly [name: string]: unknown }

const gathered = (
  model: Model,
  items: ReadonlyArray<unknown>,
  check: (given: GivenValues, item: number) => ReadonlyArray<Checked>,
  /** The row for values that need no check. */
  quick: (given: GivenValues) => Row | null = () => null,
): E.Either<Invalid, ReadonlyArray<Row>> => {
  const tally = noErrors()
  if (!isList(items)) {
    tell(tally, [{ item: 0, field: null, code: 'invalid', params: {}, message: 'the items are not a list' }])
    return validOr(model, tally, [])
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
    const row = quick(given)
    if (row !== null) {
      if (tally.listed.length === 0) rows.push(row)
      return
    }
    tellUnknown(tally, model, given, i)
    const made = check(given, i)
    made.forEach(({ column, errors }) => {
      if (errors.length > 0)
        tell(
          tally,
          errors.map((fault) => inWords(model, fault, column)),
        )
    })
    if (tally.listed.length === 0) rows.push(rowOf(made))
  })
  return validOr(model, tally, rows)
}

const isList = (u: unknown): boolean => Array.isArray(u)

/** `null` if the value isn't an object, or if one of its properties can't be read. */
const objectOf = (item: unknown): GivenValues | null => {
  try {
    return typeof item === 'object' && item !== null && !Array.isArray(item) ? { ...item } : null
  } catch {
    return null
  }
}

const isGiven = (given: GivenValues, name: string): boolean =>
  Object.hasOwn(given, name) && given[name] !== undefined

const rowOf = (made: ReadonlyArray<Checked>): Row => {
  const row: { [name: string]: Json } = {}
  made.forEach(({ column, value }) => {
    row[column.name] = value
  })
  return row
}

const tellUnknown = (tally: Tally, model: Model, given: GivenValues, item: number): void => {
  const unknown = Object.keys(given).filter((name) => !model.columns.has(name))
  if (unknown.length === 0) return
  const room = Math.max(0, mostErrors - tally.listed.length)
  const fields = [...model.columns.keys()]
  tell(
    tally,
    unknown
      .slice(0, room)
      .map((name) =>
        inWords(model, { item, field: shortened(name), code: 'unknown_field', params: { fields } }, null),
      ),
  )
  tally.more += Math.max(0, unknown.length - room)
}

const noFaults: ReadonlyArray<Fault> = []

const right = (column: ModelColumn, value: Json): Checked => ({ column, value, errors: noFaults })

const wrong = (
  column: ModelColumn,
  item: number,
  code: string,
  params: FieldError['params'] = {},
): Checked => ({ column, value: null, errors: [{ item, field: column.name, code, params }] })

const inWords = (model: Model, fault: Fault, column: ModelColumn | null): FieldError => ({
  ...fault,
  message: messageOf(
    model.messages,
    fault.code,
    fault.params,
    { model: model.name, modelLabel: model.label, label: column?.label ?? null },
    // A pattern has its own message.
    column?.field.pattern?.code === fault.code ? column.field.pattern.message : undefined,
  ),
})

const absent = (column: ModelColumn, item: number, now: Date): Checked => {
  const stamp = column.field.autoTime === null ? O.none : stampOf(column, now)
  return column.auto
    ? right(column, null)
    : O.isSome(stamp)
      ? right(column, stamp.value)
      : column.default !== null
        ? right(column, column.default)
        : column.nullable
          ? right(column, null)
          : wrong(column, item, 'required')
}

/**
 * The canonical stored value of a column for a given value, or `none` if it doesn't fit.
 *
 * @since 0.1.0
 */
export const storedOf = (column: ModelColumn, given: unknown): O.Option<Json> => {
  const { codec } = column.field
  // A codec that throws rejects the value.
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
    return column.nullable || column.auto ? right(column, null) : wrong(column, item, 'null')
  const value = stored ? readable(column, given) : storedOf(column, given)
  if (O.isNone(value))
    return column.field.choices === null
      ? wrong(column, item, 'invalid', { kind: column.kind, got: sortOf(given) })
      : wrong(column, item, 'invalid_choice', { choices: column.field.choices })
  return { column, value: value.value, errors: limits(column, value.value, item) }
}

/** The rule that a value breaks: a code, and its params. */
type Broken = readonly [code: string, params: FieldError['params']]

const limits = (column: ModelColumn, value: Json, item: number): ReadonlyArray<Fault> =>
  isLimited(column)
    ? [...textLimits(column, value), ...orderLimits(column, value), ...digitLimits(column, value)].map(
        ([code, params]) => ({ item, field: column.name, code, params }),
      )
    : noFaults

/** Most columns have no limit, and many rows may be checked. */
const isLimited = ({ field }: ModelColumn): boolean =>
  field.maxLength !== null ||
  field.minLength !== null ||
  field.format !== null ||
  field.pattern !== null ||
  field.min !== null ||
  field.max !== null ||
  field.decimalPlaces !== null ||
  field.maxDigits !== null

const textLimits = ({ field }: ModelColumn, value: Json): ReadonlyArray<Broken> => {
  const { maxLength, minLength, format, pattern } = field
  if (typeof value !== 'string') return []
  const length = maxLength === null && minLength === null ? 0 : Text.length(value)
  // People can leave it empty.
  const empty = value === '' && field.blank
  return [
    ...(maxLength !== null && length > maxLength
      ? [['max_length', { limit: maxLength, length }] as const]
      : []),
    ...(minLength !== null && length < minLength && !empty
      ? [['min_length', { limit: minLength, length }] as const]
      : []),
    ...(format !== null && !empty && !hasFormat(format, value) ? [['invalid', { format }] as const] : []),
    ...(pattern !== null && !empty && !pattern.test(value) ? [[pattern.code, {}] as const] : []),
  ]
}

const orderLimits = ({ kind, field }: ModelColumn, value: Json): ReadonlyArray<Broken> => {
  const order = compare(kind)
  return [
    ...(field.min !== null && order(value, field.min) < 0
      ? [['min_value', { limit: field.min }] as const]
      : []),
    ...(field.max !== null && order(value, field.max) > 0
      ? [['max_value', { limit: field.max }] as const]
      : []),
  ]
}

const digitLimits = ({ kind, field }: ModelColumn, value: Json): ReadonlyArray<Broken> => {
  const { decimalPlaces, maxDigits } = field
  if (kind !== 'decimal' || (decimalPlaces === null && maxDigits === null)) return []
  const digits = digitsOf(value as DecimalText) // a decimal is text
  return [
    ...(decimalPlaces !== null && digits.places > decimalPlaces
      ? [['max_decimal_places', { limit: decimalPlaces }] as const]
      : []),
    ...(maxDigits !== null && digits.whole + (decimalPlaces ?? digits.places) > maxDigits
      ? [['max_digits', { limit: maxDigits }] as const]
      : []),
  ]
}

const digitsOf = (value: DecimalText): { readonly whole: number; readonly places: number } => {
  const [whole = '', places = ''] = Decimal.abs(value).split('.')
  return { whole: whole === '0' ? 0 : whole.length, places: places.length }
}
