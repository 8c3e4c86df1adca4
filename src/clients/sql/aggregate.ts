/**
 * Aggregates in SQL: of the rows of a group, and of the rows that relations lead to, which are a subquery of their own, so
 * that two of them don't multiply each other.
 *
 * @since 0.2.0
 */
import type { TypedAggregate, TypedExpression } from '../../expression/Typed.js'
import type { TypedQuery } from '../../query/TypedQuery.js'
import type { Spelled } from './Dialect.js'
import { outwards, reachedFrom } from './relation.js'
import { nothing, sql, type Sql } from './Sql.js'
import { refuse, selectFrom, type Frame } from './Stage.js'

type Node = TypedAggregate<TypedQuery>

/**
 * An aggregate, without its default.
 *
 * @since 0.2.0
 */
export const compileAggregate = (frame: Frame, node: Node): Sql =>
  node.over === 'row'
    ? ofRelated(frame, outwards(frame, node.level), node)
    : node.joins.length === 0
      ? ofGroup(frame, node)
      : ofRelatedInGroup(frame, node)

/** Of the rows that relations lead to from a row. */
const ofRelated = (frame: Frame, start: Frame, node: Node): Sql => {
  const { stage, key, near } = reachedFrom(start, node.joins)
  const inner: Frame = { stage, parent: frame }
  stage.where.push(sql`${key} = ${near.sql}`)
  if (node.filter !== null) stage.where.push(stage.context.compile.predicate(inner, node.filter, true))
  return sql`(${selectFrom(stage, [taken(inner, node, key)], false)})`
}

/** Of the rows of a group, which here are the rows of the frame's stage. */
const ofGroup = (frame: Frame, node: Node): Sql => {
  const { context } = frame.stage
  if (node.filter === null) return taken(frame, node, null)
  const passes = context.compile.predicate(frame, node.filter, true)
  if (node.arg === null) return sql`count(case when ${passes} then 1 end)`
  const x = context.compile.expression(frame, node.arg)
  return aggregated(frame, node, {
    ...bare(x),
    sql: sql`case when ${passes} then ${x.sql} end`,
    type: { ...x.type, nullable: true },
  })
}

const bare = ({ type }: Spelled): Omit<Spelled, 'sql'> => ({ type, column: false })

/**
 * Of what relations lead to from each row of a group: of a group's counts, sums and extremes, which can be put together
 * of those that each row has of its own.
 */
const ofRelatedInGroup = (frame: Frame, node: Node): Sql => {
  const { context } = frame.stage
  const own = (name: Node['name']): Spelled => ({
    sql: ofRelated(frame, frame, { ...node, name, over: 'row', level: 0 }),
    type: { kind: node.type.kind, nullable: name !== 'count' },
    column: false,
  })
  const together = (name: Node['name'], x: Spelled): Sql =>
    context.dialect.aggregate(name, x, { distinct: false, sample: false }) ??
    refuse(context, `${name} of ${x.type.kind}`)
  if (node.distinct && node.name !== 'min' && node.name !== 'max')
    return refuse(context, 'an aggregate of different values that a relation leads to from a group')
  switch (node.name) {
    case 'count':
      return sql`coalesce(${together('sum', own('count'))}, ${context.dialect.bind('int', 0)})`
    case 'sum':
    case 'min':
    case 'max':
      return together(node.name, own(node.name))
    default:
      return refuse(context, `${node.name} of what a relation leads to from a group`)
  }
}

/** The aggregate of what the argument is on each row of a frame. `key` is a column of these rows that is never null. */
const taken = (frame: Frame, node: Node, key: Sql | null): Sql => {
  if (node.arg === null) return sql`count(*)`
  const { context } = frame.stage
  const x = context.compile.expression(frame, node.arg)
  if (looksAt(node.arg)) return aggregated(frame, node, x)
  if (key !== null) return aggregated(frame, node, besideRow(x, key))
  if (node.arg.reach > 1) return refuse(context, 'an aggregate of a group that looks at a row around it')
  return aggregated(frame, node, x)
}

/** Whether an expression looks at the row that it stands on, outside of subqueries; a constant needn't. */
const looksAt = (arg: TypedExpression<TypedQuery>): boolean =>
  arg.reach === 0 || (arg._tag === 'column' && arg.level === 0)

/**
 * An engine takes an aggregate for one of the rows around, where its argument looks at these only. So it is made to look at
 * its own.
 */
const besideRow = (x: Spelled, key: Sql): Spelled => ({
  ...bare(x),
  sql: sql`case when ${key} is not null then ${x.sql} end`,
})

const aggregated = (frame: Frame, { name, distinct, sample }: Node, x: Spelled): Sql => {
  const { context } = frame.stage
  if (name === 'count') {
    const told = distinct ? context.dialect.distinguishable(x) : x.sql
    if (told === null) return refuse(context, `different values of ${x.type.kind}`)
    return sql`count(${distinct ? sql`distinct ` : nothing}${told})`
  }
  return (
    context.dialect.aggregate(name, x, { distinct, sample }) ?? refuse(context, `${name} of ${x.type.kind}`)
  )
}
