/**
 * The rows of relations: as tables that are joined to a row, or as rows of a subquery.
 *
 * @since 0.2.0
 */
import type { Join } from '../../expression/Scope.js'
import type { Spelled } from './Dialect.js'
import { ident, sql, type Sql } from './Sql.js'
import {
  columnsIn,
  newTable,
  refuse,
  stageOf,
  tableOf,
  type Context,
  type Frame,
  type Stage,
} from './Stage.js'

/**
 * The row a number of levels further out. Each row on the way is marked as referring to an outer row.
 *
 * @since 0.2.0
 */
export const outwards = (frame: Frame, level: number): Frame => {
  const { told } = frame.stage
  if (level === 0) return frame
  told.escapes = true
  if (frame.parent === null) {
    refuse(frame.stage.context, 'a row that is further out')
    return frame
  }
  return outwards(frame.parent, level - 1)
}

/**
 * A column of the row, or of the row at the end of to-one relations.
 *
 * @since 0.2.0
 */
export const columnBehind = (
  { stage }: Frame,
  joins: ReadonlyArray<Join>,
  column: string,
  nullable: boolean,
): Spelled => {
  const { context } = stage
  const last = joins.at(-1)
  if (last === undefined) {
    const own = stage.columns.get(column)
    return (
      own ?? {
        sql: refuse(context, `the column ${column}`),
        type: { kind: 'text', nullable: true },
        column: false,
      }
    )
  }
  const alias = joinedBy(stage, joins)
  const kind = context.schema.models.get(last.relation.target)?.columns.get(column)?.kind ?? 'text'
  return {
    sql: columnIn(context, last.relation.target, alias, column),
    type: { kind, nullable },
    column: true,
  }
}

/**
 * A column of a model in a table with a name.
 *
 * @since 0.2.0
 */
export const columnIn = ({ dialect, names }: Context, model: string, alias: Sql, column: string): Sql =>
  sql`${alias}.${ident(dialect.quote, names.column(model, column))}`

/**
 * The table at the end of to-one relations, joined once for each path.
 *
 * @since 0.2.0
 */
export const joinedBy = (stage: Stage, joins: ReadonlyArray<Join>): Sql => {
  const { context } = stage
  const path = JSON.stringify(joins.map(({ relation }) => relation.name))
  const known = stage.joined.get(path)
  if (known !== undefined) return known.alias
  const before = joins.slice(0, -1)
  const last = joins.at(-1)
  if (last === undefined) return refuse(context, 'a path of no relation')
  const near = nearOf(stage, before, last)
  const alias = newTable(context)
  const { target, via } = last.relation
  const far = columnIn(context, target, alias, via._tag === 'reverse' ? via.column : last.farKey)
  if (via._tag === 'through') refuse(context, 'a column behind a relation to many rows')
  stage.joined.set(path, {
    alias,
    clause: sql` left join ${tableOf(context, target)} ${alias} on ${far} = ${near}`,
  })
  return alias
}

/** The column from which a further join begins. */
const nearOf = (stage: Stage, before: ReadonlyArray<Join>, { relation, nearKey }: Join): Sql => {
  const column = relation.via._tag === 'forward' ? relation.via.column : nearKey
  return columnBehind({ stage, parent: null }, before, column, true).sql
}

/**
 * The related rows of a row, with repetitions, as a separate stage. `key` is the column of its first table that belongs
 * to the row, and `near` is the row's own column. The condition that they are equal isn't included yet.
 *
 * @since 0.2.0
 */
export interface Reached {
  readonly stage: Stage
  readonly key: Sql
  readonly near: Spelled
}

/**
 * Follows relations from a row.
 *
 * @since 0.2.0
 */
export const reachedFrom = (start: Frame, joins: ReadonlyArray<Join>): Reached => {
  const { context } = start.stage
  const [first, ...rest] = joins
  if (first === undefined) {
    const none = {
      sql: refuse(context, 'a relation of no step'),
      type: { kind: 'int', nullable: true },
    } as const
    return { stage: start.stage, key: none.sql, near: { ...none, column: false } }
  }
  const { via } = first.relation
  const near = start.stage.columns.get(via._tag === 'forward' ? via.column : first.nearKey)
  const opening = opens(context, first)
  const { source, alias } = rest.reduce<At>((at, each) => leads(context, at, each), opening)
  const model = joins.at(-1)?.relation.target ?? ''
  return {
    stage: stageOf(context, source, columnsIn(context, model, alias), model),
    key: opening.key,
    near: near ?? {
      sql: refuse(context, `the relation ${first.relation.name}`),
      type: { kind: 'int', nullable: true },
      column: false,
    },
  }
}

interface At {
  readonly source: Sql
  readonly alias: Sql
  readonly model: string
}

/** The first table, or its join table, and the column that belongs to the row. */
const opens = (context: Context, { relation: { via, target }, farKey }: Join): At & { readonly key: Sql } => {
  const alias = newTable(context)
  const table = sql`${tableOf(context, target)} ${alias}`
  if (via._tag !== 'through')
    return {
      source: table,
      alias,
      model: target,
      key: columnIn(context, target, alias, via._tag === 'forward' ? farKey : via.column),
    }
  const link = newTable(context)
  const far = columnIn(context, via.model, link, via.far)
  return {
    source: sql`${tableOf(context, via.model)} ${link} join ${table} on ${columnIn(context, target, alias, farKey)} = ${far}`,
    alias,
    model: target,
    key: columnIn(context, via.model, link, via.near),
  }
}

/** The next table, joined to the one before. */
const leads = (context: Context, at: At, step: Join): At => {
  const { via } = step.relation
  const near = columnIn(context, at.model, at.alias, via._tag === 'forward' ? via.column : step.nearKey)
  if (via._tag !== 'through') {
    const next = opens(context, step)
    return { ...next, source: sql`${at.source} join ${next.source} on ${next.key} = ${near}` }
  }
  const alias = newTable(context)
  const link = newTable(context)
  const { target } = step.relation
  const linked = sql`${at.source} join ${tableOf(context, via.model)} ${link} on ${columnIn(context, via.model, link, via.near)} = ${near}`
  return {
    source: sql`${linked} join ${tableOf(context, target)} ${alias} on ${columnIn(context, target, alias, step.farKey)} = ${columnIn(context, via.model, link, via.far)}`,
    alias,
    model: target,
  }
}
