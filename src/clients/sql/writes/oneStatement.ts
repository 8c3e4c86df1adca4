/**
 * Mutations as one statement each, where their meaning allows it.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Json, Row } from '../../../value/Value.js'
import type { Model, ModelColumn } from '../../../schema/Schema.js'
import { pointersTo } from '../../../schema/pointers.js'
import { valuesOf } from '../../../schema/Schema.js'
import { validateChange } from '../../../schema/validate.js'
import type { Named } from '../../../expression/Expression.js'
import { infer } from '../../../query/infer.js'
import { mergedInto } from '../../../query/mergedInto.js'
import {
  mutatedModel,
  rowsToWrite,
  type Delete,
  type Insert,
  type Mutated,
  type Mutation,
  type Update,
} from '../../../query/Mutation.js'
import type { Query } from '../../../query/Query.js'
import type { TypedQuery } from '../../../query/TypedQuery.js'
import { contextFor } from '../compile.js'
import type { Answered } from '../Driver.js'
import { converted } from '../expression.js'
import { outputsOf } from '../outputs.js'
import { compileQuery } from '../select.js'
import { join, nothing, numbered, sql, type Sql } from '../Sql.js'
import { columnsIn, newTable, selectFrom, stageOf, type Context, type Stage } from '../Stage.js'
import { beforeTheirColumns } from './assignmentOrder.js'
import { columnIn, tableIn, type Place } from './Place.js'
import { insertRows } from './rowStatements.js'
import { unsendable } from './unsendable.js'

/**
 * The statement for a mutation, and how its answer is read.
 *
 * @since 0.2.0
 */
export interface OneStatement {
  readonly statement: Sql
  readonly read: (answer: Answered) => Mutated
}

/**
 * The single statement for a mutation. `null` if none is known to have the same meaning.
 *
 * @since 0.2.0
 */
export const oneStatement = (place: Place, mutation: Mutation): OneStatement | null => {
  const model = place.schema.models.get(mutatedModel(mutation))
  if (model === undefined || mutation.expect !== null) return null
  switch (mutation._tag) {
    case 'insert':
      return insertion(place, model, mutation)
    case 'update':
      return change(place, model, mutation)
    case 'delete':
      return removal(place, model, mutation)
  }
}

/** Rows that are made whatever is there are another matter: see `createRows`. */
const insertion = (place: Place, model: Model, { rows, onConflict }: Insert): OneStatement | null => {
  if (onConflict._tag === 'refuse' || place.dialect.abilities.upsert !== 'on conflict') return null
  const pk = model.primaryKey
  const counted = rows.filter((row) => (row[pk] ?? null) === null).length
  const auto = model.columns.get(pk)?.auto === true
  // The counter would have to be moved past keys that are given.
  if (
    rows.length === 0 ||
    (auto && counted !== rows.length) ||
    unsendable(place.dialect, model, rows) !== null
  )
    return null
  const columns = [...model.columns.values()].filter(({ name }) => !auto || name !== pk)
  if (columns.length === 0) return null
  // A row can be changed once in a statement.
  const some =
    onConflict._tag === 'update'
      ? mergedInto(model, onConflict.by, onConflict.set, rows, new Map()).created
      : rows
  const returned = [...model.columns.values()]
  return {
    statement: insertRows(place, model, columns, some, onConflict, returned),
    read: ({ rows: given }) => {
      const made = given.map((raw) => rowOf(place, returned, raw))
      const ordered = onConflict._tag === 'update' ? inOrderOf(model, onConflict.by, some, made) : made
      return { rows: ordered, counts: { [model.name]: ordered.length } }
    },
  }
}

const rowOf = (place: Place, columns: ReadonlyArray<ModelColumn>, raw: ReadonlyArray<unknown>): Row =>
  Object.fromEntries(
    columns.map(({ name, kind }, i): readonly [string, Json] => [
      name,
      place.dialect.decode(kind, raw[i] ?? null) ?? null,
    ]),
  )

/** Rows in the order of those with the same values in unique columns. */
const inOrderOf = (
  model: Model,
  by: ReadonlyArray<string>,
  asked: ReadonlyArray<Row>,
  made: ReadonlyArray<Row>,
): ReadonlyArray<Row> => {
  const values = valuesOf(model, by)
  const places = new Map(asked.map((row, i) => [values(row), i]))
  const placed = made.map((row, i) => ({
    row,
    at: values(row) === null ? i : (places.get(values(row)) ?? i),
  }))
  return placed.sort((a, b) => a.at - b.at).map(({ row }) => row)
}

/** A query whose rows are those of a model that meet a condition, and nothing else. */
const isPlain = (query: Query): boolean =>
  query.from._tag === 'model' &&
  query.annotations.length === 0 &&
  query.distinctOn === null &&
  query.columns === null &&
  query.group === null &&
  !query.distinct &&
  query.slice === null

/** Whether a statement can read and write the rows of a query: it must be the table itself. */
const tableStage = (place: Place, context: Context, model: Model): Stage & { readonly alias: Sql } => {
  const alias = newTable(context)
  const source = sql`${tableIn(place, model)} as ${alias}`
  return { ...stageOf(context, source, columnsIn(context, model.name, alias), model.name), alias }
}

const change = (place: Place, model: Model, { query, set }: Update): OneStatement | null => {
  if (set.length === 0) return null
  const values = set.map((each) => settable(model, each))
  const plain = values.flatMap((each) => each ?? [])
  if (plain.length < set.length) return null
  const read = ({ affected }: Answered): Mutated => ({ rows: [], counts: { [model.name]: affected } })
  const statement = isPlain(query)
    ? directly(place, model, query, plain)
    : plain.every(({ expression }) => expression._tag === 'const')
      ? byKeys(place, model, query, plain)
      : null
  return statement === null ? null : { statement, read }
}

/** The new value of a column, if nothing about it has to be checked when the statement runs. */
const settable = (model: Model, { name, expression }: Named<Query>): Named<Query> | null => {
  const column = model.columns.get(name)
  if (column === undefined) return null
  if (expression._tag === 'const') {
    const checked = validateChange(model, [{ [name]: expression.value }], true)
    const value = E.isRight(checked) ? checked.right[0]?.[name] : undefined
    return value === undefined ? null : { name, expression: { _tag: 'const', kind: column.kind, value } }
  }
  const { maxLength, minLength, min, max, maxDigits, decimalPlaces, choices, codec } = column.field
  const limits = [maxLength, minLength, min, max, maxDigits, decimalPlaces, choices, codec]
  return limits.every((each) => each === null) && column.kind !== 'decimal' ? { name, expression } : null
}

/** The conditions and the new values over the table that is written. */
const directly = (
  place: Place,
  model: Model,
  query: Query,
  given: ReadonlyArray<Named<Query>>,
): Sql | null => {
  const set = place.dialect.name === 'mysql' ? beforeTheirColumns(given) : given
  if (set === null) return null
  const typed = infer(
    place.schema,
    rowsToWrite({ ...query, order: [], reverse: false }, model.primaryKey, set),
  )
  if (E.isLeft(typed)) return null
  const context = contextFor(place)
  const stage = tableStage(place, context, model)
  const frame = { stage, parent: null }
  const { where, columns } = typed.right
  const met = where === null ? nothing : sql` where ${context.compile.predicate(frame, where, true)}`
  const assigned = (columns ?? []).slice(1).map(({ name, expression }) => {
    const value = context.compile.expression(frame, expression)
    const kind = model.columns.get(name)?.kind ?? value.type.kind
    return sql`${columnIn(place, model, name)} = ${converted(context, value, kind).sql}`
  })
  if (context.refusals.length > 0 || stage.joined.size > 0) return null
  return sql`update ${stage.source} set ${join(assigned)}${met}`
}

/** New values that are the same for all rows, of those whose keys a query gives. */
const byKeys = (place: Place, model: Model, query: Query, set: ReadonlyArray<Named<Query>>): Sql | null => {
  const keys = keysOf(place, model, query)
  if (keys === null) return null
  const assigned = set.flatMap(({ name, expression }) =>
    expression._tag === 'const'
      ? [
          sql`${columnIn(place, model, name)} = ${place.dialect.bind(model.columns.get(name)?.kind ?? expression.kind, expression.value)}`,
        ]
      : [],
  )
  const own = columnIn(place, model, model.primaryKey)
  return sql`update ${tableIn(place, model)} set ${join(assigned)} where ${own} in (${keys})`
}

/** The keys of a query's rows, as a derived table: MariaDB takes no LIMIT in `IN`, and no table that is written. */
const keysOf = (place: Place, model: Model, query: Query): Sql | null => {
  const typed = infer(place.schema, rowsToWrite(query, model.primaryKey))
  if (E.isLeft(typed)) return null
  const context = contextFor(place)
  const outputs = outputsOf(compileQuery(context, typed.right, null), typed.right, null)
  const [key] = outputs.columns
  if (context.refusals.length > 0 || key === undefined || outputs.columns.length !== 1) return null
  const text = selectFrom(outputs.stage, [sql`${key.sql} as ${numbered('k', 0)}`], true)
  return sql`select ${numbered('k', 0)} from (${text}) as ${numbered('s', 0)}`
}

const removal = (place: Place, model: Model, { query }: Delete): OneStatement | null => {
  const alone = pointersTo(place.schema, model.name).every(({ onDelete }) => onDelete === 'doNothing')
  if (!alone) return null
  const statement = isPlain(query) ? removedDirectly(place, model, query) : null
  const keys = statement === null ? keysOf(place, model, query) : null
  const own = columnIn(place, model, model.primaryKey)
  const whole =
    statement ?? (keys === null ? null : sql`delete from ${tableIn(place, model)} where ${own} in (${keys})`)
  return whole === null
    ? null
    : {
        statement: whole,
        read: ({ affected }) => ({ rows: [], counts: affected === 0 ? {} : { [model.name]: affected } }),
      }
}

const removedDirectly = (place: Place, model: Model, query: Query): Sql | null => {
  const typed = infer(place.schema, rowsToWrite({ ...query, order: [], reverse: false }, model.primaryKey))
  if (E.isLeft(typed)) return null
  const context = contextFor(place)
  const stage = tableStage(place, context, model)
  const { where }: TypedQuery = typed.right
  const met =
    where === null ? nothing : sql` where ${context.compile.predicate({ stage, parent: null }, where, true)}`
  if (context.refusals.length > 0 || stage.joined.size > 0) return null
  const { name } = place.dialect
  const what = name === 'mariadb' || name === 'mysql' ? sql`${stage.alias} from` : sql`from`
  return sql`delete ${what} ${stage.source}${met}`
}
