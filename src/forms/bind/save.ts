/**
 * Saves the values of a form.
 *
 * @since 0.2.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import { notFound, type FieldError, type QueryError } from '../../value/QueryError.js'
import type { Json, Row } from '../../value/Value.js'
import { holdsSame, isStale, staleConflict, staleErrors } from '../../schema/stale.js'
import { validateChange } from '../../schema/validate.js'
import { keyColumn } from '../../query/Mutation.js'
import { allRows } from '../../queryset/Queryset.js'
import type { WritableClient } from '../../client/Client.js'
import { together } from '../../client/together.js'
import { changeRows } from '../../run/read/unique.js'
import { fetchedRows } from '../../run/run.js'
import { createRows } from '../../run/write/create.js'
import { changeRelated } from '../../run/write/related.js'
import { columnNamed, keyedWith, rowsWith } from '../../run/write/writing.js'
import { wholeForm, type FormErrors } from '../AnyForm.js'
import type { FormField } from '../FormField.js'
import { problem } from '../Problem.js'
import type { Bound } from './Bound.js'
import { staysDefault, written } from './bind.js'
import { inWords } from './words.js'

/**
 * A form that can't be saved, since it has errors. Nothing was written.
 *
 * @since 0.2.0
 */
export interface InvalidForm {
  readonly _tag: 'InvalidForm'
  readonly errors: FormErrors
  readonly message: string
  readonly hint: string
  readonly retryable: false
}

/** @since 0.2.0 */
export type SaveError = QueryError | InvalidForm

/** @since 0.2.0 */
export const invalidForm = (errors: FormErrors): InvalidForm => ({
  _tag: 'InvalidForm',
  errors,
  message: `the form has errors in: ${Object.keys(errors)
    .map((name) => (name === wholeForm ? 'the form as a whole' : name))
    .join(', ')}`,
  hint: 'Show the form again, with its errors; nothing was written.',
  retryable: false,
})

/**
 * Saves a bound form. It creates a row, or writes the changes of the edited row, together with its to-many relations,
 * in one transaction if the client has them. Gives the row as it is stored. A form with errors is an `InvalidForm`. A
 * row that differs from what the page showed is a `Conflict`. `fixed` are stored values of other columns of a new row.
 *
 * @since 0.2.0
 */
export const saveBound = (
  client: WritableClient,
  bound: Bound,
  fixed: Row = {},
): TE.TaskEither<SaveError, object> => {
  const { form, errors, isBound, stale } = bound
  if (!isBound || Object.keys(errors).length > 0) return TE.left(invalidForm(errors))
  if (stale) return TE.left(changedMeanwhile(bound))
  return TE.mapLeft((error: QueryError): SaveError => refusedBy(bound, error))(
    together(client, async (inside) => {
      const key = await writeBound(inside, bound, fixed)
      if (E.isLeft(key)) return key
      const own = rowsWith(allRows(form.schema, form.model.name), form.model, form.model.primaryKey, [
        key.right,
      ])
      const rows = await fetchedRows(inside)(own)()
      return E.flatMap(rows, ([row]: ReadonlyArray<unknown>) =>
        typeof row === 'object' && row !== null
          ? E.right(row)
          : E.left<QueryError>(notFound(form.model.name)),
      )
    }),
  )
}

/**
 * Writes the values of a bound form without errors, and gives the key of the row.
 *
 * @since 0.2.0
 */
export const writeBound = async (
  client: WritableClient,
  bound: Bound,
  fixed: Row = {},
): Promise<E.Either<QueryError, Json>> => {
  const key = bound.row === null ? await made(client, bound, fixed) : await changed(client, bound, bound.row)
  if (E.isLeft(key)) return key
  return E.map(() => key.right)(await relate(client, bound, key.right))
}

/**
 * The client's refusal, by field if it concerns the form's values.
 *
 * @since 0.2.0
 */
export const refusedBy = (bound: Bound, error: QueryError): SaveError => {
  const byField = errorsByField(bound, error)
  return byField === null ? error : invalidForm(byField)
}

/**
 * The error for a row that was changed or deleted after its page was created.
 *
 * @since 0.2.0
 */
export const changedMeanwhile = ({ form: { model }, row }: Bound): QueryError =>
  staleConflict(model, [
    {
      item: 0,
      field: null,
      code: row === null ? 'deleted' : 'changed',
      params: {},
      message: 'was changed since the page was made',
    },
  ])

/** The fields whose values are written, with the values. */
const writtenFields = ({ form, passed, omitted }: Bound): ReadonlyArray<readonly [FormField, unknown]> =>
  form.fields.flatMap((field): ReadonlyArray<readonly [FormField, unknown]> => {
    const { name, column, disabled } = field
    if (column === null || disabled || !Object.hasOwn(passed, name)) return []
    return staysDefault(column.default, passed[name], omitted.has(name))
      ? []
      : [[field, written(field, passed[name])]]
  })

const made = async (
  client: WritableClient,
  bound: Bound,
  fixed: Row,
): Promise<E.Either<QueryError, Json>> => {
  const { schema, model } = bound.form
  const values = Object.fromEntries(writtenFields(bound).map(([{ name }, value]) => [name, value]))
  const rows = await createRows<{ readonly [column: string]: Json }>(
    client,
    [{ ...values, ...fixed }],
    allRows(schema, model.name),
  )()
  return E.map(
    ([row]: ReadonlyArray<{ readonly [column: string]: Json }>) => row?.[model.primaryKey] ?? null,
  )(rows)
}

/** Writes only what has changed, if the row still has what the page showed. */
const changed = async (
  client: WritableClient,
  bound: Bound,
  before: Row,
): Promise<E.Either<QueryError, Json>> => {
  const { form, key } = bound
  const { model } = form
  const names = new Set(bound.changed)
  const given = Object.fromEntries(
    writtenFields(bound).flatMap(([{ name }, value]) => (names.has(name) ? [[name, value]] : [])),
  )
  const sets = validateChange(model, [given])
  if (E.isLeft(sets)) return sets
  const now = await unchanged(client, bound, before)
  if (E.isLeft(now)) return now
  const [set = {}] = sets.right
  const differs = Object.keys(given).some((name) => !holdsSame(model, name, set, before))
  if (!differs) return E.right(key)
  const expect = Object.fromEntries(Object.keys(given).map((name) => [name, before[name] ?? null]))
  return E.map(() => key)(await changeRows(client, model, [{ key, set, expect }]))
}

/** Checks the columns of a row that the form shows. */
const unchanged = async (
  client: WritableClient,
  { form, key }: Bound,
  before: Row,
): Promise<E.Either<QueryError, null>> => {
  const { model, schema } = form
  const names = form.fields.flatMap(({ name, column }) => (column === null ? [] : [name]))
  const found = await keyedWith(
    client,
    allRows(schema, model.name),
    model,
    model.primaryKey,
    [key],
    names.map(columnNamed),
  )()
  if (E.isLeft(found)) return found
  const now = found.right.map(({ [keyColumn]: _, ...row }): Row => row)[0]
  const expect = Object.fromEntries(names.map((name) => [name, before[name] ?? null]))
  const errors = staleErrors(model, now, expect, 0)
  return errors.length === 0 ? E.right(null) : E.left(staleConflict(model, errors))
}

const relate = async (
  client: WritableClient,
  bound: Bound,
  key: Json,
): Promise<E.Either<QueryError, null>> => {
  const { form, passed } = bound
  const own = rowsWith(allRows(form.schema, form.model.name), form.model, form.model.primaryKey, [key])
  const names = new Set(bound.changed)
  /* eslint-disable-next-line functional/no-loop-statements -- one relation after the other */
  for (const { name, related, disabled } of form.fields) {
    if (related?.many !== true || disabled || !names.has(name)) continue
    const keys = passed[name]
    const set = await changeRelated(
      client,
      own,
      name,
      'set',
      Array.isArray(keys) ? (keys as ReadonlyArray<unknown>) : [],
    )()
    if (E.isLeft(set)) return set
  }
  return E.right(null)
}

/** Another writer was faster, or the client is stricter. */
const errorsByField = ({ form }: Bound, error: QueryError): FormErrors | null => {
  if ((error._tag !== 'Invalid' && error._tag !== 'Conflict') || isStale(error)) return null
  const fields = new Map(form.fields.map((field) => [field.name, field]))
  const byField = new Map<string, FormErrors[string]>()
  const errors: ReadonlyArray<Pick<FieldError, 'field' | 'code' | 'params'>> =
    error.errors.length > 0
      ? error.errors
      : error._tag === 'Conflict'
        ? error.fields.map((field) => ({ field, code: 'unique', params: { fields: [...error.fields] } }))
        : []
  errors.forEach(({ field, code, params }) => {
    const own = field === null ? undefined : fields.get(field)
    const name = own?.name ?? wholeForm
    byField.set(name, [...(byField.get(name) ?? []), inWords(form.model, own ?? null, problem(code, params))])
  })
  return byField.size === 0 ? null : Object.fromEntries(byField)
}
