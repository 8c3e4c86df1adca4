/**
 * Binds a form: it converts posted data to values, errors and changes.
 *
 * @since 0.2.0
 */
import { either as E, option as O, taskEither as TE } from 'fp-ts'
import { describeCause } from '../../value/describeCause.js'
import { invalidStep, type QueryError } from '../../value/QueryError.js'
import { canonicalJson } from '../../value/Order.js'
import type { Json, Row } from '../../value/Value.js'
import { storedOf } from '../../schema/validate.js'
import type { Client } from '../../client/Client.js'
import { wholeForm, type AnyForm, type FormErrors } from '../AnyForm.js'
import type { CleanProblem, FormField } from '../FormField.js'
import { lastOf, postedOf, type Posted, type PostedInput } from '../Posted.js'
import { problem, type Problem } from '../Problem.js'
import type { Raw } from '../Widget.js'
import { inputName, shownName, versionName, type Bound } from './Bound.js'
import { checkLimits, checkUnique, type Problems } from './checks.js'
import { isLeftEmpty, readField } from './read.js'
import { readRelated } from './related.js'
import { shownValues, storedRow } from './shown.js'
import { versionOf } from './version.js'
import { inWords, saidBy } from './words.js'

/**
 * `row` is the edited row, as it was read. `prefix` is put before the names of the inputs. `initial` values are shown
 * instead of those of the row or the model. `fixed` are stored values of columns outside the form, which are written
 * and checked with it.
 *
 * @since 0.2.0
 */
export interface BindOptions {
  readonly row?: object | null
  readonly prefix?: string
  readonly initial?: { readonly [field: string]: unknown }
  readonly fixed?: Row
}

/**
 * What is known of a form before its values are checked.
 *
 * @since 0.2.0
 */
export interface Start {
  readonly form: AnyForm
  readonly prefix: string
  readonly row: Row | null
  readonly key: Json
  readonly shown: { readonly [field: string]: Json }
  readonly version: string
}

const startOf = (
  client: Client,
  form: AnyForm,
  { row = null, prefix = '', initial = {} }: BindOptions,
): Promise<E.Either<QueryError, Start>> =>
  startWith(client, form, row === null ? null : storedRow(form.model, row), prefix, initial)

/**
 * Starts with a row as it is stored, or without a row.
 *
 * @since 0.2.0
 */
export const startWith = async (
  client: Client,
  form: AnyForm,
  stored: Row | null,
  prefix: string,
  initial: { readonly [field: string]: unknown } = {},
): Promise<E.Either<QueryError, Start>> => {
  const [mistake] = form.mistakes
  if (mistake !== undefined) return E.left(invalidStep('form', 0, mistake, 'See the options of the form.'))
  const shown = await shownValues(client, form, stored, initial)
  return E.map((values: Start['shown']): Start => ({
    form,
    prefix,
    row: stored,
    key: stored?.[form.model.primaryKey] ?? null,
    shown: values,
    version: stored === null ? '' : versionOf(values),
  }))(shown)
}

/**
 * A form without posted data. It shows the values of the row, or the initial values of a new row.
 *
 * @since 0.2.0
 */
export const showForm =
  (form: AnyForm, options: BindOptions = {}) =>
  (client: Client): TE.TaskEither<QueryError, Bound> =>
    TE.map(unbound)(() => startOf(client, form, options))

/**
 * A form without posted data.
 *
 * @since 0.2.0
 */
export const unbound = (start: Start): Bound => ({
  ...start,
  isBound: false,
  raws: Object.fromEntries(
    start.form.fields.map((field) => [field.name, field.widget.show(start.shown[field.name] ?? null)]),
  ),
  passed: {},
  omitted: new Set(),
  errors: {},
  cleaned: E.left({}),
  changed: [],
  stale: false,
  choices: {},
})

/**
 * A form whose posted data is what it showed, so nothing has changed. `null` if anything else was posted.
 *
 * @since 0.2.0
 */
export const untouched = (start: Start, posted: Posted): Bound | null => {
  const { form, prefix, shown } = start
  const raws = form.fields.map((field) => [field.name, rawOf(field, posted, prefix, shown)] as const)
  return form.fields.every((field, i) => isSame(raws[i]?.[1] ?? null, beforeOf(field, start, posted)))
    ? { ...unbound(start), isBound: true, raws: Object.fromEntries(raws), cleaned: E.right({}) }
    : null
}

/**
 * A form with posted data. The bound form contains its errors. A `Left` is only a failure of the client.
 *
 * @since 0.2.0
 */
export const bindForm =
  (form: AnyForm, data: PostedInput, options: BindOptions = {}) =>
  (client: Client): TE.TaskEither<QueryError, Bound> =>
  async () => {
    const start = await startOf(client, form, options)
    return E.isLeft(start) ? start : bound(client, start.right, postedOf(data), options.fixed ?? {})
  }

/**
 * Processes posted data.
 *
 * @since 0.2.0
 */
export const bound = async (
  client: Client,
  start: Start,
  posted: Posted,
  fixed: Row,
): Promise<E.Either<QueryError, Bound>> => {
  const { form, prefix, shown, key } = start
  const raws = new Map(form.fields.map((field) => [field.name, rawOf(field, posted, prefix, shown)]))
  const omitted = new Set(
    form.fields
      .filter((field) => field.widget.omits(posted, inputName(prefix, field.name)))
      .map(({ name }) => name),
  )
  const read = await readAll(client, form, raws)
  if (E.isLeft(read)) return read
  const changed = form.fields.filter((field) => hasChanged(field, start, posted, raws, read.right.values))
  const names = new Set(changed.map(({ name }) => name))
  const cleaned = cleanedBy(form, read.right)
  const checked = await checkedBy(client, start, cleaned, omitted, fixed, names)
  if (E.isLeft(checked)) return checked
  const { values, problems } = checked.right
  const sent = lastOf(posted, versionName(prefix))
  const errors = errorsOf(form, problems)
  const passed = Object.fromEntries(values)
  return E.right({
    ...start,
    isBound: true,
    raws: Object.fromEntries(raws),
    passed,
    omitted,
    errors,
    cleaned: Object.keys(errors).length === 0 ? E.right(passed) : E.left(errors),
    changed: changed.map(({ name }) => name),
    stale: key !== null && sent !== null && sent !== start.version,
    choices: {},
  })
}

const rawOf = (field: FormField, posted: Posted, prefix: string, shown: Start['shown']): Raw =>
  field.disabled
    ? field.widget.show(shown[field.name] ?? null)
    : field.widget.read(posted, inputName(prefix, field.name))

/** The values that were read so far, and the problems of the others. */
interface Read {
  readonly values: ReadonlyMap<string, unknown>
  readonly problems: Problems
}

const readAll = async (
  client: Client,
  form: AnyForm,
  raws: ReadonlyMap<string, Raw>,
): Promise<E.Either<QueryError, Read>> => {
  const values = new Map<string, unknown>()
  const problems = new Map<string, ReadonlyArray<Problem>>()
  /* eslint-disable-next-line functional/no-loop-statements -- one question after the other */
  for (const field of form.fields) {
    const raw = raws.get(field.name) ?? null
    const read =
      field.related === null
        ? E.right(readField(field, raw))
        : await readRelated(client, field, field.related, raw)
    if (E.isLeft(read)) return read
    const value = E.flatMap(read.right, (stored: Json) => seen(field, stored))
    if (E.isRight(value)) values.set(field.name, value.right)
    else problems.set(field.name, value.left)
  }
  return E.right({ values, problems })
}

/** The form of a stored value that rows have: a field's own codec reads it. */
const seen = (field: FormField, stored: Json): E.Either<ReadonlyArray<Problem>, unknown> => {
  const codec = field.column?.field.codec ?? null
  if (codec === null || stored === null || field.choices !== null || field.related !== null)
    return E.right(stored)
  return E.flatten(
    E.tryCatch(
      () => E.mapLeft(() => [problem('invalid')])(codec.decode(stored) as E.Either<unknown, unknown>),
      () => [problem('invalid')],
    ),
  )
}

/** Whether the content of a field differs from what was shown. */
const hasChanged = (
  field: FormField,
  start: Start,
  posted: Posted,
  raws: ReadonlyMap<string, Raw>,
  values: ReadonlyMap<string, unknown>,
): boolean => {
  if (field.disabled) return false
  const raw = raws.get(field.name) ?? null
  const before = beforeOf(field, start, posted)
  if (isSame(raw, before)) return false
  // Content that can't be read isn't the stored value.
  if (!values.has(field.name)) return !isLeftEmpty(field, raw) || !isLeftEmpty(field, before)
  const value = values.get(field.name)
  const was = field.comesBack ? valueOf(field, before) : (start.shown[field.name] ?? null)
  return !isEqual(storedValue(field, value), was)
}

const storedValue = (field: FormField, value: unknown): Json => {
  if (field.column === null || value === null) return value as Json // keys
  return O.toNullable(storedOf(field.column, value))
}

/** The content of an input when the page was created: the value that the page carries, or the row's. */
const beforeOf = (field: FormField, { prefix, shown }: Start, posted: Posted): Raw =>
  field.comesBack
    ? lastOf(posted, shownName(prefix, field.name))
    : field.widget.show(shown[field.name] ?? null)

const valueOf = (field: FormField, raw: Raw): Json => {
  const read = readField({ ...field, required: false }, raw)
  return E.isRight(read) ? read.right : null
}

/** A missing value and an empty text look the same. */
const isEqual = (a: Json, b: Json): boolean =>
  a === b ||
  (isNothing(a) && isNothing(b)) ||
  (a !== null && b !== null && canonicalJson(a) === canonicalJson(b))

const isNothing = (value: Json): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0)

const isEmpty = (raw: Raw): boolean =>
  raw === null || raw === '' || (typeof raw === 'object' && raw.every((text) => text === ''))

/** Browsers send their own line breaks. */
const lines = (text: string): string => text.replace(/\r\n?/gu, '\n')

const isSame = (a: Raw, b: Raw): boolean => {
  if (typeof a === 'string' && typeof b === 'string') return a === b || lines(a) === lines(b)
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null)
    return a.length === b.length && canonicalJson([...a].sort()) === canonicalJson([...b].sort())
  return a === b || (isEmpty(a) && isEmpty(b))
}

/** Applies the author's rules: first for each field, and then for all values. */
const cleanedBy = (form: AnyForm, { values, problems }: Read): Read => {
  const kept = new Map<string, unknown>()
  const found = new Map(problems)
  form.fields.forEach(({ name, clean }) => {
    if (!values.has(name)) return
    const ruled = clean === null ? E.right(values.get(name)) : ruledBy(() => clean(values.get(name) as never))
    if (E.isRight(ruled)) kept.set(name, ruled.right)
    else found.set(name, [ruled.left])
  })
  return form.cleanAll === null ? { values: kept, problems: found } : cleanedTogether(form, kept, found)
}

/** A rule that throws rejects the value. */
const ruledBy = (rule: () => E.Either<string | CleanProblem, unknown>): E.Either<Problem, unknown> =>
  E.flatten(
    E.tryCatch(
      () => E.mapLeft(saidBy)(rule()),
      () => problem('failed'),
    ),
  )

const cleanedTogether = (form: AnyForm, values: ReadonlyMap<string, unknown>, problems: Problems): Read => {
  const { cleanAll } = form
  const names = new Set(form.fields.map(({ name }) => name))
  const said = E.tryCatch(
    () => cleanAll?.(Object.fromEntries(values) as never) ?? E.right({}),
    (cause) => describeCause(cause),
  )
  const found = new Map(problems)
  if (E.isLeft(said)) return { values, problems: found.set(wholeForm, [problem('failed')]) }
  if (E.isRight(said.right)) {
    const given = new Map(Object.entries(said.right.right as object))
    return {
      values: new Map([...values].map(([name, value]) => [name, given.has(name) ? given.get(name) : value])),
      problems,
    }
  }
  const kept = new Map(values)
  Object.entries(said.right.left).forEach(([name, each]) => {
    if (each === undefined) return
    const field = names.has(name) ? name : wholeForm
    found.set(field, [...(found.get(field) ?? []), saidBy(each)])
    kept.delete(field)
  })
  return { values: kept, problems: found }
}

/** Applies the rules of the model: the limits of fields, and unique values. */
const checkedBy = async (
  client: Client,
  { form, key }: Start,
  { values, problems }: Read,
  omitted: ReadonlySet<string>,
  fixed: Row,
  changed: ReadonlySet<string>,
): Promise<E.Either<QueryError, Read>> => {
  const columns = form.fields.filter(
    ({ name, column, disabled }) =>
      column !== null &&
      !disabled &&
      values.has(name) &&
      !staysDefault(column.default, values.get(name), omitted.has(name)),
  )
  const given = Object.fromEntries(
    columns.map((field) => [field.name, written(field, values.get(field.name))]),
  )
  const checked = checkLimits(form.model, given)
  const found = new Map([...problems, ...checked.problems])
  const renamed = key !== null && changed.has(form.model.primaryKey) && !found.has(form.model.primaryKey)
  if (renamed) found.set(form.model.primaryKey, [problem('primary_key')])
  const isChanged = (name: string): boolean => key === null || changed.has(name) || Object.hasOwn(fixed, name)
  const stored = { ...checked.stored, ...fixed }
  const free = await checkUnique(client, form.model, stored, key, isChanged)
  if (E.isLeft(free)) return free
  free.right.forEach((more, name) => found.set(name, [...(found.get(name) ?? []), ...more]))
  return E.right({
    values: new Map([...values].filter(([name]) => !found.has(name))),
    problems: found,
  })
}

/**
 * Whether a value isn't written, because nothing was posted for it and the row keeps its value or gets the default.
 *
 * @since 0.2.0
 */
export const staysDefault = (byDefault: Json, value: unknown, isOmitted: boolean): boolean =>
  isOmitted && byDefault !== null && (value === null || value === '')

/**
 * The value to write. An empty text becomes missing if the column allows that.
 *
 * @since 0.2.0
 */
export const written = ({ column }: FormField, value: unknown): unknown =>
  value === '' && column?.nullable === true ? null : value

const errorsOf = (form: AnyForm, problems: Problems): FormErrors => {
  const fields = new Map(form.fields.map((field) => [field.name, field]))
  return Object.fromEntries(
    [...problems].map(([name, found]) => [
      name,
      found.map((each) => inWords(form.model, fields.get(name) ?? null, each)),
    ]),
  )
}
