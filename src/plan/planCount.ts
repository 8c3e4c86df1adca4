/**
 * How rows are counted, and the largest cost of that.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Client } from '../client/Client.js'
import { mentions } from '../query/needs.js'
import { firstPageOf } from '../client/derive.js'
import { answerOf, isExact } from '../client/Support.js'
import type { Query } from '../query/Query.js'
import { fold } from '../query/fold.js'
import { costOf, least, walkCost, type Cost } from './Cost.js'
import { planningAgain } from './planAgain.js'
import { planQuery, withinBudget } from './planQuery.js'
import { type Plan } from './Plan.js'

/**
 * How the rows of a query are counted. `asked` is the query that the client counts, at the cost of the plan. If it is
 * `null`, the rows that the plan fetches are counted.
 *
 * @since 0.1.0
 */
export interface CountPlan {
  readonly asked: Query | null
  readonly plan: Plan
}

/**
 * Plans how the rows of a query are counted. If it costs more than the client's budget allows, the result is an
 * `OverBudget`.
 *
 * @since 0.1.0
 */
export const planCount = (client: Client, query: Query): E.Either<QueryError, CountPlan> => {
  const { budget: _, ...unbounded } = client
  const counted = bare(query)
  return E.flatMap(inPages(unbounded, counted), (fetched: Plan) => {
    const asked = fetched.residual === null ? counted : null
    return E.map((plan: Plan): CountPlan => ({ asked, plan }))(
      withinBudget(client, asked === null ? fetched : { ...fetched, ...countCost(client, counted, fetched) }),
    )
  })
}

/**
 * Like `planCount`, of a queryset. `query` is the query whose rows are counted.
 *
 * @since 0.2.0
 */
export const { plan: planCountOf } = planningAgain<CountPlan & { readonly query: Query }>({
  make: (client, queryset) =>
    E.flatMap(fold(queryset), (query: Query) =>
      E.map((planned: CountPlan) => ({ ...planned, query }))(planCount(client, query)),
    ),
  queryOf: ({ asked }) => asked,
  withQuery: ({ plan }, asked) => ({ asked, plan, query: asked }),
})

/**
 * The query without the parts that don't change the number of rows: its columns and, unless rows are chosen by it, its
 * order.
 *
 * @since 0.1.0
 */
export const bare = (query: Query): Query => {
  const plain: Query = { ...query, related: [], fields: null }
  return query.slice !== null || query.distinct || query.group !== null || query.distinctOn !== null
    ? plain
    : { ...plain, order: [], reverse: false, columns: null, annotations: filteredBy(query) }
}

/** The annotations that rows are filtered by, and those that they are computed from. */
const filteredBy = ({ annotations, where }: Query): Query['annotations'] =>
  annotations.reduceRight<Query['annotations']>((kept, each) => {
    const name = new Set([each.name])
    const isNeeded =
      (where !== null && mentions(where, name)) || kept.some(({ expression }) => mentions(expression, name))
    return isNeeded ? [each, ...kept] : kept
  }, [])

/**
 * Plans a query whose rows are read in the pages that the client gives, so that no more rows than needed are in memory.
 *
 * @since 0.1.0
 */
export const inPages = (client: Client, query: Query): E.Either<QueryError, Plan> =>
  E.flatMap(planQuery(client, query), (whole: Plan) =>
    whole.residual === null || whole.walk.size === null
      ? E.right(whole)
      : planQuery(client, query, undefined, whole.walk.size),
  )

/** The cost of a count by a client that answers the query exactly, as `derive` does it. */
const countCost = (client: Client, query: Query, fetched: Cost): Cost => {
  const answer = answerOf(client, query)
  // A client that forwards the question may have to count the rows of another client.
  const own = answer.client === undefined || answer.client === client.name
  if (client.count !== undefined && own) return costOf(1, 0, answer.milliseconds)
  const page = firstPageOf(client, query)
  const tells =
    client.support !== undefined && isExact(client, page) && answerOf(client, page).total === 'exact'
  return tells
    ? walkCost(
        client,
        { query: page, size: null },
        1,
        least(page.slice?.limit ?? null, fetched.rows),
        answer.milliseconds,
      )
    : fetched
}
