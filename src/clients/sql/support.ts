/**
 * The queries that the SQL client can answer: those that compile.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import { conjunction } from '../../query/parts.js'
import { allOf, type Query } from '../../query/Query.js'
import type { Mutation } from '../../query/Mutation.js'
import { everything, type Answer, type Support } from '../../client/Support.js'

/**
 * The support of a client that answers the queries that compile.
 *
 * @since 0.2.0
 */
export const supportBy = (
  compiled: (query: Query) => E.Either<QueryError, unknown>,
  writes: (mutation: Mutation) => boolean,
): Support => {
  const known = new WeakMap<Query, boolean>()
  const can = (query: Query): boolean => {
    const before = known.get(query)
    if (before !== undefined) return before
    const tried = compiled(query)
    // A query that refers to outer rows is compiled together with them, so the library asks about the outer query as
    // well.
    const now = E.isRight(tried) || tried.left._tag !== 'Unsupported'
    known.set(query, now)
    return now
  }
  return (question): Answer => {
    const { query, where, mutation } = question
    const whole = can(query)
    const atOnce = mutation !== undefined && writes(mutation)
    if (whole) return { ...everything(question), total: 'none', maxMembers: 100_000, atOnce }
    const rows = allOf(query.from)
    const base = query.from._tag === 'model' || can(rows) ? rows : null
    const nested = base !== null
    // A query over rows that can't be compiled is checked by itself, over the model's rows.
    const from = base ?? query
    const annotations = nested && can({ ...from, annotations: query.annotations })
    const on: Query = annotations ? { ...from, annotations: query.annotations } : from
    const parts = (part: Partial<Query>): boolean => nested && can({ ...on, ...part })
    return {
      where: where.map((each) => (parts({ where: conjunction([each]) }) ? 'exact' : 'unsupported')),
      order: parts({ order: query.order, reverse: query.reverse }),
      slice: parts({ order: query.order, reverse: query.reverse, slice: query.slice }),
      projection: parts({ columns: query.columns, fields: query.fields }),
      aggregate: parts({ group: query.group }),
      distinct: parts({
        order: query.order,
        reverse: query.reverse,
        columns: query.columns,
        distinctOn: query.distinctOn,
        distinct: query.distinct,
      }),
      annotations,
      related: parts({ related: query.related }),
      nested,
      total: 'none',
      atOnce,
    }
  }
}
