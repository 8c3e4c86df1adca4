/**
 * Chooses the cheapest of the ways in which the parts of a query can be asked, as far as costs are known.
 *
 * @since 0.1.0
 */
import { either as E, ord as O } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import { ownField } from '../expression/ownField.js'
import type { Predicate } from '../expression/Expression.js'
import type { Client } from '../client/Client.js'
import { answerOf } from '../client/Support.js'
import { baseOf, conjunctsOf } from '../query/parts.js'
import { allOf, layersOf, type Query } from '../query/Query.js'
import type { PlanInput } from './PlanInput.js'
import { byPrefix } from './byPrefix.js'
import { byRow, keyOf } from './byRow.js'
import { mostRowsOf } from './bounds.js'
import { byCost, manifold } from './Cost.js'
import { groundOf, plainGround, type BasePass } from './ground.js'
import type { Plan } from './Plan.js'
import { prefixesOf } from './prefix.js'

import { candidatesOf, splitOf, type Candidate, type Split } from './split.js'

/**
 * The cheapest way, as far as costs are known: with all conditions on keys that can be combined, or without some of
 * them. A client that can't page through the rows that meet its conditions may still page through all rows.
 *
 * @since 0.1.0
 */
export const planInParts = (asking: PlanInput): E.Either<QueryError, Plan> => {
  const { client, query } = asking
  const [outermost = query] = layersOf(query)
  const first = inOrderOfKeys(client, outermost)
  const all = allOf({ _tag: 'model', model: baseOf(first) })
  const computed = groundOf(client, all, first.annotations)
  const without = plainGround(all, first.annotations)
  const ways = computed.left.length < first.annotations.length ? [computed, without] : [without]
  const rows = cheapest(ways.map((ground) => onGround(asking, ground, first)))
  const prefix = prefixesOf(client, query, first)
    .map((each) =>
      query.related.length === 0
        ? byPrefix(asking, each)
        : cheapest([byPrefix(asking, each, true), byPrefix(asking, each)]),
    )
    .find(E.isRight)
  return prefix === undefined || isWorse(asking, prefix.right, rows) ? rows : prefix
}

/** Whether a plan that pushes the prefix of a query is worse than one that pushes only its rows. */
const isWorse = ({ size }: PlanInput, prefix: Plan, rows: E.Either<QueryError, Plan>): boolean =>
  E.isRight(rows) &&
  (O.lt(byCost)(rows.right, prefix) ||
    // A caller that wants the rows page by page may not have memory for all of them.
    (size !== null && rows.right.residual?.streams === true && prefix.residual?.streams !== true))

/** The cheapest of some plans. Among equally cheap ones, the first. An impossible plan counts as the most expensive. */
const cheapest = (plans: ReadonlyArray<E.Either<QueryError, Plan>>): E.Either<QueryError, Plan> =>
  plans.reduce((best, each) =>
    E.isRight(each) && (E.isLeft(best) || O.lt(byCost)(each.right, best.right)) ? each : best,
  )

/**
 * The cheapest way for given annotations: with all conditions on keys that can be combined, or without some of them.
 */
const onGround = (asking: PlanInput, ground: BasePass, first: Query): E.Either<QueryError, Plan> => {
  const { client } = asking
  const model = baseOf(first)
  const found = candidatesOf(asking, ground, first)
  const attempt = (candidates: ReadonlyArray<Candidate>): PlanAttempt => {
    const split = splitOf(client, ground, found, candidates)
    return { candidates, split, plan: byRow(asking, { ground, first, split }) }
  }
  const all = attempt(found.candidates)
  const parts = all.split.taken.slice(0, tried).reduce<PlanAttempt>((best, candidate) => {
    const without = attempt(best.candidates.filter((each) => each !== candidate))
    return isBetter(client, model, without, best, candidate) ? without : best
  }, all)
  if (E.isLeft(parts.plan) && parts.plan.left._tag === 'Unsupported')
    return byRow(asking, { ground, first, split: nothingAsked(first), plainly: true })
  return first.related.length === 0
    ? parts.plan
    : cheapest([byRow(asking, { ground, first, split: parts.split, carries: true }), parts.plan])
}

/** The split in which the client is asked none of the conditions. */
const nothingAsked = (first: Query): Split => ({ where: [], before: [], rest: conjunctsOf(first), taken: [] })

/** At most this many conditions on keys are left out on trial, so that planning takes little time. */
const tried = 8

interface PlanAttempt {
  readonly candidates: ReadonlyArray<Candidate>
  readonly split: Split
  readonly plan: E.Either<QueryError, Plan>
}

/** A condition that is the only one to select is assumed to leave one row of this many. */
const selectivity = 10

/**
 * Whether to leave out a condition on keys. The bounds don't show that a condition leaves few rows. If another
 * condition selects too, both ways profit from it equally, and the smaller side gives more. If none does, there must be
 * far fewer rows than rows that the keys come from.
 */
const isBetter = (
  client: Client,
  model: string,
  without: PlanAttempt,
  best: PlanAttempt,
  { keys }: Candidate,
): boolean => {
  if (E.isLeft(without.plan)) return false
  if (E.isLeft(best.plan)) return best.plan.left._tag === 'Unsupported'
  const certain = keys.plan === null && keys.unique
  const selected = without.split.before.length > 0 || without.split.where.some(selects(client, model))
  const here = answerOf(client, allOf({ _tag: 'model', model })).rows ?? Infinity
  const there = keys.plan === null ? 0 : (mostRowsOf(client, keys.plan.query) ?? 0)
  const weight = certain ? 1 : !selected ? selectivity : here < there ? 1 / 2 : 1
  return O.lt(byCost)(manifold(without.plan.right, weight), best.plan.right)
}

/** Whether a condition looks as if few rows meet it. */
const selects =
  (client: Client, model: string) =>
  (predicate: Predicate<Query>): boolean => {
    if (predicate._tag !== 'lookup' || !['exact', 'iexact', 'in'].includes(predicate.name)) return false
    const kind = client.schema.models.get(model)?.columns.get(ownField(predicate.left) ?? '')?.kind
    return kind !== undefined && kind !== 'boolean'
  }

/** A model's rows come in the order of their keys, so a slice of them without an order uses that order. */
const inOrderOfKeys = (client: Client, first: Query): Query =>
  first.slice === null || first.order.length > 0 || first.reverse || first.from._tag !== 'model'
    ? first
    : {
        ...first,
        order: [{ expression: keyOf(client, first.from.model).expression, direction: 'asc', nulls: 'last' }],
      }
