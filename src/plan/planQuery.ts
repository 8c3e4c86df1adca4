/**
 * Plans queries: what a client will be asked, and what will be done here. Nothing is requested yet.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import { exceeding } from '../client/Budget.js'
import type { Client } from '../client/Client.js'
import { pagesFor, type Walk } from '../client/pages/Walk.js'
import { walkOf } from '../client/pages/walkOf.js'
import { answerOf, isExact } from '../client/Support.js'
import { budgetOf } from '../client/within.js'
import { fold } from '../query/fold.js'
import { layersOf, type Query } from '../query/Query.js'
import { shapeOf, type Shape } from '../query/shape.js'
import type { AnyQueryset } from '../queryset/Queryset.js'
import type { PlanInput } from './PlanInput.js'
import { fetchedBy, mostRowsOf } from './bounds.js'
import { planInParts } from './choose.js'
import { least, requestsFor, walkCost } from './Cost.js'
import { formsOf } from './formsOf.js'
import type { Forms, Plan } from './Plan.js'
import { planningAgain, rowsAgain } from './planAgain.js'

/**
 * Whether a plan was made for this client, or for one with the same models and abilities, such as the client below a
 * middleware.
 *
 * @since 0.1.0
 */
export const isFor = (client: Client, { madeFor }: Plan): boolean =>
  madeFor.name === client.name && madeFor.schema === client.schema && madeFor.support === client.support

/**
 * Like `plan`. `size` is the number of rows to fetch at a time if they are wanted page by page.
 *
 * @since 0.1.0
 */
export const planOf = (
  client: Client,
  queryset: AnyQueryset,
  size: number | null = null,
): E.Either<QueryError, Plan> => {
  if (size === null) return again.plan(client, queryset)
  return E.map((planned: Plan): Plan => {
    const { walk, residual } = planned
    // A caller that reads the rows one after the other may stop early.
    return residual?.streams === false ? planned : { ...planned, walk: { ...walk, concurrency: 1 } }
  })(plannedFor(client, queryset, size))
}

const plannedFor = (
  client: Client,
  queryset: AnyQueryset,
  size: number | null = null,
): E.Either<QueryError, Plan> =>
  E.flatMap(fold(queryset), (query: Query) => planQuery(client, query, formsOf(queryset), size))

const again = planningAgain({ ...rowsAgain, make: plannedFor })

/**
 * Finds the plan of a queryset, and what its query is to be filled to.
 *
 * @since 0.2.0
 */
export const findPlan: typeof again.find = again.find

const record: Forms = { form: 'record', related: {} }

/**
 * Plans a query. If it costs more than the client's budget allows, the result is an `OverBudget`.
 *
 * @since 0.1.0
 */
export const planQuery = (
  client: Client,
  query: Query,
  forms: Forms = record,
  size: number | null = null,
): E.Either<QueryError, Plan> =>
  E.flatMap(
    E.flatMap(shapeOf(client.schema, query), (shape: Shape) =>
      planned({ client, query, shape, forms, size, inner: planQuery }),
    ),
    (planned: Plan) => withinBudget(client, planned),
  )

const planned = (asking: PlanInput): E.Either<QueryError, Plan> => {
  const { client, query, size } = asking
  if (!isExact(client, query)) return planInParts(asking)
  const whole = E.map((walk: Walk) => wholePlan(asking, walk))(walkOf(client, query, size))
  return E.isLeft(whole) && whole.left._tag === 'Unsupported' ? planInParts(asking) : whole
}

/**
 * The plan of a query that a client answers whole.
 *
 * @since 0.2.0
 */
export const wholePlan = ({ client, query, shape, forms }: PlanInput, walk: Walk): Plan => {
  const limit = query.slice?.limit ?? null
  const answer = answerOf(client, layersOf(query)[0] ?? query)
  const bound = client.support === undefined ? limit : least(limit, mostRowsOf(client, query))
  const requests =
    walk.by === 'once' || walk.by === 'cursor'
      ? 1
      : limit !== null
        ? pagesFor(limit, walk)
        : requestsFor(bound, walk, 1)
  return {
    madeFor: client,
    client: answer.client ?? client.name,
    query,
    pushed: query,
    walk,
    residual: null,
    shape,
    forms,
    ...walkCost(client, walk, requests, fetchedBy(walk, requests, bound, limit), answer.milliseconds),
    total:
      client.support === undefined || answer.total === 'exact'
        ? 'exact'
        : answer.total === 'none'
          ? 'unknown'
          : 'at least',
    gives: bound,
  }
}

/** Checks a plan against the client's budget. If it costs more, the result is an `OverBudget`. @since 0.1.0 */
export const withinBudget = (client: Client, planned: Plan): E.Either<QueryError, Plan> => {
  const exceeded = exceeding(client.name, budgetOf(client, planned.query), planned)
  return exceeded === null ? E.right(planned) : E.left(exceeded)
}
