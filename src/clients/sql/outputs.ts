/**
 * The columns that a statement returns, and how a row is made of them: columns by position, to-one related rows as
 * further columns, and to-many related rows as a JSON list.
 *
 * @since 0.2.0
 */
import type { Kind } from '../../value/Value.js'
import { isHidden, type Query } from '../../query/Query.js'
import { isGiven } from '../../query/shape.js'
import type { TypedQuery, TypedRelated } from '../../query/TypedQuery.js'
import type { Join } from '../../expression/Scope.js'
import type { Dialect, Late, Spelled } from './Dialect.js'
import { columnBehind, columnIn, joinedBy, reachedFrom } from './relation.js'
import { numbered, sql, textOf } from './Sql.js'
import { opened, orderOf, refuse, selectFrom, wrapped, type Frame, type Stage } from './Stage.js'

/**
 * Where a part of a row is among the values of a statement's row.
 *
 * - `value`: a value of a kind.
 * - `late`: a value that is made of values.
 * - `one`: a row beside it, `null` where the value at `key` is.
 * - `many`: a list of rows, as JSON. `single` says that the first stands for all.
 *
 * @since 0.2.0
 */
export type Part =
  | { readonly _tag: 'value'; readonly name: string; readonly at: number; readonly kind: Kind }
  | {
      readonly _tag: 'late'
      readonly name: string
      readonly inputs: ReadonlyArray<{ readonly at: number; readonly kind: Kind }>
      readonly compute: Late['compute']
    }
  | { readonly _tag: 'one'; readonly name: string; readonly key: number; readonly parts: ReadonlyArray<Part> }
  | {
      readonly _tag: 'many'
      readonly name: string
      readonly at: number
      readonly single: boolean
      readonly parts: ReadonlyArray<Part>
    }

/** @since 0.2.0 */
export interface Outputs {
  readonly stage: Stage
  readonly columns: ReadonlyArray<Spelled>
  readonly parts: ReadonlyArray<Part>
}

/**
 * The outputs of a compiled query.
 *
 * @since 0.2.0
 */
export const outputsOf = (compiled: Stage, query: TypedQuery, parent: Frame | null): Outputs => {
  const stage =
    query.related.length === 0 || (compiled.group === null && !compiled.distinct)
      ? compiled
      : opened(compiled)
  const columns: Array<Spelled> = []
  const besides = new Set(query.related.map(({ relation }) => relation))
  const values = [...query.scope.columns].flatMap(([name, { kind }]): ReadonlyArray<Part> => {
    if (isHidden(name) || besides.has(name) || !isGiven(query.scope, query, name)) return []
    const x = stage.columns.get(name)
    if (x === undefined) {
      refuse(stage.context, `the column ${name}`)
      return []
    }
    const at = (each: Spelled) => ({ at: columns.push(each) - 1, kind: each.type.kind })
    return x.late === undefined
      ? [{ _tag: 'value', name, ...at(x), kind }]
      : [{ _tag: 'late', name, inputs: x.late.inputs.map(at), compute: x.late.compute }]
  })
  const related = query.related.map((each) => relatedPart({ stage, parent }, columns, [], each))
  return { stage, columns, parts: [...values, ...related] }
}

const relatedPart = (
  frame: Frame,
  columns: Array<Spelled>,
  before: ReadonlyArray<Join>,
  related: TypedRelated,
): Part =>
  !related.many && isPlain(related.query)
    ? rowBeside(frame, columns, [...before, related.join], related)
    : listOf(frame, columns, before, related)

/** Whether a query gives all rows that it begins with, as they are. */
const isPlain = (query: Query): boolean =>
  query.from._tag === 'model' &&
  query.annotations.length === 0 &&
  query.where === null &&
  query.distinctOn === null &&
  query.columns === null &&
  query.group === null &&
  query.slice === null

/** The row of a to-one relation, by a join. */
const rowBeside = (
  frame: Frame,
  columns: Array<Spelled>,
  joins: ReadonlyArray<Join>,
  { relation, query, join: last }: TypedRelated,
): Part => {
  const add = (column: string): number => columns.push(columnBehind(frame, joins, column, true)) - 1
  const besides = new Set(query.related.map((each) => each.relation))
  const key = add(last.farKey)
  const values = [...query.scope.columns].flatMap(([name, { kind }]): ReadonlyArray<Part> =>
    besides.has(name) || !isGiven(query.scope, query, name)
      ? []
      : [{ _tag: 'value', name, at: add(name), kind }],
  )
  const inside = query.related.map((each) => relatedPart(frame, columns, joins, each))
  return { _tag: 'one', name: relation, key, parts: [...values, ...inside] }
}

/** The rows of a relation as a JSON list. */
const listOf = (
  frame: Frame,
  columns: Array<Spelled>,
  before: ReadonlyArray<Join>,
  { relation, many, query, join: step }: TypedRelated,
): Part => {
  const { stage: outer } = frame
  const { context } = outer
  const reached = reachedFrom({ stage: rowAt(outer, before), parent: frame.parent }, [step])
  reached.stage.where.push(sql`${reached.key} = ${reached.near.sql}`)
  reached.stage.told.escapes = true
  const compiled = context.compile.query(context, query, frame, reached.stage)
  const given =
    compiled.limit !== null || compiled.distinct || compiled.group !== null ? wrapped(compiled) : compiled
  const { stage, columns: inner, parts } = outputsOf(given, query, frame)
  const order = orderOf(stage)
  const rows = context.dialect.jsonRows(context.dialect.jsonArray(inner), order)
  const at =
    columns.push({
      sql: sql`(${selectFrom({ ...stage, order: [] }, [rows], false)})`,
      type: { kind: 'json', nullable: false },
      column: false,
    }) - 1
  return { _tag: 'many', name: relation, at, single: !many, parts }
}

/** The row that to-one relations lead to, as a stage whose columns are those of the joined table. */
const rowAt = (stage: Stage, joins: ReadonlyArray<Join>): Stage => {
  const last = joins.at(-1)
  if (last === undefined) return stage
  const alias = joinedBy(stage, joins)
  const { target } = last.relation
  const model = stage.context.schema.models.get(target)
  return {
    ...stage,
    model: target,
    columns: new Map(
      [...(model?.columns.values() ?? [])].map(({ name, kind }) => [
        name,
        {
          sql: columnIn(stage.context, target, alias, name),
          type: { kind, nullable: true },
          column: true,
        },
      ]),
    ),
  }
}

/**
 * The row that a statement's row says. A value that isn't of its kind stays as the driver gave it: the library's own
 * decoding finds it.
 *
 * @since 0.2.0
 */
export const rowFrom = (
  dialect: Dialect,
  parts: ReadonlyArray<Part>,
  raw: ReadonlyArray<unknown>,
  now: string,
): { readonly [name: string]: unknown } => {
  const row: { [name: string]: unknown } = {}
  /* eslint-disable-next-line functional/no-loop-statements -- called for each row */
  for (const part of parts) {
    if (part._tag === 'value') {
      const given = raw[part.at] ?? null
      const value = dialect.decode(part.kind, given)
      row[part.name] = value === undefined ? given : value
    } else if (part._tag === 'late') {
      const values = part.inputs.map(({ at, kind }) => dialect.decode(kind, raw[at] ?? null) ?? null)
      row[part.name] = part.compute(values, now)
    } else if (part._tag === 'one')
      row[part.name] = (raw[part.key] ?? null) === null ? null : rowFrom(dialect, part.parts, raw, now)
    else {
      const rows = listFrom(raw[part.at]).map((each) => rowFrom(dialect, part.parts, each, now))
      row[part.name] = part.single ? (rows[0] ?? null) : rows
    }
  }
  return row
}

/**
 * The rows of a JSON list.
 *
 * @since 0.2.0
 */
export const listFrom = (given: unknown): ReadonlyArray<ReadonlyArray<unknown>> => {
  const list: unknown = typeof given === 'string' ? JSON.parse(given) : given
  return Array.isArray(list) ? list.filter(isList) : []
}

const isList = (u: unknown): u is ReadonlyArray<unknown> => Array.isArray(u)

/**
 * The statement for the outputs of a query. What is computed gets a short name: the package for MariaDB stumbles over a
 * column that is called after a long expression. Two columns of one name get short names too, and so do those whose name
 * begins with a digit, since some packages give rows as objects, or with `__`, which mysql2 refuses in `__proto__`.
 *
 * @since 0.2.0
 */
export const selectOutputs = ({ stage, columns }: Outputs) => {
  const names = columns.map(({ sql: text, column }) => (column ? nameIn(textOf(text)) : null))
  const isClear = (name: string | null): boolean =>
    name !== null && names.indexOf(name) === names.lastIndexOf(name) && !/^["`]?(?:\d|__)/u.test(name)
  return selectFrom(
    stage,
    columns.map(({ sql: text, type: { kind } }, i) => {
      const asked = stage.context.dialect.asked(kind, text)
      return asked === text && isClear(names[i] ?? null) ? text : sql`${asked} as ${numbered('c', i)}`
    }),
    true,
  )
}

/** A column is a table, a dot, and a name. A name that contains a dot is cut, which makes any two such names equal. */
const nameIn = (column: string): string => column.slice(column.lastIndexOf('.') + 1)
