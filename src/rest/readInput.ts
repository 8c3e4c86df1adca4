/**
 * Reads input for a serializer, as far as that needs no backend.
 *
 * @since 0.2.0
 */
import { either as E, option as O } from 'fp-ts'
import type { Json } from '../value/Value.js'
import {
  errorsOf,
  hasErrors,
  joinErrors,
  noErrors,
  wholeRow,
  type FieldErrors,
  type FieldProblem,
} from '../serializers/FieldErrors.js'
import { problem } from '../serializers/problem.js'
import { readValue } from '../serializers/read.js'
import type { AnySerializer, Refusal, SerializerField } from './Serializer.js'
import { fieldOfIssue, isStandard, type StandardIssue, type StandardSchema } from './standard.js'

/**
 * A body: JSON, or the fields of a form, which may be repeated.
 *
 * @since 0.2.0
 */
export type Input =
  | { readonly _tag: 'json'; readonly value: unknown }
  | { readonly _tag: 'form'; readonly values: ReadonlyMap<string, ReadonlyArray<unknown>> }

/** How to read input: as a partial update, of an existing row. @since 0.2.0 */
export interface Reading {
  readonly partial: boolean
  readonly row: { readonly [name: string]: unknown } | null
}

/**
 * The values that were read: stored values by the API's names. Keys of related rows are still as they were sent.
 *
 * @since 0.2.0
 */
export interface ReadFields {
  readonly values: ReadonlyMap<SerializerField, unknown>
  readonly related: ReadonlyMap<SerializerField, RelatedInput>
}

/** The sent keys of a relation: one, or a list. @since 0.2.0 */
export type RelatedInput =
  | { readonly _tag: 'one'; readonly given: unknown }
  | { readonly _tag: 'many'; readonly given: ReadonlyArray<unknown> }

/** The sent value of a field, or nothing if the field is read-only. */
type Sent = O.Option<unknown>

const emptyForm = (field: SerializerField): Sent => {
  const { shape } = field
  // A browser doesn't send an unchecked box.
  return shape._tag === 'value' && shape.column.kind === 'boolean' && shape.column.field.choices === null
    ? O.some(shape.column.nullable ? null : false)
    : shape._tag === 'related' && shape.many && shape.as._tag !== 'nested'
      ? O.some([])
      : O.none
}

const isBlank = ({ shape }: SerializerField): boolean =>
  shape._tag === 'value' &&
  shape.column.kind === 'text' &&
  shape.limits.blank &&
  shape.column.field.format !== 'ip'

/** The text that a form sends for no value. */
const ofEmptyText = (field: SerializerField): Sent =>
  field.nullable
    ? O.some(isBlank(field) ? '' : null)
    : field.required
      ? O.some('')
      : isBlank(field)
        ? O.some('')
        : O.none

const sentInForm = (
  field: SerializerField,
  all: ReadonlyArray<unknown> | undefined,
  partial: boolean,
): Sent => {
  const { shape } = field
  if (all === undefined || all.length === 0) return partial ? O.none : emptyForm(field)
  if (shape._tag === 'related' && shape.many) return O.some(all)
  const last = all.at(-1)
  if (shape._tag === 'value' && shape.column.kind === 'json') return O.some(parsed(last))
  return last === '' ? ofEmptyText(field) : O.some(last)
}

/** JSON in a field of a form. Text that isn't JSON is an invalid value. */
const parsed = (text: unknown): unknown =>
  typeof text === 'string' ? O.toUndefined(O.tryCatch((): unknown => JSON.parse(text))) : text

const sentFor = (field: SerializerField, input: Input, partial: boolean): Sent => {
  if (input._tag === 'form') return sentInForm(field, input.values.get(field.name), partial)
  const { value } = input
  // Only an object comes here.
  return typeof value === 'object' && value !== null && Object.hasOwn(value, field.name)
    ? O.some((value as { readonly [name: string]: unknown })[field.name])
    : O.none
}

type ReadOne = E.Either<ReadonlyArray<FieldProblem>, O.Option<unknown>>

/** Reads one field, or reports that a required value is missing. */
const readField = async (
  field: SerializerField,
  input: Input,
  { partial }: Reading,
): Promise<E.Either<ReadonlyArray<FieldProblem>, O.Option<unknown>>> => {
  const sent = sentFor(field, input, partial)
  if (O.isNone(sent)) return partial || !field.required ? E.right(O.none) : E.left([problem('required')])
  const { shape } = field
  // An empty text is no key.
  const given = shape._tag === 'related' && !shape.many && sent.value === '' ? null : sent.value
  if (given === null) return field.nullable ? E.right(O.some(null)) : E.left([problem('null')])
  if (shape._tag === 'related') return shape.many ? readList(field, given, input) : E.right(O.some(given))
  const read = await readOwn(field, given)
  return E.isLeft(read) ? read : E.map(O.some)(await checkedBy(field.checks, read.right))
}

const readOwn = async (
  { shape }: SerializerField,
  given: unknown,
): Promise<E.Either<ReadonlyArray<FieldProblem>, unknown>> => {
  if (shape._tag === 'extra')
    return given === '' ? E.left([problem('blank')]) : checkedBy([shape.schema], given)
  if (shape._tag !== 'value') return E.right(given)
  const read = readValue(shape.column, shape.limits, given)
  const { codec } = shape.column.field
  return codec === null || shape.column.field.choices !== null
    ? read
    : E.flatMap(read, (stored: Json) =>
        E.mapLeft(() => [problem('invalid')])(codec.decode(stored) as E.Either<unknown, unknown>),
      )
}

/**
 * A list of keys or nested objects. For keys, an object counts as the list of its names, as in Django REST framework.
 */
const readList = ({ input, shape }: SerializerField, given: unknown, from: Input): ReadOne => {
  const nested = shape._tag === 'related' && shape.as._tag === 'nested'
  const list = Array.isArray(given)
    ? (given as ReadonlyArray<unknown>)
    : typeof given === 'object' && given !== null && from._tag === 'json' && !nested
      ? Object.keys(given)
      : null
  if (list === null) return E.left([problem('not_a_list')])
  return list.length === 0 && input?.blank !== true && !nested
    ? E.left([problem('empty')])
    : E.right(O.some(list))
}

/** Calls an author's checks in turn, each with the result of the one before. @since 0.2.0 */
export const checkedBy = async (
  checks: SerializerField['checks'],
  value: unknown,
): Promise<E.Either<ReadonlyArray<FieldProblem>, unknown>> => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let at = value
  /* eslint-disable-next-line functional/no-loop-statements -- one check after the other */
  for (const check of checks) {
    const next = isStandard(check) ? await standardSays(check, at) : E.mapLeft(problemsIn)(check(at as never)) // of the value's type
    if (E.isLeft(next)) return E.left(Object.values(next.left).flat())
    at = next.right
  }
  return E.right(at)
}

/** The result of a Standard Schema for a value. @since 0.2.0 */
export const standardSays = async (
  schema: StandardSchema,
  value: unknown,
): Promise<E.Either<FieldErrors, unknown>> => {
  const result = await schema['~standard'].validate(value)
  return result.issues === undefined
    ? E.right(result.value)
    : E.left(
        joinErrors(
          result.issues.map((issue: StandardIssue) =>
            errorsOf(fieldOfIssue(issue), [problem('invalid', {}, issue.message)]),
          ),
        ),
      )
}

const problemOf = (said: string | FieldProblem): FieldProblem =>
  typeof said === 'string' ? problem('invalid', {}, said) : said

/** An author's errors for a value, by field. @since 0.2.0 */
export const problemsIn = (refusal: Refusal): FieldErrors =>
  typeof refusal === 'string' || isProblem(refusal)
    ? errorsOf(wholeRow, [problemOf(refusal)])
    : joinErrors(Object.entries(refusal).map(([field, said]) => errorsOf(field, [problemOf(said)])))

const isProblem = (refusal: Exclude<Refusal, string>): refusal is FieldProblem =>
  typeof refusal['code'] === 'string' && typeof refusal['message'] === 'string' && 'params' in refusal

/**
 * Reads the fields of the input. Fields that aren't listed or are read-only are ignored.
 *
 * @since 0.2.0
 */
export const readFields = async (
  serializer: AnySerializer,
  input: Input,
  reading: Reading,
): Promise<E.Either<FieldErrors, ReadFields>> => {
  if (
    input._tag === 'json' &&
    (typeof input.value !== 'object' || input.value === null || Array.isArray(input.value))
  )
    return E.left(errorsOf(wholeRow, [problem('invalid', {}, 'Send an object of fields.')]))
  const values = new Map<SerializerField, unknown>()
  const related = new Map<SerializerField, RelatedInput>()
  const errors: Array<FieldErrors> = [unknownIn(serializer, input)]
  /* eslint-disable-next-line functional/no-loop-statements -- one field after the other */
  for (const field of serializer.fields.filter(({ readOnly }) => !readOnly)) {
    const read = await readField(field, input, reading)
    if (E.isLeft(read)) errors.push(errorsOf(field.name, read.left))
    else if (O.isSome(read.right)) {
      const { value } = read.right
      if (field.shape._tag !== 'related' || value === null) values.set(field, value)
      else if (field.shape.many)
        related.set(field, { _tag: 'many', given: value as ReadonlyArray<unknown> }) // read as a list
      else related.set(field, { _tag: 'one', given: value })
    }
  }
  const all = joinErrors(errors)
  return hasErrors(all) ? E.left(all) : E.right({ values, related })
}

const unknownIn = ({ unknown, fields }: AnySerializer, input: Input): FieldErrors => {
  if (unknown === 'ignore') return noErrors
  const names = input._tag === 'form' ? [...input.values.keys()] : Object.keys(input.value as object) // an object, just tested
  const known = new Set(fields.filter(({ readOnly }) => !readOnly).map(({ name }) => name))
  return joinErrors(
    names
      .filter((name) => !known.has(name))
      .slice(0, 20)
      .map((name) =>
        errorsOf(name.slice(0, 100), [
          problem('unknown_field', {}, 'There is no such field that can be written.'),
        ]),
      ),
  )
}

/**
 * Calls the checks of all values together. They get and return values by the API's names.
 *
 * @since 0.2.0
 */
export const checkedTogether = async (
  serializer: AnySerializer,
  sent: { readonly [name: string]: unknown },
  row: Reading['row'],
): Promise<E.Either<FieldErrors, { readonly [name: string]: unknown }>> => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let at = sent
  /* eslint-disable-next-line functional/no-loop-statements -- one check after the other */
  for (const check of serializer.checks) {
    const next = isStandard(check)
      ? await standardSays(check, at)
      : E.mapLeft(problemsIn)(check(at as never, row as never)) // what its type says
    if (E.isLeft(next)) return next
    at = typeof next.right === 'object' && next.right !== null ? { ...next.right } : at
  }
  return E.right(at)
}

/**
 * Reads and checks the input for a new row, as far as that needs no backend.
 *
 * @since 0.2.0
 */
export const checkedInput = async (
  serializer: AnySerializer,
  input: Input,
): Promise<E.Either<FieldErrors, { readonly [name: string]: unknown }>> => {
  const read = await readFields(serializer, input, { partial: false, row: null })
  if (E.isLeft(read)) return read
  return checkedTogether(
    serializer,
    Object.fromEntries([
      ...[...read.right.values].map(([field, value]) => [field.name, value] as const),
      ...[...read.right.related].map(([field, { given }]) => [field.name, given] as const),
    ]),
    null,
  )
}
