/**
 * Shows, creates, updates and deletes one row.
 *
 * @since 0.2.0
 */
import { either as E, option as O, type taskEither as TE } from 'fp-ts'
import type { Json, Row } from '../value/Value.js'
import type { Model } from '../schema/Schema.js'
import { storedOf } from '../schema/validate.js'
import { allRows, type AnyQueryset, type Queryset } from '../queryset/Queryset.js'
import { fetchedRows } from '../run/run.js'
import { deleteRows } from '../run/write/delete.js'
import { keyInPath } from '../serializers/relatedKeys.js'
import { sliced, whereIs } from '../serializers/where.js'
import { etagOf, matches } from './etag.js'
import { notFound, refuse, type Answer, type Failure } from './Failure.js'
import { prepared, present, type ReadRow } from './present.js'
import { readBody } from './readBody.js'
import type { Input } from './readInput.js'
import { resolveInput } from './resolveInput.js'
import { createWith, updateWith } from './save.js'
import type { AnySerializer } from './Serializer.js'
import type { Serving } from './Serving.js'
import type { View } from './View.js'

/** The row that a URL names, among the rows that the caller may see. @since 0.2.0 */
export const findRow =
  (
    { context }: Serving,
    view: View,
    serializer: AnySerializer,
    text: string,
  ): TE.TaskEither<Failure, ReadRow> =>
  async () => {
    const key = view.lookup === null ? O.none : keyInPath(view.lookup, text)
    if (O.isNone(key) || view.lookup === null) return E.left(notFound)
    const mine = view.queryset(context as never) // what the view's own types say
    const one = sliced(whereIs(mine, view.lookup.name, key.value), 0, 2)
    const rows = await fetchedRows(context.client)(prepared(context, one, serializer))()
    if (E.isLeft(rows)) return rows
    const [row, another] = rows.right
    if (row === undefined || another !== undefined) return E.left(notFound)
    const allowed = view.permission(context as never, row) // a row of a model
    return E.isLeft(allowed) ? E.left(denied(allowed.left)) : E.right(row as ReadRow) // a row of a model
  }

const denied = (said: string): Failure =>
  refuse(403, 'permission_denied', said === '' ? 'You may not do this.' : said)

/** A row in the form of a serializer. */
const shownRow =
  (serving: Serving, serializer: AnySerializer, row: ReadRow): TE.TaskEither<Failure, Json> =>
  async () => {
    const shown = await present(serving, serializer, [row])()
    return E.map((rows: ReadonlyArray<Json>): Json => rows[0] ?? null)(shown)
  }

/** A row that was just written, even if the caller may not see it. */
const written =
  (serving: Serving, serializer: AnySerializer, key: Json): TE.TaskEither<Failure, Json> =>
  async () => {
    const { context } = serving
    const { model, queryset } = serializer
    const one = prepared(context, whereIs(queryset, model.primaryKey, key), serializer)
    const rows = await fetchedRows(context.client)(one)()
    if (E.isLeft(rows)) return rows
    const [row] = rows.right
    return row === undefined ? E.left(notFound) : shownRow(serving, serializer, row as ReadRow)() // a row of a model
  }

/**
 * The ETag of a written row, which is the one that GET returns. `shown` is the row in the form of `serializer`. GET may
 * use another form.
 */
const etagAfter =
  (
    serving: Serving,
    view: View,
    serializer: AnySerializer,
    key: Json,
    shown: Json,
  ): TE.TaskEither<Failure, string> =>
  async () => {
    const retrieving = view.serializer('retrieve')
    if (retrieving === serializer) return E.right(await etagOf(shown))
    const row = await written(serving, retrieving, key)()
    return E.isLeft(row) ? row : E.right(await etagOf(row.right))
  }

const keyOf = (model: Model, row: ReadRow): Json => {
  const column = model.columns.get(model.primaryKey)
  return column === undefined ? null : O.toNullable(storedOf(column, row[model.primaryKey]))
}

const storedRow = (model: Model, row: ReadRow): Row =>
  Object.fromEntries(
    [...model.columns.values()].map((column) => [
      column.name,
      row[column.name] === null ? null : O.toNullable(storedOf(column, row[column.name])),
    ]),
  )

/** @since 0.2.0 */
export const retrieve =
  (serving: Serving, view: View, text: string): TE.TaskEither<Failure, Answer> =>
  async () => {
    const serializer = view.serializer('retrieve')
    const row = await findRow(serving, view, serializer, text)()
    if (E.isLeft(row)) return row
    const shown = await shownRow(serving, serializer, row.right)()
    if (E.isLeft(shown)) return shown
    const etag = await etagOf(shown.right)
    const seen = serving.context.request.headers.get('if-none-match')
    return E.right(
      seen !== null && matches(seen, etag, true)
        ? { status: 304, body: undefined, headers: { etag } }
        : { status: 200, body: shown.right, headers: { etag } },
    )
  }

/** @since 0.2.0 */
export const createRow =
  (serving: Serving, view: View): TE.TaskEither<Failure, Answer> =>
  async () => {
    const { context, limits, links } = serving
    const serializer = view.serializer('create')
    const body = await readBody(context.request, limits)
    if (E.isLeft(body)) return body
    const changes = await resolveInput({ context, links, most: limits.values }, serializer, body.right, {
      partial: false,
      row: null,
    })()
    if (E.isLeft(changes)) return changes
    const key = await createWith(context, serializer.model, changes.right, view.set(context as never))() // of its own types
    if (E.isLeft(key)) return E.left(renamedIn(serializer, key.left))
    const shown = await written(serving, serializer, key.right)()
    if (E.isLeft(shown)) return shown
    const etag = await etagAfter(serving, view, serializer, key.right, shown.right)()
    if (E.isLeft(etag)) return etag
    const own = serializer.fields.find(({ shape }) => shape._tag === 'self')
    const url =
      own === undefined || typeof shown.right !== 'object'
        ? null
        : (shown.right as { readonly [name: string]: Json })[own.name]
    return E.right({
      status: 201,
      body: shown.right,
      headers: { etag: etag.right, ...(typeof url === 'string' ? { location: url } : {}) },
    })
  }

/** Errors of a write by the serializer's names. The write reports them by the model's names. */
const renamedIn = ({ fields }: AnySerializer, failure: Failure): Failure => {
  if (failure._tag !== 'Invalid' && failure._tag !== 'Conflict') return failure
  const named = (name: string | null): string | null =>
    fields.find(({ source }) => source === name)?.name ?? name
  const errors = failure.errors.map((error) => ({ ...error, field: named(error.field) }))
  return failure._tag === 'Invalid'
    ? { ...failure, errors }
    : { ...failure, errors, fields: failure.fields.map((name) => named(name) ?? name) }
}

/** Whether the row still matches the request's condition, if it has one. */
const unchanged = async (
  serving: Serving,
  serializer: AnySerializer,
  row: ReadRow,
): Promise<E.Either<Failure, boolean>> => {
  const wanted = serving.context.request.headers.get('if-match')
  if (wanted === null) return E.right(false)
  const shown = await shownRow(serving, serializer, row)()
  if (E.isLeft(shown)) return shown
  return matches(wanted, await etagOf(shown.right), false)
    ? E.right(true)
    : E.left(refuse(412, 'precondition_failed', 'The row was changed meanwhile.'))
}

/** Reads, checks and writes an update of a row. @since 0.2.0 */
export const change =
  (
    serving: Serving,
    view: View,
    serializer: AnySerializer,
    row: ReadRow,
    input: Input,
    partial: boolean,
  ): TE.TaskEither<Failure, Json> =>
  async () => {
    const { context, links, limits } = serving
    const locked = await unchanged(serving, view.serializer('retrieve'), row)
    if (E.isLeft(locked)) return locked
    const changes = await resolveInput({ context, links, most: limits.values }, serializer, input, {
      partial,
      row,
    })()
    if (E.isLeft(changes)) return changes
    const { model } = serializer
    const expect = locked.right ? storedRow(model, row) : null
    const own = view.set(context as never) // of its own types
    const done = await updateWith(context, model, keyOf(model, row), changes.right, own, expect)()
    if (E.isLeft(done))
      return E.left(
        locked.right &&
          done.left._tag === 'Conflict' &&
          done.left.errors.every(({ code }) => code === 'changed')
          ? refuse(412, 'precondition_failed', 'The row was changed meanwhile.')
          : renamedIn(serializer, done.left),
      )
    return written(serving, serializer, done.right)()
  }

/** Writes values that the program gives to a row. @since 0.2.0 */
export const changeValues =
  (
    serving: Serving,
    serializer: AnySerializer,
    row: ReadRow,
    values: { readonly [name: string]: unknown },
  ): TE.TaskEither<Failure, Json> =>
  async () => {
    const { context } = serving
    const { model } = serializer
    const changes = { values, links: new Map(), nested: [] }
    const done = await updateWith(context, model, keyOf(model, row), changes, {}, null)()
    return E.isLeft(done)
      ? E.left(renamedIn(serializer, done.left))
      : written(serving, serializer, done.right)()
  }

/** @since 0.2.0 */
export const updateRow =
  (serving: Serving, view: View, text: string, partial: boolean): TE.TaskEither<Failure, Answer> =>
  async () => {
    const serializer = view.serializer(partial ? 'partialUpdate' : 'update')
    const row = await findRow(serving, view, serializer, text)()
    if (E.isLeft(row)) return row
    const body = await readBody(serving.context.request, serving.limits)
    if (E.isLeft(body)) return body
    const shown = await change(serving, view, serializer, row.right, body.right, partial)()
    if (E.isLeft(shown)) return shown
    const key = keyOf(serializer.model, row.right)
    const etag = await etagAfter(serving, view, serializer, key, shown.right)()
    if (E.isLeft(etag)) return etag
    return E.right({ status: 200, body: shown.right, headers: { etag: etag.right } })
  }

/** @since 0.2.0 */
export const destroyRow =
  (serving: Serving, view: View, text: string): TE.TaskEither<Failure, Answer> =>
  async () => {
    const { context } = serving
    const serializer = view.serializer('retrieve')
    const row = await findRow(serving, view, serializer, text)()
    if (E.isLeft(row)) return row
    const locked = await unchanged(serving, serializer, row.right)
    if (E.isLeft(locked)) return locked
    const { model } = serializer
    const all: AnyQueryset = allRows(context.client.schema, model.name)
    const one = whereIs(all, model.primaryKey, keyOf(model, row.right))
    const gone = await deleteRows(context.client)(one as Queryset<unknown, unknown>)()
    return E.isLeft(gone) ? gone : E.right({ status: 204, body: undefined })
  }
