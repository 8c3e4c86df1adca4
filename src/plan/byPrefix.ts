import { either as E } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Client } from '../client/Client.js'
import { pagesFor, type Walk } from '../client/pages/Walk.js'
import { walkOf } from '../client/pages/walkOf.js'
import { answerOf, answersPass } from '../client/Support.js'
import { needsOf } from '../query/needs.js'
import { baseOf } from '../query/parts.js'
import { around, isOrdered, layersOf, type Query } from '../query/Query.js'
import { along, carriedBy, nothingAlong, withoutThose, type Along } from './along.js'
import type { PlanInput } from './PlanInput.js'
import { boundOf, fetchedBy } from './bounds.js'
import { both, free, least, most, requestsFor, walkCost, type Cost } from './Cost.js'
import { bounded, fetchesCost, fetchesOf } from './Fetch.js'
import type { Plan } from './Plan.js'
import type { Prefix } from './prefix.js'

/** The prefix that the client is asked, and what is left: the next pass, and the passes around it. */
interface PushedPrefix {
  readonly pushed: Query
  readonly besides: Along
  readonly own: Query
  readonly added: boolean
  readonly outer: ReadonlyArray<Query>
  readonly primaryKey: string
}

const begunWith = (client: Client, { pushed, left, given }: Prefix, carries: boolean): PushedPrefix => {
  const [next = left, ...outer] = layersOf(left).slice(given)
  const { primaryKey = '' } = client.schema.models.get(baseOf(pushed)) ?? {}
  // After a union, rows with the same key may have different related rows.
  const apart = layersOf(pushed).every(({ from }) => from._tag !== 'combine')
  const besides =
    carries && outer.length === 0 && apart
      ? along(client, pushed, next, (more) => answersPass(client, more, baseOf(more)))
      : nothingAlong(pushed)
  const { pass: own, added } = withoutThose(next, besides.carried, primaryKey)
  return { pushed: besides.pushed, besides, own, added, outer, primaryKey }
}

/** Whether rows are given one by one, in the order in which they arrive. */
const isGivenAsItComes = ({ pushed, own, outer }: PushedPrefix): boolean =>
  outer.length === 0 &&
  own.where === null &&
  own.group === null &&
  !own.distinct &&
  own.distinctOn === null &&
  own.order.length === 0 &&
  !own.reverse &&
  own.from._tag === 'query' &&
  (own.slice === null || isOrdered(pushed))

/** How many rows are enough. `null` means all are needed. */
const enoughOf = ({ slice }: Query): number | null =>
  slice === null || slice.limit === null ? null : slice.limit === 0 ? 0 : slice.offset + slice.limit

/** The cost of fetching the rows of a walk that has at most `bound` rows. */
const costOfWalk = (client: Client, pushed: Query, walk: Walk, bound: number | null): Cost => {
  const { milliseconds } = answerOf(client, layersOf(pushed)[0] ?? pushed)
  const limit = pushed.slice?.limit ?? null
  const requests =
    walk.by === 'once' ? 1 : limit !== null ? pagesFor(limit, walk) : requestsFor(bound, walk, 1)
  return walkCost(client, walk, requests, fetchedBy(walk, requests, bound, limit), milliseconds)
}

/**
 * A plan that asks a client the prefix of a query, and evaluates the rest here. With `carries`, related rows come
 * along.
 *
 * @since 0.2.0
 */
export const byPrefix = (
  { client, query, shape, forms, size }: PlanInput,
  prefix: Prefix,
  carries = false,
): E.Either<QueryError, Plan> => {
  const begun = begunWith(client, prefix, carries)
  const { pushed, besides, own, outer, primaryKey, added } = begun
  const { given, restored } = prefix
  const left = outer.reduce(around, own)
  const asItComes = isGivenAsItComes(begun)
  const until = asItComes ? enoughOf(own) : null
  const streams = size !== null && asItComes
  const fetching = fetchesOf(client, needsOf(client.schema, left, given), null)
  if (E.isLeft(fetching)) return fetching
  const { others, hops } = fetching.right
  return E.map((walk: Walk): Plan => {
    const bound = until === 0 ? 0 : boundOf(client, pushed)
    const fetched = costOfWalk(client, pushed, walk, bound)
    const parts = streams ? fetched.requests : 1
    const asked = query.slice?.limit ?? null
    return {
      madeFor: client,
      client: answerOf(client, layersOf(pushed)[0] ?? pushed).client ?? client.name,
      query,
      pushed,
      walk: until === null ? walk : { ...walk, concurrency: 1 },
      residual: {
        query: left,
        given,
        restored: [...restored, ...besides.restored],
        keyed: false,
        carried: carriedBy(besides, primaryKey, added),
        before: [],
        walks: [walk],
        others: bounded(client, others, null, 1),
        hops: bounded(client, hops, bound, parts),
        sieve: until === null ? null : { query: null, hops: [], until },
        streams,
        fetched,
      },
      shape,
      forms,
      ...[fetched, fetchesCost(client, others, null, 1), fetchesCost(client, hops, bound, parts)].reduce(
        both,
        free,
      ),
      total: 'unknown',
      gives: [own, ...outer].some(({ from }) => from._tag === 'combine')
        ? asked
        : least(asked, most(bound, 1)),
    }
  })(walkOf(client, pushed, streams ? size : null, until === 0 ? 0 : null))
}
