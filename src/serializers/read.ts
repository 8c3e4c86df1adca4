/**
 * Reads the values that a program sends. It accepts the spellings that Django REST framework accepts, and applies the
 * rules of the field.
 *
 * @since 0.2.0
 */
import { either as E, option as O } from 'fp-ts'
import { canonical } from '../value/canonical.js'
import { compare } from '../value/Order.js'
import type { Json } from '../value/Value.js'
import type { ModelColumn } from '../schema/Schema.js'
import type { FieldProblem } from './FieldErrors.js'
import { readDecimal, readFloat, readInt } from './numbers.js'
import { notOf, problem } from './problem.js'
import { spelled } from './write.js'
import { readText, type TextLimits } from './text.js'
import { readDate, readDateTime, readDuration, readTime } from './times.js'

/**
 * Limits of a field that a serializer can tighten.
 *
 * @since 0.2.0
 */
export interface Limits extends TextLimits {
  readonly min: Json
  readonly max: Json
}

/** @since 0.2.0 */
export const limitsOf = ({ field, blank }: ModelColumn): Limits => ({
  blank,
  maxLength: field.maxLength,
  minLength: field.minLength,
  min: field.min,
  max: field.max,
})

type Problems = ReadonlyArray<FieldProblem>

const yes: ReadonlySet<unknown> = new Set([
  't',
  'T',
  'y',
  'Y',
  'yes',
  'YES',
  'true',
  'True',
  'TRUE',
  'on',
  'On',
  'ON',
  '1',
  1,
  true,
])
const no: ReadonlySet<unknown> = new Set([
  'f',
  'F',
  'n',
  'N',
  'no',
  'NO',
  'false',
  'False',
  'FALSE',
  'off',
  'Off',
  'OFF',
  '0',
  0,
  false,
])
const nothing: ReadonlySet<unknown> = new Set(['null', 'Null', 'NULL', ''])

/**
 * The stored form of a sent value for a column, or its errors. The caller handles `null`.
 *
 * @since 0.2.0
 */
export const readValue = (column: ModelColumn, limits: Limits, given: unknown): E.Either<Problems, Json> =>
  column.field.choices === null ? readPlain(column, limits, given) : readChoice(column, limits, given)

const readChoice = ({ field }: ModelColumn, { blank }: Limits, given: unknown): E.Either<Problems, Json> => {
  if (given === '' && blank) return E.right('')
  const text = typeof given === 'string' || typeof given === 'number' ? String(given) : null
  const found = (field.choices ?? []).find((choice) => text !== null && spelled(choice) === text)
  return found === undefined
    ? E.left([problem('invalid_choice', { choices: field.choices })])
    : E.right(found)
}

const one = <A>(read: E.Either<FieldProblem, A>): E.Either<Problems, A> =>
  E.mapLeft((each: FieldProblem) => [each])(read)

const readPlain = (column: ModelColumn, limits: Limits, given: unknown): E.Either<Problems, Json> => {
  switch (column.kind) {
    case 'text':
      return E.flatMap(readText(column, limits, given), decoded(column))
    case 'boolean':
      return readBoolean(column, given)
    case 'json':
      return E.flatMap(E.fromOption(() => [notOf('json')])(canonical('json', given)), decoded(column))
    case 'decimal':
      // If the field is nullable, an empty text is null.
      if (column.nullable && typeof given === 'string' && given.trim() === '') return E.right(null)
      return E.flatMap(E.flatMap(one(readScalar(column, given)), within(column, limits)), decoded(column))
    case 'float':
      if (isInfinite(given)) return beyond(limits, given)
      return E.flatMap(E.flatMap(one(readScalar(column, given)), within(column, limits)), decoded(column))
    default:
      return E.flatMap(E.flatMap(one(readScalar(column, given)), within(column, limits)), decoded(column))
  }
}

/** Infinite numbers, as JSON and people write them. */
const isInfinite = (given: unknown): given is number | string =>
  given === Infinity ||
  given === -Infinity ||
  (typeof given === 'string' && /^\s*[+-]?inf(?:inity)?\s*$/iu.test(given.slice(0, 40)))

/** An infinite number is beyond the limit, if there is one. If not, it isn't a number. */
const beyond = ({ min, max }: Limits, given: number | string): E.Either<Problems, Json> => {
  const below = String(given).trim().startsWith('-')
  const limit = below ? min : max
  return E.left([limit === null ? notOf('float') : problem(below ? 'min_value' : 'max_value', { limit })])
}

const readBoolean = (column: ModelColumn, given: unknown): E.Either<Problems, Json> =>
  yes.has(given)
    ? E.right(true)
    : no.has(given)
      ? E.right(false)
      : nothing.has(given) && column.nullable
        ? E.right(null)
        : E.left([notOf('boolean')])

const readScalar = (column: ModelColumn, given: unknown): E.Either<FieldProblem, Json> => {
  switch (column.kind) {
    case 'int':
      return readInt(given)
    case 'float':
      return readFloat(given)
    case 'decimal':
      return readDecimal(column.field, given)
    case 'date':
      return readDate(given)
    case 'time':
      return readTime(given)
    case 'datetime':
      return readDateTime(given)
    case 'duration':
      return readDuration(given)
    case 'uuid':
      return readUuid(given)
    default:
      return E.left(problem('invalid'))
  }
}

/** Text with or without hyphens and braces, or a number. */
export const readUuid = (sent: unknown): E.Either<FieldProblem, Json> => {
  // `true` is 1, as in Python.
  const given = typeof sent === 'boolean' ? Number(sent) : sent
  const hex =
    typeof given === 'number' && Number.isSafeInteger(given) && given >= 0
      ? given.toString(16).padStart(32, '0')
      : typeof given === 'string' && given.length <= 100
        ? given
            .replace(/^urn:/u, '')
            .replace(/^uuid:/u, '')
            .replace(/^\{/u, '')
            .replace(/\}$/u, '')
            .replaceAll('-', '')
        : ''
  const spelled = /^[\da-f]{32}$/iu.test(hex)
    ? [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
    : ''
  return E.fromOption(() => notOf('uuid'))(canonical('uuid', spelled))
}

const within =
  ({ kind }: ModelColumn, { min, max }: Limits) =>
  (value: Json): E.Either<Problems, Json> => {
    const order = compare(kind)
    const problems = [
      ...(min !== null && order(value, min) < 0 ? [problem('min_value', { limit: min })] : []),
      ...(max !== null && order(value, max) > 0 ? [problem('max_value', { limit: max })] : []),
    ]
    return problems.length > 0 ? E.left(problems) : E.right(value)
  }

/** The field's own codec must be able to read the stored value. */
const decoded =
  ({ field: { codec } }: ModelColumn) =>
  (value: Json): E.Either<Problems, Json> =>
    codec === null || O.exists(E.isRight)(O.tryCatch(() => codec.decode(value)))
      ? E.right(value)
      : E.left([problem('invalid')])
