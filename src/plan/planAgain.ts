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
import { normalise } from '../query/normalise.js'
import { outlineOf, type Outline } from '../query/outline.js'
import { probesFor, templateOf, type QueryTemplate } from '../query/template.js'
import type { AnyQueryset } from '../queryset/Queryset.js'
import type { Plan } from './Plan.js'

/**
 * What is known of a key: that it came once, that its plan can't be used again, or how it can.
 */
type Known =
  | { readonly _tag: 'seen' }
  | { readonly _tag: 'unique' }
  | { readonly _tag: 'again'; readonly plan: Plan; readonly template: QueryTemplate }

type Planned = E.Either<QueryError, Plan>

/** A client's plans, by the key of a queryset's outline, and by queryset for those without an outline. */
interface Plans {
  readonly byKey: Recent<Known>
  readonly byQueryset: WeakMap<AnyQueryset, Planned>
}

/** The plan that a queryset had last, and the client that it was for. */
interface Last {
  readonly client: Client
  readonly planned: Planned
}

const lasts = marks<AnyQueryset, Last>()

const most = 500

const plansOf = marks<Client, Plans>()

/**
 * The plan of a queryset. It is made from the plan of a queryset with the same outline, if there was one. Only clients
 * that are marked by `byShape`, and that have no budget, are planned for in this way.
 *
 * @since 0.2.0
 */
export const planAgain = (
  client: Client,
  queryset: AnyQueryset,
  make: (client: Client, queryset: AnyQueryset) => Planned,
): Planned => {
  if (!isByShape(client) || client.budget !== undefined || queryset.schema !== client.schema)
    return make(client, queryset)
  const last = lasts.get(queryset)
  if (last?.client === client) return last.planned
  const planned = byOutline(plansFor(client), client, queryset, make)
  lasts.set(queryset, { client, planned })
  return planned
}

const plansFor = (client: Client): Plans => {
  const known = plansOf.get(client)
  if (known !== undefined) return known
  const made: Plans = { byKey: recent<Known>(most), byQueryset: new WeakMap() }
  plansOf.set(client, made)
  return made
}

const byOutline = (
  plans: Plans,
  client: Client,
  queryset: AnyQueryset,
  make: (client: Client, queryset: AnyQueryset) => Planned,
): Planned => {
  const outline = outlineOf(queryset)
  const known = outline === null ? undefined : plans.byKey.get(outline.key)
  if (outline !== null && known?._tag === 'again')
    return E.right(
      filled(
        known.plan,
        known.template,
        outline.slots.map(({ value }) => value),
      ),
    )
  const planned = plans.byQueryset.get(queryset) ?? make(client, queryset)
  plans.byQueryset.set(queryset, planned)
  // A template is worth making only for what comes again.
  if (outline !== null && known?._tag !== 'unique')
    plans.byKey.set(
      outline.key,
      known === undefined ? { _tag: 'seen' } : (againFor(client, planned, outline) ?? { _tag: 'unique' }),
    )
  return planned
}

/** How a plan is used again for other values in the slots of its queryset. `null` if it can't be. */
const againFor = (client: Client, planned: Planned, { slots }: Outline): Known | null => {
  if (E.isLeft(planned) || !isWhole(planned.right)) return null
  const template = templateOf(planned.right.query, slots)
  return template !== null && isNormal(client, template)
    ? { _tag: 'again', plan: planned.right, template }
    : null
}

/** Whether the client is asked the query itself, in one request. */
const isWhole = ({ query, pushed, walk, residual }: Plan): boolean =>
  residual === null && pushed === query && walk.by === 'once' && walk.query === query

/** Whether the rules leave the query as it is whatever its slots hold. */
const isNormal = ({ schema }: Client, template: QueryTemplate): boolean => {
  const probe = template.fill(probesFor(template))
  return normalise(schema, probe) === probe
}

const filled = (plan: Plan, template: QueryTemplate, values: Parameters<QueryTemplate['fill']>[0]): Plan => {
  const query = template.fill(values)
  return { ...plan, query, pushed: query, walk: { ...plan.walk, query } }
}
