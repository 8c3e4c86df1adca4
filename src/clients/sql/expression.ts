/**
 * Expressions in SQL. A missing value is null.
 *
 * @since 0.2.0
 */
import { commonKind } from '../../expression/commonKind.js'
import type {
  TypedColumn,
  TypedAggregate,
  TypedCall,
  TypedCase,
  TypedCast,
  TypedConst,
  TypedExpression,
  TypedSubqueryValue,
  TypedTest,
} from '../../expression/Typed.js'
import { castValue } from '../../expression/functions/cast.js'
import type { TypedQuery } from '../../query/TypedQuery.js'
import type { Kind, Type } from '../../value/Value.js'
import { compileAggregate } from './aggregate.js'
import { compared } from './comparison.js'
import type { Spelled } from './Dialect.js'
import { columnBehind, outwards } from './relation.js'
import { lately } from './late.js'
import { join, sql, type Sql } from './Sql.js'
import { opened, refuse, selectFrom, type Context, type Frame } from './Stage.js'

type Query = TypedQuery

/** The maximum nesting depth of expressions and queries in one statement. */
const deepest = 150

/**
 * An expression on a row.
 *
 * @since 0.2.0
 */
export const compileExpression = (frame: Frame, node: TypedExpression<Query>): Spelled => {
  const { numbers } = frame.stage.context
  if (numbers.depth > deepest)
    return computed(refuse(frame.stage.context, 'so deep an expression'), node.type)
  numbers.depth += 1
  const spelled = spell(frame, node)
  numbers.depth -= 1
  return spelled
}

const computed = (text: Sql, type: Type): Spelled => ({ sql: text, type, column: false })

const spell = (frame: Frame, node: TypedExpression<Query>): Spelled => {
  switch (node._tag) {
    case 'const':
      return constant(frame.stage.context, node)
    case 'column':
      return column(frame, node)
    case 'call':
      return call(frame, node)
    case 'cast':
      return cast(frame, node)
    case 'case':
      return computed(branches(frame, node), node.type)
    case 'aggregate':
      return aggregate(frame, node)
    case 'subquery':
      return computed(subquery(frame, node), node.type)
    case 'test':
      return computed(test(frame, node), node.type)
  }
}

const column = (frame: Frame, { level, joins, column: name, type }: TypedColumn): Spelled => {
  const x = columnBehind(outwards(frame, level), joins, name, type.nullable)
  // For the rows of this frame, a column of an outer row is like a constant.
  return level === 0 ? x : { ...x, ofRow: false }
}

const constant = (context: Context, { kind, value, type }: TypedConst): Spelled =>
  context.dialect.sendable(kind, value)
    ? { sql: context.dialect.bind(kind, value), type, column: false, constant: value }
    : computed(refuse(context, 'a constant with NUL or half of a surrogate pair'), type)

/**
 * A value converted to another kind. Unchanged if it has that kind.
 *
 * @since 0.2.0
 */
export const converted = (context: Context, x: Spelled, to: Kind): Spelled => {
  if (x.type.kind === to) return x
  const type: Type = { kind: to, nullable: true }
  if (x.constant === null) return { sql: context.dialect.bind(to, null), type, column: false, constant: null }
  const { kind } = x.type
  const made = x.late === undefined ? context.dialect.cast(x, to) : null
  if (made !== null) return computed(made, type)
  const value = x.constant === undefined ? undefined : castValue(kind, to, x.constant)
  if (value !== undefined && context.dialect.sendable(to, value))
    return { sql: context.dialect.bind(to, value), type, column: false, constant: value }
  return lately(context, [x], type, `a conversion of ${kind} to ${to}`, ([value = null]) =>
    castValue(kind, to, value),
  )
}

const cast = (frame: Frame, { arg, to, type }: TypedCast<Query>): Spelled => ({
  ...converted(frame.stage.context, frame.stage.context.compile.expression(frame, arg), to),
  type,
})

/** Functions whose arguments are converted to their common kind. */
const ofOneKind: ReadonlySet<string> = new Set(['coalesce', 'greatest', 'least', 'nullif'])

const call = (frame: Frame, { name, args, type, definition }: TypedCall<Query>): Spelled => {
  const { context } = frame.stage
  const spelled = args.map((each) => context.compile.expression(frame, each))
  const common = ofOneKind.has(name) ? commonKind(spelled.map((each) => each.type.kind)) : null
  const given = common === null ? spelled : spelled.map((each) => converted(context, each, common))
  const [only] = given
  if (common !== null && given.length === 1 && only !== undefined) return { ...only, type }
  const isLate = given.some(({ late }) => late !== undefined)
  if (name === 'nullif' && !isLate) return computed(nullif(context, spelled, given), type)
  const made = isLate ? null : context.dialect.call(name, given, type)
  if (made !== null) return computed(made, type)
  const taken = name === 'nullif' ? spelled : given
  const types = taken.map((each) => each.type)
  const what = `the function ${name} of ${types.map(({ kind }) => kind).join(' and ')}`
  return lately(context, taken, type, what, (values, now) =>
    definition.strict && values.includes(null) ? null : definition.apply(values, types, now),
  )
}

/** Values are compared in their common kind, and the first is given in its own. */
const nullif = (context: Context, [own]: ReadonlyArray<Spelled>, [a, b]: ReadonlyArray<Spelled>): Sql => {
  if (own === undefined || a === undefined || b === undefined) return refuse(context, 'the function nullif')
  return sql`case when ${compared(context, '=', a, b)} then null else ${own.sql} end`
}

const branches = (frame: Frame, { branches: all, otherwise, type }: TypedCase<Query>): Sql => {
  const { context } = frame.stage
  const as = (each: TypedExpression<Query>): Sql =>
    converted(context, context.compile.expression(frame, each), type.kind).sql
  const when = all.map(
    ({ when: condition, then }) =>
      sql`when ${context.compile.predicate(frame, condition, true)} then ${as(then)}`,
  )
  return when.length === 0 ? as(otherwise) : sql`case ${join(when, sql` `)} else ${as(otherwise)} end`
}

const aggregate = (frame: Frame, node: TypedAggregate<Query>): Spelled => {
  const { context } = frame.stage
  const made = compileAggregate(frame, node)
  if (node.default === null) return made
  const fallback = converted(context, context.compile.expression(frame, node.default), node.type.kind)
  if (made.late === undefined && fallback.late === undefined)
    return computed(sql`coalesce(${made.sql}, ${fallback.sql})`, node.type)
  return lately(
    context,
    [made, fallback],
    node.type,
    `${node.name} with a default`,
    ([a = null, b = null]) => a ?? b,
  )
}

const subquery = (frame: Frame, { query, column }: TypedSubqueryValue<Query>): Sql => {
  const { context } = frame.stage
  const stage = context.compile.query(context, query, frame)
  const value = stage.columns.get(column.name)
  if (value === undefined) return refuse(context, `the column ${column.name} of a subquery`)
  const { limit } = stage
  const cut = {
    ...(stage.group === null && !stage.distinct ? stage : opened(stage)),
    limit: { offset: limit?.offset ?? 0, limit: Math.min(limit?.limit ?? 1, 1) },
  }
  const text = selectFrom(cut, [cut.columns.get(column.name)?.sql ?? value.sql], true)
  return sql`(${text})`
}

const test = (frame: Frame, { predicate }: TypedTest<Query>): Sql =>
  sql`((${frame.stage.context.compile.predicate(frame, predicate, true)}) is true)`
