/**
 * A `SELECT` under construction: the source of its rows, the spelling of their columns, and the clauses. If a clause
 * can't be added to it, it becomes a derived table of another `SELECT`.
 *
 * @since 0.2.0
 */
import type { Schema } from '../../schema/Schema.js'
import type { TypedExpression, TypedPredicate } from '../../expression/Typed.js'
import type { TypedQuery } from '../../query/TypedQuery.js'
import type { Dialect, Spelled } from './Dialect.js'
import type { TableNames } from './schema/tablesOf.js'
import { balanced, ident, join, natural, nothing, numbered, sql, type Sql } from './Sql.js'

/**
 * The state that the parts of one statement share. `refusals` collects what the engine can't spell. A statement with
 * refusals isn't run.
 *
 * @since 0.2.0
 */
export interface Context {
  readonly dialect: Dialect
  readonly schema: Schema
  readonly names: TableNames
  readonly refusals: Array<string>
  readonly numbers: { table: number; depth: number }
  readonly compile: Compile
  /** Whether a value that the engine can't compute may be computed after the rows are read. */
  readonly late: boolean
}

/**
 * The functions that spell the parts of a query. They call each other for nested parts. A predicate is spelled with a
 * polarity: its SQL is true exactly for the rows that meet it, or exactly for the others. For other rows it may be
 * null.
 *
 * @since 0.2.0
 */
export interface Compile {
  readonly expression: (frame: Frame, node: TypedExpression<TypedQuery>) => Spelled
  readonly predicate: (frame: Frame, node: TypedPredicate<TypedQuery>, holds: boolean) => Sql
  readonly query: (context: Context, query: TypedQuery, parent: Frame | null, base?: Stage) => Stage
}

/**
 * A key to sort by. `nulls` says where missing values go.
 *
 * @since 0.2.0
 */
export interface SortKey {
  readonly x: Spelled
  readonly descending: boolean
  readonly nullsFirst: boolean
}

/**
 * - `source` is the table, or the tables, that the rows come from; `joined` are the tables that paths of to-one
 *   relations lead to, by path. They grow as expressions are spelled.
 * - `where` grows too: all of it has to hold.
 * - `order` is that of the rows, whether they are sorted yet or not. It is empty for a bag.
 * - `group` counts the keys of a group, which are its first columns.
 * - `escapes` tells whether something in it looks at a row around it.
 *
 * @since 0.2.0
 */
export interface Stage {
  readonly context: Context
  readonly source: Sql
  readonly joined: Map<string, Joined>
  readonly columns: ReadonlyMap<string, Spelled>
  readonly model: string | null
  readonly where: Array<Sql>
  readonly order: ReadonlyArray<SortKey>
  readonly group: number | null
  readonly distinct: boolean
  readonly limit: { readonly offset: number; readonly limit: number | null } | null
  readonly told: { escapes: boolean }
}

/** @since 0.2.0 */
export interface Joined {
  readonly alias: Sql
  readonly clause: Sql
}

/**
 * A row that expressions look at, and the row around it.
 *
 * @since 0.2.0
 */
export interface Frame {
  readonly stage: Stage
  readonly parent: Frame | null
}

/**
 * Says that something can't be spelled, and stands for it.
 *
 * @since 0.2.0
 */
export const refuse = (context: Context, what: string): Sql => {
  context.refusals.push(what)
  return sql`null`
}

/**
 * A name for a table that no other has.
 *
 * @since 0.2.0
 */
export const newTable = ({ numbers }: Context): Sql => {
  numbers.table += 1
  return numbered('t', numbers.table)
}

/**
 * A stage over rows from somewhere, to which nothing has been done.
 *
 * @since 0.2.0
 */
export const stageOf = (
  context: Context,
  source: Sql,
  columns: ReadonlyMap<string, Spelled>,
  model: string | null,
  order: ReadonlyArray<SortKey> = [],
): Stage => ({
  context,
  source,
  joined: new Map(),
  columns,
  model,
  where: [],
  order,
  group: null,
  distinct: false,
  limit: null,
  told: { escapes: false },
})

/**
 * The columns of a model's rows, in a table of some name.
 *
 * @since 0.2.0
 */
export const columnsIn = (
  { schema, dialect, names }: Context,
  model: string,
  alias: Sql,
): ReadonlyMap<string, Spelled> =>
  new Map(
    [...(schema.models.get(model)?.columns.values() ?? [])].map(({ name, kind, nullable }) => [
      name,
      {
        sql: sql`${alias}.${ident(dialect.quote, names.column(model, name))}`,
        type: { kind, nullable },
        column: true,
        ofRow: true,
      },
    ]),
  )

/**
 * A model's table.
 *
 * @since 0.2.0
 */
export const tableOf = ({ dialect, names }: Context, model: string): Sql =>
  ident(dialect.quote, names.table(model))

/**
 * All rows of a model.
 *
 * @since 0.2.0
 */
export const modelStage = (context: Context, model: string): Stage => {
  const alias = newTable(context)
  return stageOf(context, sql`${tableOf(context, model)} ${alias}`, columnsIn(context, model, alias), model)
}

/**
 * A stage that takes conditions: the stage itself, or a stage around it if it has a clause that is evaluated after
 * conditions.
 *
 * @since 0.2.0
 */
export const opened = (stage: Stage): Stage =>
  stage.limit === null && stage.group === null && !stage.distinct ? stage : wrapped(stage)

/**
 * A stage around another, which becomes a derived table. The keys of its order come along.
 *
 * @since 0.2.0
 */
export const wrapped = (stage: Stage, besides: ReadonlyMap<string, Spelled> = new Map()): Stage => {
  const { context, columns, model, told } = stage
  if (told.escapes && !context.dialect.abilities.correlatedDerived)
    refuse(context, 'a derived table that looks at a row around it')
  const alias = newTable(context)
  const all = [...columns, ...besides]
  const given: Array<Spelled> = []
  const column = (x: Spelled): Spelled => {
    given.push(x)
    return { ...stored(x), sql: sql`${alias}.${numbered('c', given.length - 1)}` }
  }
  const spelled = new Map(
    all.map(([name, x]): readonly [string, Spelled] => [
      name,
      x.late === undefined ? column(x) : { ...x, late: { ...x.late, inputs: x.late.inputs.map(column) } },
    ]),
  )
  const known = new Map(all.map(([name, { sql: text }]) => [text, spelled.get(name)]))
  const keys = stage.order.filter(({ x }) => known.get(x.sql) === undefined)
  const order = stage.order.map((key): SortKey => {
    const found = known.get(key.x.sql)
    const at = keys.indexOf(key)
    return { ...key, x: found ?? { ...stored(key.x), sql: sql`${alias}.${numbered('k', at)}` } }
  })
  const outputs = [
    ...given.map(({ sql: text }, i) => sql`${text} as ${numbered('c', i)}`),
    ...keys.map(({ x }, i) => sql`${x.sql} as ${numbered('k', i)}`),
  ]
  const body = selectFrom(stage, outputs, stage.limit !== null)
  return stageOf(context, sql`(${body}) ${alias}`, spelled, model, order)
}

/** The columns of a derived table have the collation, type and places of the values in them. */
const stored = ({ type, column, places }: Spelled): Omit<Spelled, 'sql'> => ({
  type,
  column,
  ofRow: true,
  ...(places === undefined ? {} : { places }),
})

/**
 * The statement that a stage has become, for some outputs. `ordered` says whether its rows have to be sorted.
 *
 * @since 0.2.0
 */
export const selectFrom = (stage: Stage, outputs: ReadonlyArray<Sql>, ordered: boolean): Sql => {
  const { context, source, joined, where, group, distinct, limit } = stage
  const { dialect } = context
  if (joined.size > dialect.abilities.maxJoins) refuse(context, 'so many joins')
  const joins = join(
    [...joined.values()].map(({ clause }) => clause),
    nothing,
  )
  const met = where.length === 0 ? nothing : sql` where ${balanced(where, sql` and `)}`
  const groups =
    group === null || group === 0
      ? nothing
      : sql` group by ${join(Array.from({ length: group }, (_, i) => natural(i + 1)))}`
  const order = ordered ? orderOf(stage) : null
  const sorted = order === null ? nothing : sql` order by ${order}`
  const cut = limit === null ? nothing : dialect.limit(limit.limit, limit.offset)
  // Without keys there is one group, of whatever there is: even where nothing that is asked for is an aggregate.
  const all = group === 0 ? [...outputs, sql`count(*)`] : outputs
  const listed = all.length === 0 ? sql`1` : join(all)
  return sql`select ${distinct ? sql`distinct ` : nothing}${listed} from ${source}${joins}${met}${groups}${sorted}${cut}`
}

/**
 * The sort keys of a stage. `null` if there are none that distinguish rows.
 *
 * @since 0.2.0
 */
export const orderOf = ({ context, order }: Stage): Sql | null => {
  const keys = order.flatMap((key) => sortedBy(context, key))
  return keys.length === 0 ? null : join(keys)
}

/**
 * A key of an `ORDER BY`, with its missing values where they belong.
 *
 * @since 0.2.0
 */
export const sortedBy = (context: Context, { x, descending, nullsFirst }: SortKey): ReadonlyArray<Sql> => {
  const { dialect } = context
  if (x.constant !== undefined) return []
  const key = dialect.sortable(x) ?? refuse(context, `an order by ${x.type.kind}`)
  const directed = descending ? sql`${key} desc` : key
  if (!x.type.nullable) return [directed]
  if (dialect.abilities.nullsOrder)
    return [sql`${directed}${nullsFirst ? sql` nulls first` : sql` nulls last`}`]
  return [nullsFirst ? sql`${x.sql} is not null` : sql`${x.sql} is null`, directed]
}
