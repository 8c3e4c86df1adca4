/**
 * Plans that ask a client for the rows of a model, with as much of a query's first pass as it answers. The rest is done
 * here.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { unsupported, type QueryError } from '../value/QueryError.js'
import type { Client } from '../client/Client.js'
import { pagesFor, sureOf, type Walk } from '../client/pages/Walk.js'
import { walkOf } from '../client/pages/walkOf.js'
import { answerOf } from '../client/Support.js'
import { mentions, needsOf } from '../query/needs.js'
import { baseOf, conjunction } from '../query/parts.js'
import { allOf, around, layersOf, type From, type Query } from '../query/Query.js'
import { computes, isAlike, keeps, narrowed } from './alike.js'
import { along, carriedBy, nothingAlong, withoutThose, type Along } from './along.js'
import type { PlanInput } from './PlanInput.js'
import { chunksFor, fetchedBy, finite, uniquely, mostValuesOf } from './bounds.js'
import { both, free, least, most, requestsFor, walkCost, worse, type Cost } from './Cost.js'
import { bounded, fetchesCost, fetchesOf, hopsOf, type Fetch } from './Fetch.js'
import type { BasePass } from './ground.js'
import type { Plan, Sieve } from './Plan.js'
import { sampled, type Split } from './split.js'

/**
 * How a query's first pass is asked. With `plainly`, only its conditions are asked. With `carries`, related rows come
 * along.
 *
 * @since 0.2.0
 */
export interface FetchWay {
  readonly ground: BasePass
  readonly first: Query
  readonly split: Split
  readonly plainly?: boolean
  readonly carries?: boolean
}

/** How far the order and the slice are pushed down. Fetching stops once `until` rows have come. */
interface Reach {
  readonly sliced: boolean
  readonly until: number | null
  readonly streams: boolean
}

const reachOf = (
  { client, query, size }: PlanInput,
  { ground, first, split, plainly = false }: FetchWay,
): Reach => {
  const { order, slice } = first
  const bare: Query = { ...ground.asked, where: conjunction(split.where) }
  const computedHere = new Set(ground.left.map(({ name }) => name))
  const alone = split.before.length === 0
  const ordered =
    !plainly &&
    alone &&
    order.length > 0 &&
    !first.reverse &&
    first.distinctOn === null &&
    order.every(({ expression }) => !mentions(expression, computedHere)) &&
    keeps(client, { ...bare, order }, split.where, 'order')
  const byRow = first.group === null && !first.distinct
  const limited = ordered && byRow && slice !== null
  const sliced =
    limited && split.rest.length === 0 && keeps(client, { ...bare, order, slice }, split.where, 'slice')
  const enough = !limited || slice.limit === null ? null : slice.limit === 0 ? 0 : slice.offset + slice.limit
  const inPages =
    size !== null &&
    layersOf(query).length === 1 &&
    alone &&
    byRow &&
    first.distinctOn === null &&
    !first.reverse
  return {
    sliced,
    until: sliced ? null : enough,
    streams: inPages && (ordered || (order.length === 0 && slice === null)),
  }
}

/** What the client is asked, and what is left of the query. `sieve` says which rows pass the rest of the conditions. */
interface Parted {
  readonly pushed: Query
  readonly left: Query
  readonly given: number
  readonly sieve: Query
  readonly besides: Along
  readonly added: boolean
}

const partedBy = ({ client, query }: PlanInput, way: FetchWay, { sliced, until, streams }: Reach): Parted => {
  const { ground, first, split, carries = false } = way
  const [, ...outer] = layersOf(query)
  // The columns that the client has computed exist when the rest starts.
  const given = ground.left.length < first.annotations.length ? 1 : 0
  const from: From = given === 0 ? first.from : { _tag: 'query', query: ground.given }
  const asked: Query = {
    ...ground.asked,
    where: conjunction(split.where),
    ...(sliced || until !== null || streams ? { order: first.order } : {}),
    ...(sliced ? { slice: first.slice } : {}),
  }
  const besides =
    carries && outer.length === 0
      ? along(client, asked, first, (more) => isAlike(client, asked, more, split))
      : nothingAlong(asked)
  const key = keyOf(client, baseOf(first))
  const { pass, added } = withoutThose(first, besides.carried, key.name)
  const rest = { from, annotations: ground.left, where: conjunction(split.rest) }
  const left = outer.reduce(around, { ...pass, ...rest, ...(sliced ? { order: [], slice: null } : {}) })
  const needs = needsOf(client.schema, left, given)
  return {
    pushed: narrowed(client, besides.pushed, needs.base, split),
    left,
    given,
    sieve: { ...allOf(from), ...rest, columns: [key] },
    besides,
    added,
  }
}

/** How the rows are fetched with the first 0, 1, … of the conditions on keys. */
interface Fetched {
  readonly walk: Walk
  readonly walks: ReadonlyArray<Walk>
  readonly cost: Cost
  /** The largest number of rows, for each of the ways. */
  readonly here: number | null
  readonly gives: number | null
}

const fetchedOf = (
  client: Client,
  { ground, first, split }: FetchWay,
  pushed: Query,
  { until }: Reach,
  size: number | null,
): E.Either<QueryError, Fetched> => {
  const { before } = split
  const atMost = until === 0 ? 0 : uniquely(client, ground, first, split)
  const known = answerOf(client, pushed).rows ?? null
  const bound = least(atMost, known)
  // If all rows are fetched after all, there may be more rows than those with the values.
  const listed = until === 0 ? 0 : least(uniquely(client, ground, first, { ...split, before: [] }), known)
  const [asked] = before
  // All rows are fetched only if there may be too many values to ask for.
  const lists = asked !== undefined && (mostValuesOf(asked) ?? Infinity) > asked.upTo
  const shorter = E.traverseArray((n: number) =>
    n === 0 && !lists
      ? E.right(null)
      : walkOf(client, sampled(pushed, split, n), null, n === 0 ? null : atMost),
  )(before.map((_, n) => n))
  if (E.isLeft(shorter)) return shorter
  const limit = pushed.slice?.limit ?? null
  return E.map((walk: Walk): Fetched => {
    const walks = [...shorter.right, walk].map((each) => each ?? walk)
    const costs = walks.map((each, n): Cost =>
      n === 0 && asked !== undefined
        ? lists
          ? costOfListing(client, pushed, each, listed)
          : free
        : costOfKeys(client, pushed, each, split, bound),
    )
    return {
      walk,
      walks,
      cost: costs.reduce(worse, free),
      here: least(lists ? listed : bound, limit),
      gives: least(bound, limit),
    }
  })(walkOf(client, sampled(pushed, split, before.length), size, atMost))
}

/** The cost of a number of requests that fetch at most `rows` rows. */
const costOfRequests = (
  client: Client,
  pushed: Query,
  walk: Walk,
  requests: number | null,
  rows: number | null,
): Cost =>
  walkCost(
    client,
    walk,
    requests,
    fetchedBy(walk, requests, rows, pushed.slice?.limit ?? null),
    answerOf(client, pushed).milliseconds,
  )

/** The cost of fetching all rows, without the conditions on keys. */
const costOfListing = (client: Client, pushed: Query, walk: Walk, rows: number | null): Cost => {
  const limit = pushed.slice?.limit ?? null
  const requests = limit !== null ? pagesFor(limit, walk) : requestsFor(rows, walk, 1)
  return costOfRequests(client, pushed, walk, requests, rows)
}

/**
 * The cost of fetching the rows that meet the conditions, with a number of values of the first condition on keys at a
 * time.
 */
const costOfKeys = (
  client: Client,
  pushed: Query,
  walk: Walk,
  { before }: Split,
  bound: number | null,
): Cost => {
  const [asked] = before
  const limit = pushed.slice?.limit ?? null
  const chunks =
    asked === undefined
      ? 1
      : asked.how === 'each'
        ? Math.max(1, least(mostValuesOf(asked), asked.upTo) ?? 1)
        : chunksFor(least(mostValuesOf(asked), finite(asked.upTo)), asked.chunk)
  const inexact = asked !== undefined && asked.fidelity !== 'exact'
  const all = !inexact ? bound : bound !== null && chunks !== null ? bound * chunks : null
  const rows = least(all, limit)
  const atOnce = walk.by === 'once' || (asked?.unique === true && asked.chunk <= sureOf(walk))
  const requests = atOnce ? chunks : limit !== null ? pagesFor(limit, walk) : requestsFor(rows, walk, chunks)
  return costOfRequests(client, pushed, walk, requests, rows)
}

/** The query that rows must pass, and how that is checked. `null` if it is checked only after all rows have come. */
const sieveOf = (
  client: Client,
  { sieve, given }: Parted,
  { until, streams }: Reach,
  { rest }: Split,
): E.Either<QueryError, Sieve | null> =>
  until === null && !(streams && rest.length > 0)
    ? E.right(null)
    : E.map((hops: ReadonlyArray<Fetch>): Sieve => ({ query: sieve, hops, until }))(
        hopsOf(client, needsOf(client.schema, sieve, given).base, null),
      )

/**
 * A plan that asks a client for rows of a model, in one way.
 *
 * @since 0.1.0
 */
export const byRow = (asking: PlanInput, way: FetchWay): E.Either<QueryError, Plan> => {
  const { client, query, shape, forms, size } = asking
  const { ground, first, split } = way
  const reach = reachOf(asking, way)
  const parted = partedBy(asking, way, reach)
  const { pushed, left, given, besides, added } = parted
  const { until, streams } = reach
  if (!computes(client, pushed, split)) return E.left(unsupported(client.name, 'annotations with the rest'))
  const fetching = fetchesOf(client, needsOf(client.schema, left, given), null)
  if (E.isLeft(fetching)) return fetching
  const sifting = sieveOf(client, parted, reach, split)
  if (E.isLeft(sifting)) return sifting
  const { others, hops } = fetching.right
  const sieve = sifting.right
  return E.map(({ walk, walks, cost: fetched, here, gives }: Fetched): Plan => {
    const inPages = streams || sieve !== null ? fetched.requests : 1
    const parts = streams ? inPages : 1
    const own = query.slice?.limit ?? null
    return {
      madeFor: client,
      client: answerOf(client, pushed).client ?? client.name,
      query,
      pushed,
      // If fetching may stop early, nothing is fetched ahead.
      walk: until === null ? walk : { ...walk, concurrency: 1 },
      residual: {
        query: left,
        given,
        restored: [...ground.restored, ...besides.restored],
        keyed: true,
        carried: carriedBy(besides, keyOf(client, baseOf(first)).name, added),
        before: split.before,
        walks,
        others: bounded(client, others, null, 1),
        hops: bounded(client, hops, here, parts),
        sieve: sieve === null ? null : { ...sieve, hops: bounded(client, sieve.hops, here, inPages) },
        streams,
        fetched,
      },
      shape,
      forms,
      ...[
        fetched,
        ...split.before.map((keys): Cost => keys.plan ?? free),
        fetchesCost(client, others, null, 1),
        fetchesCost(client, hops, here, parts),
        ...(sieve === null ? [] : [fetchesCost(client, sieve.hops, here, inPages)]),
      ].reduce(both, free),
      total: 'unknown',
      gives: layersOf(query).some(({ from }) => from._tag === 'combine') ? own : least(own, most(gives, 1)),
    }
  })(fetchedOf(client, way, pushed, reach, streams ? size : null))
}

/**
 * The primary key of a model's rows, as a column.
 *
 * @since 0.1.0
 */
export const keyOf = (client: Client, model: string) => {
  const name = client.schema.models.get(model)?.primaryKey ?? 'id'
  return { name, expression: { _tag: 'column', path: [name], level: 0 } as const }
}
