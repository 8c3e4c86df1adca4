/**
 * What the SQL client can answer: it compiles what it is asked about, and answers from the result.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import { conjunction } from '../../query/parts.js'
import type { Query } from '../../query/Query.js'
import type { Mutation } from '../../query/Mutation.js'
import type { Answer, Support } from '../../client/Support.js'

/**
 * The support of a client that can answer what compiles.
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
    // A query within another that looks at the rows around it is spelled with these: what is around it is asked about too.
    const now = E.isRight(tried) || tried.left._tag !== 'Unsupported'
    known.set(query, now)
    return now
  }
  return ({ query, where, mutation }): Answer => {
    const whole = can(query)
    const atOnce = mutation === undefined ? {} : { atOnce: writes(mutation) }
    if (whole) return { ...all(where.map(() => 'exact')), ...atOnce }
    const base = query.from._tag !== 'model' && !can(bare(query)) ? null : bare(query)
    const nested = base !== null
    // What stands on rows that can't be had is asked about by itself on the model's.
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
      ...atOnce,
    }
  }
}

const bare = (query: Query): Query => ({
  from: query.from,
  annotations: [],
  where: null,
  order: [],
  reverse: false,
  distinctOn: null,
  columns: null,
  group: null,
  distinct: false,
  slice: null,
  fields: null,
  related: [],
})

const all = (where: Answer['where']): Answer => ({
  where,
  order: true,
  slice: true,
  projection: true,
  aggregate: true,
  distinct: true,
  annotations: true,
  related: true,
  nested: true,
  total: 'none',
  maxMembers: 100_000,
})
