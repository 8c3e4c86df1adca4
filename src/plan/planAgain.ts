/**
 * Uses plans again for querysets that differ only in the values of some constants.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import { marks } from '../value/marked.js'
import { recent, type Recent } from '../value/recent.js'
import { isByShape } from '../client/byShape.js'
import type { Client } from '../client/Client.js'
import type { Query } from '../query/Query.js'
import { outlineOf, refilled, type Outline } from '../query/outline.js'
import { probesFor, templateOf, type Filled, type QueryTemplate } from '../query/template.js'
import type { AnyQueryset } from '../queryset/Queryset.js'
import type { Plan } from './Plan.js'

/**
 * What is known of a key: that it came once, that its plan can't be used again, or how it can.
 */
type Known<P> =
  | { readonly _tag: 'seen' }
  | { readonly _tag: 'unique' }
  | { readonly _tag: 'again'; readonly plan: P; readonly template: QueryTemplate }

/**
 * A kind of plan. `queryOf` gives the query that the client is asked, if it is the only one. `withQuery` gives the plan
 * that asks another one.
 *
 * @since 0.2.0
 */
export interface Repeatable<P> {
  readonly make: (client: Client, queryset: AnyQueryset) => E.Either<QueryError, P>
  readonly queryOf: (plan: P) => Query | null
  readonly withQuery: (plan: P, query: Query) => P
}

/** A client's plans, by the key of a queryset's outline, and by queryset for those without an outline. */
interface Plans<P> {
  readonly byKey: Recent<Known<P>>
  readonly byQueryset: WeakMap<AnyQueryset, E.Either<QueryError, P>>
}

/**
 * A plan that was kept, and what its query is to be filled to. `null` if it stays as it is.
 *
 * @since 0.2.0
 */
export interface Found<P> {
  readonly plan: P
  readonly filled: Filled | null
}

/**
 * Plans querysets. `find` does so without making the query that the client is asked.
 *
 * @since 0.2.0
 */
export interface Planner<P> {
  readonly find: (client: Client, queryset: AnyQueryset) => E.Either<QueryError, Found<P>>
  readonly plan: (client: Client, queryset: AnyQueryset) => E.Either<QueryError, P>
}

/** What a queryset was planned to last, and the client that it was for. */
interface Last<P> {
  readonly client: Client
  readonly found: E.Either<QueryError, Found<P>>
}

const most = 500

/**
 * Plans querysets. The plan of a queryset is made from the plan of a queryset with the same outline, if there was one. Only
 * clients that are marked by `byShape`, and that have no budget, are planned for in this way.
 *
 * @since 0.2.0
 */
export const planningAgain = <P>(repeatable: Repeatable<P>): Planner<P> => {
  const lasts = marks<AnyQueryset, Last<P>>()
  const plansOf = marks<Client, Plans<P>>()
  const plansFor = (client: Client): Plans<P> => {
    const known = plansOf.get(client)
    if (known !== undefined) return known
    const made: Plans<P> = { byKey: recent<Known<P>>(most), byQueryset: new WeakMap() }
    plansOf.set(client, made)
    return made
  }
  const find: Planner<P>['find'] = (client, queryset) => {
    if (!isByShape(client) || client.budget !== undefined || queryset.schema !== client.schema)
      return asItIs(repeatable.make(client, queryset))
    const last = lasts.get(queryset)
    if (last?.client === client) return last.found
    const found = byOutline(repeatable, plansFor(client), client, queryset)
    lasts.set(queryset, { client, found })
    return found
  }
  return {
    find,
    plan: (client, queryset) => {
      const found = find(client, queryset)
      if (E.isLeft(found)) return found
      const { plan, filled } = found.right
      return E.right(filled === null ? plan : repeatable.withQuery(plan, filled.template.fill(filled.values)))
    },
  }
}

const asItIs = <P>(planned: E.Either<QueryError, P>): E.Either<QueryError, Found<P>> =>
  E.isLeft(planned) ? planned : E.right({ plan: planned.right, filled: null })

const byOutline = <P>(
  plan: Repeatable<P>,
  plans: Plans<P>,
  client: Client,
  queryset: AnyQueryset,
): E.Either<QueryError, Found<P>> => {
  const outline = outlineOf(queryset)
  const known = outline === null ? undefined : plans.byKey.get(outline.key)
  if (outline !== null && known?._tag === 'again') {
    const { template } = known
    const values = outline.slots.map(({ value }) => value)
    return E.right({ plan: known.plan, filled: values.length === 0 ? null : { template, values } })
  }
  const planned = plans.byQueryset.get(queryset) ?? plan.make(client, queryset)
  plans.byQueryset.set(queryset, planned)
  // A template is worth making only for what comes again.
  if (outline !== null && known?._tag !== 'unique')
    plans.byKey.set(
      outline.key,
      known === undefined
        ? { _tag: 'seen' }
        : E.isRight(planned)
          ? againFor(plan, client, queryset, planned.right, outline)
          : { _tag: 'unique' },
    )
  return asItIs(planned)
}

/** Whether, and how, a plan is used again for other values in the slots of its queryset. */
const againFor = <P>(
  plan: Repeatable<P>,
  client: Client,
  queryset: AnyQueryset,
  made: P,
  outline: Outline,
): Known<P> => {
  const query = plan.queryOf(made)
  const template = query === null ? null : templateOf(query, outline.slots)
  if (template === null) return { _tag: 'unique' }
  // What is made of the template is what is made of the queryset, whatever its slots hold.
  const probes = probesFor(template)
  const other = plan.make(client, refilled(queryset, outline, probes))
  const asked = E.isRight(other) ? plan.queryOf(other.right) : null
  return asked !== null && JSON.stringify(asked) === JSON.stringify(template.fill(probes))
    ? { _tag: 'again', plan: made, template }
    : { _tag: 'unique' }
}

/**
 * Plans that ask a client for rows.
 *
 * @since 0.2.0
 */
export const rowsAgain: Pick<Repeatable<Plan>, 'queryOf' | 'withQuery'> = {
  queryOf: ({ query, pushed, walk, residual }) =>
    residual === null && pushed === query && walk.by === 'once' && walk.query === query ? query : null,
  withQuery: (plan, query) => ({ ...plan, query, pushed: query, walk: { ...plan.walk, query } }),
}

/**
 * A plan that asks for what its query is filled to.
 *
 * @since 0.2.0
 */
export const filledPlan = (plan: Plan, { template, values }: Filled): Plan =>
  rowsAgain.withQuery(plan, template.fill(values))
