/**
 * Looks up related rows and unique values, so that checked input can be written.
 *
 * @since 0.2.0
 */
import { either as E, option as O, type taskEither as TE } from 'fp-ts'
import type { Json, Row } from '../value/Value.js'
import type { Model } from '../schema/Schema.js'
import { storedOf } from '../schema/validate.js'
import { allRows } from '../queryset/Queryset.js'
import {
  errorsOf,
  hasErrors,
  joinErrors,
  noErrors,
  wholeRow,
  type FieldErrors,
  type FieldProblem,
} from '../serializers/FieldErrors.js'
import { problem, worded } from '../serializers/problem.js'
import { keyInPath, relatedKeys, type KeyPlace } from '../serializers/relatedKeys.js'
import { togetherErrors, uniqueErrors } from '../serializers/uniqueErrors.js'
import type { Context } from './Context.js'
import { mistaken, type Failure } from './Failure.js'
import type { Links } from './Links.js'
import {
  checkedTogether,
  readFields,
  type Input,
  type ReadFields,
  type Reading,
  type RelatedInput,
} from './readInput.js'
import type { AnySerializer, SerializerField } from './Serializer.js'

/**
 * The values to write: stored values by the model's names, keys of to-many relations, and the sent values of nested
 * rows, which the author's `write` writes.
 *
 * @since 0.2.0
 */
export interface ResolvedInput {
  readonly values: { readonly [name: string]: unknown }
  readonly links: ReadonlyMap<string, ReadonlyArray<Json>>
  readonly nested: ReadonlyArray<{
    readonly field: SerializerField
    readonly values: ReadonlyArray<{ readonly [name: string]: unknown }>
  }>
}

interface Asking {
  readonly context: Context
  readonly links: Links
  readonly most: number
}

type Resolved = ReadonlyMap<SerializerField, unknown>

/**
 * Reads and checks a body for a serializer. `key` is the key of the row to change.
 *
 * @since 0.2.0
 */
export const resolveInput =
  (
    asking: Asking,
    serializer: AnySerializer,
    input: Input,
    reading: Reading,
  ): TE.TaskEither<Failure, ResolvedInput> =>
  async () => {
    const fail = (errors: FieldErrors) => E.left(mistaken(worded(serializer.model, errors)))
    const fields = await readFields(serializer, input, reading)
    // Errors of the other fields are reported together with the errors of these checks.
    const read: ReadFields = E.isRight(fields) ? fields.right : { values: new Map(), related: new Map() }
    if (E.isLeft(fields)) {
      const besides = await errorsBesides(asking, serializer, input, reading, fields.left)
      return E.isLeft(besides) ? besides : fail(joinErrors([fields.left, besides.right]))
    }
    const related = await resolveRelated(asking, read.related)
    if (E.isLeft(related)) return related
    const own = await ownErrors(asking, serializer, read, related.right.resolved, reading)
    if (E.isLeft(own)) return own
    const errors = joinErrors([related.right.errors, own.right])
    if (hasErrors(errors)) return fail(errors)
    const together = await allTogether(asking, serializer, read, related.right.resolved, reading)
    if (E.isLeft(together)) return together
    if (hasErrors(together.right)) return fail(together.right)
    const all = new Map([...read.values, ...related.right.resolved])
    const sent = Object.fromEntries([...all].map(([field, value]) => [field.name, value]))
    const checked = await checkedTogether(serializer, sent, reading.row)
    return E.isLeft(checked) ? fail(checked.left) : E.right(changesOf(serializer, checked.right))
  }

/**
 * The errors of the valid fields, if other fields are invalid. Keys that point to no row and values that are taken are
 * reported together with the other errors.
 */
const errorsBesides = async (
  asking: Asking,
  serializer: AnySerializer,
  input: Input,
  reading: Reading,
  known: FieldErrors,
): Promise<E.Either<Failure, FieldErrors>> => {
  if (Object.hasOwn(known, wholeRow)) return E.right(noErrors)
  const sound = {
    ...serializer,
    fields: serializer.fields.filter(({ name }) => !Object.hasOwn(known, name)),
    unknown: 'ignore' as const,
  }
  const read = await readFields(sound, input, reading)
  if (E.isLeft(read)) return E.right(noErrors)
  const related = await resolveRelated(asking, read.right.related)
  if (E.isLeft(related)) return related
  const own = await ownErrors(asking, sound, read.right, related.right.resolved, reading)
  return E.map((errors: FieldErrors) => joinErrors([related.right.errors, errors]))(own)
}

interface RelatedFound {
  readonly resolved: Resolved
  readonly errors: FieldErrors
}

const resolveRelated = async (
  asking: Asking,
  related: ReadFields['related'],
): Promise<E.Either<Failure, RelatedFound>> => {
  const resolved = new Map<SerializerField, unknown>()
  const errors: Array<FieldErrors> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one relation after the other */
  for (const [field, given] of related) {
    const found = await resolveOne(asking, field, given)
    if (E.isLeft(found)) return found
    if (E.isRight(found.right)) resolved.set(field, found.right.right)
    else errors.push(found.right.left)
  }
  return E.right({ resolved, errors: joinErrors(errors) })
}

type OneFound = E.Either<Failure, E.Either<FieldErrors, unknown>>

const resolveOne = async (
  asking: Asking,
  field: SerializerField,
  related: RelatedInput,
): Promise<OneFound> => {
  const { shape } = field
  if (shape._tag !== 'related') return E.right(E.right(null))
  const given = related._tag === 'many' ? related.given : [related.given]
  const wrong = (found: FieldProblem): OneFound => E.right(E.left(errorsOf(field.name, [found])))
  if (given.length > asking.most) return wrong(problem('max_items', { limit: asking.most }))
  if (shape.as._tag === 'nested') return nestedRows(asking, field, shape.as.serializer, related)
  const place = placeOf(asking, shape)
  if (place === null) return wrong(problem('incorrect_type'))
  const spelled =
    shape.as._tag === 'link'
      ? given.map(linked(asking.links, shape.as.view))
      : given.map((each) => E.right(each))
  const values = spelled.map((each) => (E.isRight(each) ? each.right : null))
  const found = await relatedKeys(asking.context.client, place, values)()
  if (E.isLeft(found)) return found
  const all = found.right.map((key, i) => E.flatMap(spelled[i] ?? E.right(null), () => key))
  const first = all.find(E.isLeft)
  if (first !== undefined) return wrong(first.left)
  const keys = all.flatMap((each) => (E.isRight(each) ? [each.right] : []))
  return E.right(E.right(related._tag === 'many' ? keys : (keys[0] ?? null)))
}

const placeOf = (
  { context, links }: Asking,
  { relation, within, as }: Extract<SerializerField['shape'], { readonly _tag: 'related' }>,
): KeyPlace | null => {
  const { schema } = context.client
  const target = schema.models.get(relation.target)
  const name = as._tag === 'slug' ? as.column : (target?.primaryKey ?? '')
  const column = as._tag === 'link' ? links.column(as.view) : (target?.columns.get(name) ?? null)
  const queryset = within === null ? allRows(schema, relation.target) : within(context as Context<never>) // of the author's own type
  return column === null ? null : { queryset, column }
}

/** The key in the path of a link, on any host. */
const linked =
  (links: Links, view: string) =>
  (given: unknown): E.Either<FieldProblem, unknown> => {
    if (typeof given !== 'string') return E.left(problem('incorrect_type'))
    const path = /^https?:/iu.test(given)
      ? O.toNullable(O.tryCatch(() => new URL(given).pathname))
      : given.replace(/[?#].*$/su, '')
    const found = path === null ? null : links.match(path)
    if (found === null) return E.left(problem('no_match'))
    if (found.view !== view) return E.left(problem('incorrect_match'))
    const column = links.column(view)
    return E.right(column === null ? null : O.toNullable(keyInPath(column, found.key)))
  }

/** Nested objects, each read by its own serializer. The errors of an object are under the relation's name. */
const nestedRows = async (
  asking: Asking,
  field: SerializerField,
  serializer: AnySerializer,
  related: RelatedInput,
): Promise<OneFound> => {
  const given = related._tag === 'many' ? related.given : [related.given]
  const rows: Array<ResolvedInput['values']> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one row after the other */
  for (const [i, value] of given.entries()) {
    const read = await resolveInput(
      asking,
      serializer,
      { _tag: 'json', value },
      { partial: false, row: null },
    )()
    if (E.isLeft(read))
      return read.left._tag !== 'Mistaken'
        ? read
        : E.right(
            E.left(errorsOf(field.name, insideOf(related._tag === 'many' ? i : null, read.left.errors))),
          )
    rows.push({ ...read.right.values, ...Object.fromEntries(read.right.links) })
  }
  return E.right(E.right(rows))
}

const insideOf = (item: number | null, errors: FieldErrors): ReadonlyArray<FieldProblem> =>
  Object.entries(errors).flatMap(([name, problems]) =>
    problems.map((each) => ({
      ...each,
      params: {
        ...each.params,
        path: [...(item === null ? [] : [item]), ...(name === wholeRow ? [] : [name])],
      },
      message: `${[...(item === null ? [] : [`row ${String(item + 1)}`]), ...(name === wholeRow ? [] : [name])].join(', ')}: ${each.message}`,
    })),
  )

/** Stored values by the model's names. */
const storedValues = (model: Model, read: ReadFields, resolved: Resolved): Row =>
  Object.fromEntries(
    [...read.values, ...resolved].flatMap(([{ source }, value]): ReadonlyArray<readonly [string, Json]> => {
      const column = source === null ? undefined : model.columns.get(source)
      if (column === undefined || source === null) return []
      return [[source, value === null ? null : O.toNullable(storedOf(column, value))]]
    }),
  )

const keyOf = (model: Model, row: Reading['row']): Json => {
  const column = model.columns.get(model.primaryKey)
  return row === null || column === undefined ? null : O.toNullable(storedOf(column, row[model.primaryKey]))
}

/** The API's names for the model's names. */
const renamed = ({ fields, model }: AnySerializer, errors: FieldErrors): FieldErrors =>
  joinErrors(
    Object.entries(errors).map(([name, problems]) => {
      const field = fields.find(({ source, readOnly }) => source === name && !readOnly)
      return errorsOf(field?.name ?? (model.columns.has(name) ? name : wholeRow), problems)
    }),
  )

const ownErrors = async (
  { context }: Asking,
  serializer: AnySerializer,
  read: ReadFields,
  resolved: Resolved,
  { row }: Reading,
): Promise<E.Either<Failure, FieldErrors>> => {
  const { model } = serializer
  const values = storedValues(model, read, resolved)
  const key = keyOf(model, row)
  const given = values[model.primaryKey]
  const rekeyed =
    row !== null && given !== undefined && given !== key
      ? errorsOf(model.primaryKey, [problem('primary_key')])
      : noErrors
  const taken = await uniqueErrors(context.client, model, rekeyed === noErrors ? values : {}, key)()
  return E.map((errors: FieldErrors) => renamed(serializer, joinErrors([rekeyed, errors])))(taken)
}

/** Errors about several fields. */
const allTogether = async (
  { context }: Asking,
  serializer: AnySerializer,
  read: ReadFields,
  resolved: Resolved,
  { row }: Reading,
): Promise<E.Either<Failure, FieldErrors>> => {
  const { model } = serializer
  const values = storedValues(model, read, resolved)
  const halves = joinErrors(
    model.uniqueFor.flatMap(({ field, of }) => {
      const both = [field, of].filter((name) =>
        serializer.fields.some(({ source, readOnly }) => source === name && !readOnly),
      )
      const missing = both.filter((name) => values[name] === undefined)
      // Whether values are unique together can't be checked without all of them.
      return both.length === 2 && missing.length === 1
        ? missing.map((name) => errorsOf(name, [problem('required')]))
        : []
    }),
  )
  if (hasErrors(halves)) return E.right(renamed(serializer, halves))
  const before = row === null ? defaultsOf(model) : storedRow(model, row)
  const taken = await togetherErrors(
    context.client,
    model,
    { ...before, ...values },
    keyOf(model, row),
    new Set(Object.keys(values)),
  )()
  return E.map((errors: FieldErrors) => renamed(serializer, errors))(taken)
}

const defaultsOf = (model: Model): Row =>
  Object.fromEntries([...model.columns.values()].map((column) => [column.name, column.default]))

const storedRow = (model: Model, row: { readonly [name: string]: unknown }): Row =>
  Object.fromEntries(
    [...model.columns.values()].map((column) => [
      column.name,
      row[column.name] === null ? null : O.toNullable(storedOf(column, row[column.name])),
    ]),
  )

/** The checked values by the model's names. Values of other fields were only for the checks. */
const changesOf = (serializer: AnySerializer, sent: { readonly [name: string]: unknown }): ResolvedInput => {
  const given = serializer.fields.filter(({ name, readOnly }) => !readOnly && Object.hasOwn(sent, name))
  const nested = given.filter(({ shape }) => shape._tag === 'related' && shape.as._tag === 'nested')
  const links = given.filter(
    (field) => field.shape._tag === 'related' && field.shape.many && !nested.includes(field),
  )
  const values = given.filter(
    (field) => field.source !== null && !nested.includes(field) && !links.includes(field),
  )
  return {
    values: Object.fromEntries(
      values.flatMap(({ name, source }) =>
        source === null ||
        (source === serializer.model.primaryKey && serializer.model.columns.get(source)?.auto === true)
          ? []
          : [[source, sent[name]] as const],
      ),
    ),
    links: new Map(links.map(({ name, source }) => [source ?? name, sent[name] as ReadonlyArray<Json>])), // keys, as found
    nested: nested.map((field) => ({
      field,
      values: sent[field.name] as ReadonlyArray<ResolvedInput['values']>,
    })), // rows, as read
  }
}
