/**
 * Predicates in SQL, each with a polarity. A `not` is pushed down to the comparisons. The complement of a comparison
 * can use the same index.
 *
 * @since 0.2.0
 */
import type {
  TypedExists,
  TypedInQuery,
  TypedLookup,
  TypedPredicate,
  TypedSome,
} from '../../expression/Typed.js'
import type { TypedQuery } from '../../query/TypedQuery.js'
import type { Json } from '../../value/Value.js'
import { compared, opposite } from './comparison.js'
import type { Comparison, Spelled } from './Dialect.js'
import { after } from './fold.js'
import { outwards, reachedFrom } from './relation.js'
import { balanced, join, sizeOf, sql, type Sql } from './Sql.js'
import { opened, refuse, selectFrom, wrapped, type Context, type Frame } from './Stage.js'

type Query = TypedQuery

/** The maximum nesting depth of predicates in one statement. */
const deepest = 150

/**
 * A predicate on a row. It is true exactly for the rows that meet the predicate or, if `holds` is false, for the
 * others.
 *
 * @since 0.2.0
 */
export const compilePredicate = (frame: Frame, node: TypedPredicate<Query>, holds: boolean): Sql => {
  const { context } = frame.stage
  const { numbers } = context
  if (numbers.depth > deepest) return refuse(context, 'so deep a condition')
  numbers.depth += 1
  const spelled = spell(frame, node, holds)
  numbers.depth -= 1
  return spelled
}

const spell = (frame: Frame, node: TypedPredicate<Query>, holds: boolean): Sql => {
  const { context } = frame.stage
  const { predicate } = context.compile
  switch (node._tag) {
    case 'and':
      return connected(context, holds, node.all, (each) => predicate(frame, each, holds))
    case 'or':
      return connected(context, !holds, node.any, (each) => predicate(frame, each, holds))
    case 'xor': {
      const odd = node.odd.map((each) => sql`case when ${predicate(frame, each, true)} then 1 else 0 end`)
      if (odd.length === 0) return context.dialect.truth(!holds)
      return sql`${balanced(odd, sql` + `)} % 2 = ${holds ? sql`1` : sql`0`}`
    }
    case 'not':
      return predicate(frame, node.predicate, !holds)
    case 'holds': {
      const { sql: text, type } = context.compile.expression(frame, node.expression)
      return holds ? sql`(${text})` : type.nullable ? sql`(${text}) is not true` : sql`not (${text})`
    }
    case 'lookup':
      return lookup(frame, node, holds)
    case 'some':
      return some(frame, node, holds)
    case 'exists':
      return exists(frame, node, holds)
    case 'inQuery':
      return inQuery(frame, node, holds)
  }
}

const connected = <A>(
  { dialect }: Context,
  all: boolean,
  parts: ReadonlyArray<A>,
  of: (part: A) => Sql,
): Sql => {
  if (parts.length === 0) return dialect.truth(all)
  const spelled = parts.map((each) => sql`(${of(each)})`)
  return balanced(spelled, all ? sql` and ` : sql` or `)
}

const comparisons: ReadonlyMap<string, Comparison> = new Map([
  ['exact', '='],
  ['gt', '>'],
  ['gte', '>='],
  ['lt', '<'],
  ['lte', '<='],
])

const lookup = (frame: Frame, node: TypedLookup<Query>, holds: boolean): Sql => {
  const { context } = frame.stage
  const [x, ...operands] = [node.left, ...node.right].map((each) => context.compile.expression(frame, each))
  if (x === undefined) return refuse(context, `the lookup ${node.name}`)
  const operator = comparisons.get(node.name)
  const [first, second] = operands
  if (node.name === 'isnull') return holds ? context.dialect.isMissing(x) : sql`${x.sql} is not null`
  if (node.name === 'in') return among(context, x, operands, holds)
  if (first === undefined) return refuse(context, `the lookup ${node.name}`)
  if (operator !== undefined) return comparison(context, operator, x, first, holds)
  if (node.name === 'range' && second !== undefined) return range(context, x, first, second, holds)
  if (x.constant === null || operands.some(({ constant }) => constant === null))
    return context.dialect.truth(!holds)
  if (node.name === 'startswith' && !holds && x.column && typeof first.constant === 'string')
    return startsOtherwise(context, x, first, first.constant)
  const made = operands.length === 1 ? context.dialect.textLookup(node.name, x, first) : null
  if (made === null) return refuse(context, `the lookup ${node.name}`)
  return holds ? made : complement([x, ...operands], made)
}

/** Text without a constant prefix is less or greater than all text with it. These are two ranges of an index. */
const startsOtherwise = (context: Context, x: Spelled, operand: Spelled, prefix: string): Sql => {
  const end = after(prefix)
  const less = compared(context, '<', x, operand)
  const greater =
    end === null
      ? []
      : [compared(context, '>=', x, { ...operand, sql: context.dialect.bind('text', end), constant: end })]
  return sql`(${join([less, ...greater, ...(x.type.nullable ? [orMissing(context, [x])] : [])], sql` or `)})`
}

/** The complement of a condition that is null for a missing value. */
const complement = (values: ReadonlyArray<Spelled>, condition: Sql): Sql =>
  values.some(({ type }) => type.nullable) ? sql`(${condition}) is not true` : sql`not (${condition})`

/** A longer expression isn't repeated. */
const short = 12

const comparison = (context: Context, operator: Comparison, x: Spelled, y: Spelled, holds: boolean): Sql => {
  if (holds) return compared(context, operator, x, y)
  if (x.constant === null || y.constant === null) return context.dialect.truth(true)
  const missing = [x, y].filter(({ type }) => type.nullable)
  if (missing.some(({ sql: text }) => sizeOf(text, short + 1) > short))
    return sql`(${compared(context, operator, x, y)}) is not true`
  const other = differs(context, operator, x, y) ?? compared(context, opposite[operator], x, y)
  return missing.length === 0 ? other : sql`(${other} or ${orMissing(context, missing)})`
}

/**
 * Values that differ from a constant are two ranges of an index, since `<>` uses no index. `null` if the column doesn't
 * sort in its stored form.
 */
const differs = (context: Context, operator: Comparison, x: Spelled, y: Spelled): Sql | null =>
  operator === '=' &&
  x.column &&
  y.constant !== undefined &&
  x.type.kind === y.type.kind &&
  context.dialect.sortable(x) === x.sql
    ? sql`(${compared(context, '<', x, y)} or ${compared(context, '>', x, y)})`
    : null

const orMissing = ({ dialect }: Context, values: ReadonlyArray<Spelled>): Sql =>
  join(values.map(dialect.isMissing), sql` or `)

const range = (context: Context, x: Spelled, from: Spelled, to: Spelled, holds: boolean): Sql => {
  const least = comparison(context, '>=', x, from, holds)
  const most = comparison(context, '<=', x, to, holds)
  return holds ? sql`(${least} and ${most})` : sql`(${least} or ${most})`
}

const among = (context: Context, x: Spelled, operands: ReadonlyArray<Spelled>, holds: boolean): Sql => {
  const { dialect } = context
  const given = operands.filter(({ constant }) => constant !== null)
  if (given.length === 0 || x.constant === null) return dialect.truth(!holds)
  const { kind } = x.type
  const members = given.flatMap(({ type, constant }): ReadonlyArray<Json> =>
    type.kind === kind && constant !== undefined ? [constant] : [],
  )
  const others = given.filter(({ type, constant }) => type.kind !== kind || constant === undefined)
  const listed = members.length < 2 ? null : dialect.among(x, members)
  const singly = listed === null ? given : others
  const all = [...(listed === null ? [] : [listed]), ...singly.map((each) => compared(context, '=', x, each))]
  const made = balanced(all, sql` or `)
  return holds ? made : complement([x, ...others], made)
}

const some = (frame: Frame, node: TypedSome<Query>, holds: boolean): Sql => {
  const { context } = frame.stage
  const start = outwards(frame, node.level)
  const { stage, key, near } = reachedFrom(start, node.joins)
  const met = context.compile.predicate({ stage, parent: frame }, node.predicate, true)
  stage.where.push(met)
  // A subquery that doesn't refer to an outer row is evaluated once for all rows.
  if (holds && node.predicate.reach <= 1) {
    return sql`${near.sql} in (${selectFrom(stage, [key], false)})`
  }
  stage.where.push(sql`${key} = ${near.sql}`)
  const found = context.dialect.exists(selectFrom(stage, [], false))
  return holds ? found : sql`not ${found}`
}

const exists = (frame: Frame, { query }: TypedExists<Query>, holds: boolean): Sql => {
  const { context } = frame.stage
  const made = context.compile.query(context, query, frame)
  const stage = made.limit !== null && made.group === null && !made.distinct ? made : opened(made)
  const found = context.dialect.exists(selectFrom(stage, [], stage.limit !== null))
  return holds ? found : sql`not ${found}`
}

const inQuery = (frame: Frame, { left, query, column }: TypedInQuery<Query>, holds: boolean): Sql => {
  const { context } = frame.stage
  const x = context.compile.expression(frame, left)
  const made = context.compile.query(context, query, frame)
  if (x.type.kind === column.type.kind && x.type.kind !== 'json') {
    const stage = made.limit !== null && !context.dialect.abilities.limitInIn ? wrapped(made) : made
    const value = stage.columns.get(column.name)?.sql ?? refuse(context, 'a column of a subquery')
    const outputs = stage.group === null ? [value] : null
    const whole = outputs === null ? wrapped(stage) : stage
    const listed = whole.columns.get(column.name)?.sql ?? value
    const found = sql`${x.sql} in (${selectFrom(whole, [listed], whole.limit !== null)})`
    return holds ? found : sql`(${found}) is not true`
  }
  const stage = opened(made)
  const value = stage.columns.get(column.name)
  if (value === undefined) return refuse(context, 'a column of a subquery')
  stage.told.escapes = true
  stage.where.push(compared(context, '=', x, value))
  const found = context.dialect.exists(selectFrom(stage, [], false))
  return holds ? found : sql`not ${found}`
}
