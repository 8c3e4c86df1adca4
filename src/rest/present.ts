/**
 * Rows in the form of a serializer.
 *
 * Related rows are read for all rows together: to-many relations with the rows, and to-one relations by one query for
 * each relation. The number of queries doesn't depend on the number of rows, except that many keys are read in chunks.
 *
 * @since 0.2.0
 */
import { either as E, option as O, type taskEither as TE } from 'fp-ts'
import { hash } from '../value/Order.js'
import type { QueryError } from '../value/QueryError.js'
import type { Json } from '../value/Value.js'
import { textOf } from '../schema/rowErrors.js'
import type { Model, ModelColumn, ModelRelation, Schema } from '../schema/Schema.js'
import { storedOf } from '../schema/validate.js'
import { annotate } from '../queryset/annotate.js'
import { allRows, type AnyQueryset, type Queryset } from '../queryset/Queryset.js'
import { fetchedRows } from '../run/run.js'
import { ordered, orderKey, whereIn, withOnly, withRelated } from '../serializers/where.js'
import { spelled, writeValue } from '../serializers/write.js'
import type { Context } from './Context.js'
import type { Links } from './Links.js'
import type { AnySerializer, SerializerField, FieldShape } from './Serializer.js'

/** A row as it was read. @since 0.2.0 */
export interface ReadRow {
  readonly [name: string]: unknown
}

interface Presenting {
  readonly context: Context
  readonly links: Links
}

type RelatedShape = Extract<FieldShape, { readonly _tag: 'related' }>

/** The order in which people see a model's rows. The key breaks ties. @since 0.2.0 */
export const peopleOrder = (queryset: AnyQueryset, { ordering, primaryKey }: Model): AnyQueryset =>
  ordered(
    queryset,
    ordering.length === 0
      ? [orderKey([primaryKey], false)]
      : ordering.map(({ column, descending }) => orderKey([column], descending)),
  )

/** The output of a serializer that isn't stored in the row itself. */
const shown = ({ fields }: AnySerializer): ReadonlyArray<SerializerField> =>
  fields.filter(({ writeOnly, shape }) => !writeOnly && shape._tag !== 'extra')

/**
 * A queryset with everything that the serializer needs.
 *
 * @since 0.2.0
 */
export const prepared = (context: Context, queryset: AnyQueryset, serializer: AnySerializer): AnyQueryset =>
  shown(serializer).reduce((at, { name, shape }) => {
    if (shape._tag === 'expression')
      // The row's type has been forgotten, and its references with it.
      return annotate((row: never) => ({ [name]: shape.of(row) }) as never)(at as Queryset<never, unknown>)
    return shape._tag === 'related' && shape.many
      ? withRelated(at, shape.relation.name, relatedRows(context, at.schema, shape))
      : at
  }, queryset)

/** The related rows that the caller may see, with the values to show. */
const relatedRows = (
  context: Context,
  schema: Schema,
  { relation, within, as }: RelatedShape,
): AnyQueryset => {
  const all = within === null ? allRows(schema, relation.target) : within(context as Context<never>) // of the author's own type
  const target = schema.models.get(relation.target)
  if (target === undefined) return all
  const inOrder = peopleOrder(all, target)
  switch (as._tag) {
    case 'nested':
      return prepared(context, inOrder, as.serializer)
    case 'key':
      return withOnly(ordered(all, [orderKey([target.primaryKey], false)]), [target.primaryKey])
    default:
      return inOrder
  }
}

/**
 * The rows of a prepared queryset, in the form of the serializer.
 *
 * @since 0.2.0
 */
export const presentAll =
  (
    presenting: Presenting,
    serializer: AnySerializer,
    queryset: AnyQueryset,
  ): TE.TaskEither<QueryError, ReadonlyArray<Json>> =>
  async () => {
    const rows = await fetchedRows(presenting.context.client)(queryset)()
    // The rows of a model are objects.
    return E.isLeft(rows) ? rows : present(presenting, serializer, rows.right as ReadonlyArray<ReadRow>)()
  }

/** The values of one field for each of the rows. */
type FieldValues = ReadonlyArray<Json>

/**
 * Rows of a prepared queryset, in the form of the serializer.
 *
 * @since 0.2.0
 */
export const present =
  (
    presenting: Presenting,
    serializer: AnySerializer,
    rows: ReadonlyArray<ReadRow>,
  ): TE.TaskEither<QueryError, ReadonlyArray<Json>> =>
  async () => {
    const fields = shown(serializer)
    const values: Array<FieldValues> = []
    /* eslint-disable-next-line functional/no-loop-statements -- one field after the other */
    for (const field of fields) {
      const of = await valuesOf(presenting, serializer, field, rows)
      if (E.isLeft(of)) return of
      values.push(of.right)
    }
    return E.right(
      rows.map((_, i) => Object.fromEntries(fields.map(({ name }, j) => [name, values[j]?.[i] ?? null]))),
    )
  }

const valuesOf = async (
  presenting: Presenting,
  { model }: AnySerializer,
  { name, source, shape }: SerializerField,
  rows: ReadonlyArray<ReadRow>,
): Promise<E.Either<QueryError, FieldValues>> => {
  switch (shape._tag) {
    case 'value':
      return E.right(rows.map((row) => outputOf(shape.column, row[source ?? name])))
    case 'expression':
      return E.right(rows.map((row) => asJson(row[name])))
    case 'computed':
      return E.right(rows.map((row) => asJson(shape.of(row as never)))) // a row of the model
    case 'self': {
      const column = presenting.links.column(shape.view)
      return E.right(rows.map((row) => linkOf(presenting.links, shape.view, column, row)))
    }
    case 'extra':
      return E.right(rows.map(() => null))
    case 'related':
      return shape.many ? manyValues(presenting, shape, rows) : oneValues(presenting, model, shape, rows)
  }
}

const linkOf = (links: Links, view: string, column: ModelColumn | null, row: ReadRow): Json => {
  const key = column === null ? null : outputOf(column, row[column.name])
  return key === null ? null : links.row(view, spelled(key))
}

/** A stored value in the form of an API. @since 0.2.0 */
export const outputOf = (column: ModelColumn, value: unknown): Json =>
  value === null || value === undefined
    ? null
    : writeValue(column, O.getOrElse((): Json => null)(storedOf(column, value)))

/** An author's value as JSON. */
const asJson = (value: unknown): Json => {
  const json = O.toUndefined(O.tryCatch((): unknown => JSON.parse(JSON.stringify(value ?? null))))
  return (json ?? null) as Json // just parsed
}

/** A related row in the form of its field. */
const relatedValue = ({ links }: Presenting, target: Model, as: RelatedShape['as'], row: ReadRow): Json => {
  switch (as._tag) {
    case 'slug': {
      const column = target.columns.get(as.column)
      return column === undefined ? null : outputOf(column, row[as.column])
    }
    case 'link':
      return linkOf(links, as.view, links.column(as.view), row)
    case 'text':
      return textOf(target, row)
    default: {
      const column = target.columns.get(target.primaryKey)
      return column === undefined ? null : outputOf(column, row[target.primaryKey])
    }
  }
}

const manyValues = async (
  presenting: Presenting,
  shape: RelatedShape,
  rows: ReadonlyArray<ReadRow>,
): Promise<E.Either<QueryError, FieldValues>> => {
  const { relation, as } = shape
  const target = presenting.context.client.schema.models.get(relation.target)
  // They were read together with the rows.
  const lists = rows.map((row) => (row[relation.name] ?? []) as ReadonlyArray<ReadRow>)
  if (target === undefined) return E.right(lists.map(() => []))
  if (as._tag !== 'nested')
    return E.right(lists.map((list) => list.map((each) => relatedValue(presenting, target, as, each))))
  const made = await present(presenting, as.serializer, lists.flat())()
  if (E.isLeft(made)) return made
  const at = { start: 0 }
  return E.right(
    lists.map((list) => {
      const own = made.right.slice(at.start, at.start + list.length)
      at.start += list.length
      return own
    }),
  )
}

/** A query with more keys would be larger than backends accept. */
const mostKeys = 1000

const oneValues = async (
  presenting: Presenting,
  model: Model,
  shape: RelatedShape,
  rows: ReadonlyArray<ReadRow>,
): Promise<E.Either<QueryError, FieldValues>> => {
  const { relation, as, column } = shape
  const { client } = presenting.context
  const target = client.schema.models.get(relation.target)
  if (target === undefined) return E.right(rows.map(() => null))
  const near = column?.name ?? model.primaryKey
  if (as._tag === 'key' && column !== null) return E.right(rows.map((row) => outputOf(column, row[near])))
  if (as._tag === 'link' && column !== null && presenting.links.column(as.view)?.name === target.primaryKey)
    return E.right(rows.map((row) => linkToKey(presenting.links, as.view, outputOf(column, row[near]))))
  const far = farColumn(relation, target)
  const own = model.columns.get(near)
  if (far === undefined || own === undefined) return E.right(rows.map(() => null))
  const key = hash(far.kind)
  const stored = rows.map((row) => (row[near] === null ? null : O.toNullable(storedOf(own, row[near]))))
  const keys = [
    ...new Map(stored.flatMap((each) => (each === null ? [] : [[key(each), each] as const]))).values(),
  ]
  const related = relatedRows(presenting.context, client.schema, shape)
  const found = await rowsByKey(client, related, target, far, keys)
  if (E.isLeft(found)) return found
  const shownRows: E.Either<QueryError, ReadonlyArray<Json>> = as._tag === 'nested'
    ? await present(presenting, as.serializer, found.right)()
    : E.right(found.right.map((row) => relatedValue(presenting, target, as, row)))
  if (E.isLeft(shownRows)) return shownRows
  const byKey = new Map(
    found.right.map(
      (row, i) => [key(O.toNullable(storedOf(far, row[far.name]))), shownRows.right[i] ?? null] as const,
    ),
  )
  return E.right(stored.map((each) => (each === null ? null : (byKey.get(key(each)) ?? null))))
}

const farColumn = ({ via }: ModelRelation, target: Model): ModelColumn | undefined =>
  target.columns.get(via._tag === 'reverse' ? via.column : target.primaryKey)

const linkToKey = (links: Links, view: string, key: Json): Json =>
  key === null ? null : links.row(view, spelled(key))

const rowsByKey = async (
  client: Context['client'],
  queryset: AnyQueryset,
  target: Model,
  column: ModelColumn,
  keys: ReadonlyArray<Json>,
): Promise<E.Either<QueryError, ReadonlyArray<ReadRow>>> => {
  const all: Array<ReadRow> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one chunk after the other */
  for (let start = 0; start < keys.length; start += mostKeys) {
    const some = whereIn(queryset, target.name, column.name, keys.slice(start, start + mostKeys))
    const rows = await fetchedRows(client)(some)()
    if (E.isLeft(rows)) return rows
    // The rows of a model are objects.
    ;(rows.right as ReadonlyArray<ReadRow>).forEach((row) => all.push(row))
  }
  return E.right(all)
}
