/**
 * Aggregates in SQL: of the rows of a group, and of related rows. The latter are subqueries, so that two of them don't
 * multiply each other.
 *
 * @since 0.2.0
 */
import type { Json } from '../../value/Value.js'
import { aggregate } from '../../expression/aggregate.js'
import type { TypedAggregate, TypedExpression } from '../../expression/Typed.js'
import type { TypedQuery } from '../../query/TypedQuery.js'
import type { Spelled } from './Dialect.js'
import { lately } from './late.js'
import { outwards, reachedFrom } from './relation.js'
import { nothing, sql, type Sql } from './Sql.js'
import { refuse, selectFrom, type Frame } from './Stage.js'

type Node = TypedAggregate<TypedQuery>

/**
 * An aggregate without its default.
 *
 * @since 0.2.0
 */
export const compileAggregate = (frame: Frame, node: Node): Spelled =>
  node.over === 'row'
    ? ofRelated(frame, outwards(frame, node.level), node)
    : node.joins.length === 0
      ? ofGroup(frame, node)
      : ofRelatedInGroup(frame, node)

/** An aggregate of the related rows of a row. */
const ofRelated = (frame: Frame, start: Frame, node: Node): Spelled => {
  const { stage, key, near } = reachedFrom(start, node.joins)
  const inner: Frame = { stage, parent: frame }
  stage.where.push(sql`${key} = ${near.sql}`)
  if (node.filter !== null) stage.where.push(stage.context.compile.predicate(inner, node.filter, true))
  return within(taken(inner, node, key), (text) => sql`(${selectFrom(stage, [text], false)})`)
}

/** The expression around the values: the result itself, or the values that it is computed from. */
const within = (x: Spelled, around: (text: Sql) => Sql): Spelled => {
  const { late } = x
  if (late === undefined) return { ...x, sql: around(x.sql) }
  return { ...x, late: { ...late, inputs: late.inputs.map((each) => ({ ...each, sql: around(each.sql) })) } }
}

/** An aggregate of the rows of a group, which are the rows of the frame's stage. */
const ofGroup = (frame: Frame, node: Node): Spelled => {
  const { context } = frame.stage
  if (node.filter === null) return taken(frame, node, null)
  const passes = context.compile.predicate(frame, node.filter, true)
  // An argument that refers only to outer rows must refer to the group's rows, too.
  const own = node.filter.reach === 1 || node.arg?.reach === 1 ? null : ownColumn(frame)
  const beside = (x: Spelled): Spelled => (own === null ? x : besideRow(x, own))
  const passing = ({ type, sql: text }: Omit<Spelled, 'column'>): Spelled =>
    beside({
      sql: sql`case when ${passes} then ${text} end`,
      type: { ...type, nullable: true },
      column: false,
    })
  if (node.arg === null)
    return told(node, sql`count(${passing({ sql: sql`1`, type: { kind: 'int', nullable: false } }).sql})`)
  return aggregated(frame, node, passing(context.compile.expression(frame, node.arg)))
}

const bare = ({ type }: Spelled): Omit<Spelled, 'sql'> => ({ type, column: false })

const told = ({ type }: Node, text: Sql): Spelled => ({ sql: text, type, column: false })

/**
 * An aggregate over the related rows of each row of a group. Counts, sums and extremes can be combined from those of
 * each row.
 * of those that each row has of its own.
 */
const ofRelatedInGroup = (frame: Frame, node: Node): Spelled => {
  const { context } = frame.stage
  const together = (name: Node['name'], own: Node['name']): Sql => {
    const x = ofRelated(frame, frame, { ...node, name: own, over: 'row', level: 0 })
    return (
      context.dialect.aggregate(
        name,
        { sql: x.sql, type: { kind: node.type.kind, nullable: own !== 'count' }, column: false },
        { distinct: false, sample: false },
      ) ?? refuse(context, `${name} of ${node.type.kind}`)
    )
  }
  if (node.distinct && node.name !== 'min' && node.name !== 'max')
    return told(
      node,
      refuse(context, 'an aggregate of different values that a relation leads to from a group'),
    )
  // A sum that is too large for one row is missing, and isn't left out.
  if (node.name === 'sum' && node.type.kind !== 'decimal')
    return told(node, refuse(context, 'a sum of what a relation leads to from a group'))
  switch (node.name) {
    case 'count':
      return told(node, sql`coalesce(${together('sum', 'count')}, ${context.dialect.bind('int', 0)})`)
    case 'sum':
    case 'min':
    case 'max':
      return told(node, together(node.name, node.name))
    default:
      return told(node, refuse(context, `${node.name} of what a relation leads to from a group`))
  }
}

/** The aggregate of an argument over the rows of a frame. `key` is a column of these rows that is never null. */
const taken = (frame: Frame, node: Node, key: Sql | null): Spelled => {
  if (node.arg === null) return told(node, sql`count(*)`)
  const { context } = frame.stage
  const x = context.compile.expression(frame, node.arg)
  if (looksAt(node.arg)) return aggregated(frame, node, x)
  const own = key ?? ownColumn(frame)
  if (own === null) return told(node, refuse(context, 'an aggregate of rows without a column'))
  return aggregated(frame, node, besideRow(x, own))
}

/** A column of a frame's rows. */
const ownColumn = ({ stage }: Frame): Sql | null =>
  [...stage.columns.values()].find(({ late, constant }) => late === undefined && constant === undefined)
    ?.sql ?? null

/** Whether an expression obviously refers to its own row. */
const looksAt = (arg: TypedExpression<TypedQuery>): boolean => arg._tag === 'column' && arg.level === 0

/**
 * If an argument refers only to outer rows, an engine would compute the aggregate there. So it is made to refer to its
 * own row.
 * to look at its own.
 */
const besideRow = (x: Spelled, key: Sql): Spelled => ({
  ...bare(x),
  sql: sql`case when ${key} is null or ${key} is not null then ${x.sql} end`,
})

const aggregated = (frame: Frame, node: Node, x: Spelled): Spelled => {
  const { context } = frame.stage
  const { name, distinct, sample } = node
  const { kind } = x.type
  if (name === 'count') {
    const value = distinct ? context.dialect.distinguishable(x) : x.sql
    if (value === null) return told(node, refuse(context, `different values of ${kind}`))
    return told(node, sql`count(${distinct ? sql`distinct ` : nothing}${value})`)
  }
  const made = context.dialect.aggregate(name, x, { distinct, sample })
  if (made !== null) return told(node, made)
  // The statement reads all values, and the library computes the aggregate.
  const { dialect } = context
  const all: Spelled = {
    sql: dialect.jsonRows(dialect.jsonArray([x]), null),
    type: { kind: 'json', nullable: true },
    column: false,
  }
  return lately(context, [all], node.type, `${name} of ${kind}`, ([list = null]) =>
    aggregate(
      name,
      kind,
      valuesIn(list, (raw) => dialect.decode(kind, raw)),
      { distinct, sample },
    ),
  )
}

/** The values of single-column rows that aren't missing. */
const valuesIn = (list: Json, decode: (raw: unknown) => Json | undefined): ReadonlyArray<Json> =>
  (Array.isArray(list) ? (list as ReadonlyArray<Json>) : []).flatMap((row) => {
    const value = Array.isArray(row) ? (decode(row[0] ?? null) ?? null) : null
    return value === null ? [] : [value]
  })
