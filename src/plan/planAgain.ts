/**
 * Uses plans again for querysets that differ only in the values of some constants.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import { recent, type Recent } from '../value/recent.js'
import { isByShape } from '../client/byShape.js'
import type { Client } from '../client/Client.js'
import { normalise } from '../query/normalise.js'
import { outlineOf } from '../query/outline.js'
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

/** A client's plans, by queryset and by the key of a queryset's outline. */
interface Plans {
  readonly byQueryset: WeakMap<AnyQueryset, Planned>
  readonly byKey: Recent<Known>
}

const most = 500

const plansOf = new WeakMap<Client, Plans>()

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
  const plans = plansOf.get(client) ?? { byQueryset: new WeakMap(), byKey: recent<Known>(most) }
  plansOf.set(client, plans)
  const before = plans.byQueryset.get(queryset)
  if (before !== undefined) return before
  const planned = byOutline(plans, client, queryset, make)
  plans.byQueryset.set(queryset, planned)
  return planned
}

const byOutline = (
  { byKey }: Plans,
  client: Client,
  queryset: AnyQueryset,
  make: (client: Client, queryset: AnyQueryset) => Planned,
): Planned => {
  const outline = outlineOf(queryset)
  if (outline === null) return make(client, queryset)
  const { key, slots } = outline
  const known = byKey.get(key)
  if (known?._tag === 'again')
    return E.right(
      filled(
        known.plan,
        known.template,
        slots.map(({ value }) => value),
      ),
    )
  const planned = make(client, queryset)
  // A template is worth making only for what comes again.
  if (known === undefined) byKey.set(key, { _tag: 'seen' })
  else if (known._tag === 'seen') {
    const template =
      E.isRight(planned) && isWhole(planned.right) ? templateOf(planned.right.query, slots) : null
    byKey.set(
      key,
      E.isRight(planned) && template !== null && isNormal(client, template)
        ? { _tag: 'again', plan: planned.right, template }
        : { _tag: 'unique' },
    )
  }
  return planned
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
