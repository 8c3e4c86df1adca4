/**
 * How rows of other models are fetched to evaluate a query here.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import { sampleOf } from '../value/sampleOf.js'
import type { Json, Kind } from '../value/Value.js'
import type { Model } from '../schema/Schema.js'
import type { Expression, Predicate } from '../expression/Expression.js'
import type { Client } from '../client/Client.js'
import { sizeOf, sureOf, type Walk } from '../client/pages/Walk.js'
import { walkOf } from '../client/pages/walkOf.js'
import { answerOf, isExact, type Answer } from '../client/Support.js'
import { conjunction, subqueriesOf } from '../query/parts.js'
import { allOf, type Query } from '../query/Query.js'
import { free, both, least, plus, requestsFor, times, twiceFor, walkCost, worse, type Cost } from './Cost.js'
import type { Hop, Need } from '../query/needs.js'

/**
 * The rows of a model to fetch.
 *
 * - `whole`: all of them.
 * - `some`: those that meet the conditions of `query`.
 * - `in`: those whose column `to` is among the values that earlier rows have as `from`. A request has `chunk` values,
 *   and all requests together at most `upTo`. For more values, all rows of the model are fetched, since that is known
 *   to take fewer requests.
 * - `each`: like `in`, with one request for each value.
 *
 * `then` describes the rows that these lead to.
 *
 * @since 0.1.0
 */
export interface Fetch {
  readonly client: string
  readonly how: 'whole' | 'some' | 'in' | 'each'
  readonly model: string
  readonly from: string | null
  readonly to: string | null
  readonly chunk: number
  readonly upTo: number
  /** Whether each value has at most one row. */
  readonly unique: boolean
  /** Whether only rows with the values come. */
  readonly exact: boolean
  /**
   * Whether the decision to fetch all rows of the model is made at run time, since their number is unknown. The first
   * page of all rows reveals it.
   */
  readonly late: boolean
  /** The largest cost, without the rows that these lead to. `null` until that is planned. */
  readonly bound: Cost | null
  readonly query: Query
  readonly walk: Walk
  /** How all rows of the model would be fetched. */
  readonly listing: Walk
  readonly then: ReadonlyArray<Fetch>
}

/** How many values are requested at once if the client doesn't say how many it takes. */
const usual = 1000

/**
 * The largest number of values of a column to ask for. For more values, it is known to cost less to list all rows. A
 * request for more rows than usual counts as several.
 *
 * @since 0.1.0
 */
export const upToFor = (rows: number | null, listing: Walk, chunk: number): number =>
  rows === null
    ? Infinity
    : chunk * Math.max(requestsFor(rows, listing, 1) ?? Infinity, Math.ceil(rows / usual))

/**
 * The conditions that a client answers together, and how.
 *
 * @since 0.1.0
 */
export const understood = (
  client: Client,
  query: Query,
  conjuncts: ReadonlyArray<Predicate<Query>>,
): { readonly where: ReadonlyArray<Predicate<Query>>; readonly answer: Answer } => {
  const own = conjuncts.filter((each) =>
    subqueriesOf({ ...query, where: each }).every((inner) => isExact(client, inner)),
  )
  return settle(client, query, own)
}

/** What a backend can do with one condition may depend on the others, so the rest is asked about again. */
const settle = (
  client: Client,
  query: Query,
  where: ReadonlyArray<Predicate<Query>>,
): { readonly where: ReadonlyArray<Predicate<Query>>; readonly answer: Answer } => {
  // A nested conjunction would be split up.
  const answer = answerOf(client, { ...query, where: conjunction(where) })
  const left = where.filter((_, i) => (answer.where[i] ?? 'unsupported') !== 'unsupported')
  return left.length === where.length ? { where, answer } : settle(client, query, left)
}

/**
 * The condition that a column has one of some values.
 *
 * @since 0.1.0
 */
export const among = (column: string, kind: Kind, values: ReadonlyArray<Json>): Predicate<Query> => {
  const left: Expression<Query> = { _tag: 'column', path: [column], level: 0 }
  const right = values.map((value): Expression<Query> => ({ _tag: 'const', kind, value }))
  return { _tag: 'lookup', name: 'in', left, right }
}

/**
 * The condition that a column has a value.
 *
 * @since 0.1.0
 */
export const equal = (column: string, kind: Kind, value: Json): Predicate<Query> => ({
  _tag: 'lookup',
  name: 'exact',
  left: { _tag: 'column', path: [column], level: 0 },
  right: [{ _tag: 'const', kind, value }],
})

/**
 * The condition that a column has one of some values, or the first of them if only one can be asked for at once.
 *
 * @since 0.1.0
 */
export const having = (
  { how, column, kind }: { readonly how: 'in' | 'each'; readonly column: string; readonly kind: Kind },
  values: ReadonlyArray<Json>,
): Predicate<Query> => (how === 'in' ? among(column, kind, values) : equal(column, kind, values[0] ?? null))

const wholeOf = (client: Client, model: string, size: number | null): E.Either<QueryError, Fetch> => {
  const query = allOf({ _tag: 'model', model })
  return E.map((walk: Walk): Fetch => ({
    client: answerOf(client, query).client ?? client.name,
    how: 'whole',
    model,
    from: null,
    to: null,
    chunk: 0,
    upTo: 0,
    unique: false,
    exact: true,
    late: false,
    bound: null,
    query,
    walk,
    listing: walk,
    then: [],
  }))(walkOf(client, query, size))
}

/**
 * How the rows that a subquery starts from are fetched.
 *
 * @since 0.1.0
 */
export const fetchOf = (client: Client, need: Need, size: number | null): E.Either<QueryError, Fetch> => {
  const all = allOf({ _tag: 'model', model: need.model })
  const { where } = understood(client, all, need.where)
  return E.flatMap(
    E.map((whole: Fetch): Fetch => {
      if (where.length === 0) return whole
      const query = { ...all, where: conjunction(where) }
      const walk = walkOf(client, query, size)
      return E.isRight(walk) ? { ...whole, how: 'some', query, walk: walk.right } : whole
    })(wholeOf(client, need.model, size)),
    (own: Fetch) =>
      E.map((then: ReadonlyArray<Fetch>): Fetch => ({ ...own, then }))(hopsOf(client, need, size)),
  )
}

/**
 * How the rows that other rows lead to are fetched.
 *
 * @since 0.1.0
 */
export const hopsOf = (
  client: Client,
  need: Need,
  size: number | null,
): E.Either<QueryError, ReadonlyArray<Fetch>> =>
  E.traverseArray((hop: Hop) =>
    E.flatMap(hopOf(client, hop, size), (own: Fetch) =>
      E.map((then: ReadonlyArray<Fetch>): Fetch => ({ ...own, then }))(hopsOf(client, hop.need, size)),
    ),
  )(need.hops)

const hopOf = (client: Client, { from, to, need }: Hop, size: number | null): E.Either<QueryError, Fetch> =>
  E.map((whole: Fetch): Fetch => {
    const { model: name } = need
    const model: Model | undefined = client.schema.models.get(name)
    const kind = model?.columns.get(to)?.kind ?? 'int'
    const all = allOf({ _tag: 'model', model: name })
    const isKey = model?.primaryKey === to
    const asked = (where: Predicate<Query>) => understood(client, all, [where])
    const several = asked(among(to, kind, [sampleOf(kind), sampleOf(kind)]))
    const [fidelity] = several.answer.where
    const page = sizeOf(client, several.answer)
    const chunk = Math.max(
      1,
      Math.floor(Math.min(several.answer.maxMembers ?? usual, least(page, size) ?? Infinity)),
    )
    const sampled = { ...all, where: among(to, kind, [sampleOf(kind), sampleOf(kind)]) }
    const late = several.answer.rows === undefined && whole.walk.size !== null && whole.walk.by !== 'once'
    const walk = fidelity === undefined ? null : walkOf(client, sampled, size)
    if (walk !== null && E.isRight(walk)) {
      // The pages of this query may have fewer rows than the client's answer to the question said.
      const members =
        isKey && fidelity === 'exact'
          ? (least(chunk, walk.right.size) ?? chunk)
          : (several.answer.maxMembers ?? usual)
      return {
        ...whole,
        how: 'in',
        from,
        to,
        late,
        walk: walk.right,
        exact: fidelity === 'exact',
        chunk: members,
        upTo: upToFor(several.answer.rows ?? null, whole.walk, members),
        unique: isKey && fidelity === 'exact',
      }
    }
    const single = { ...all, where: equal(to, kind, sampleOf(kind)) }
    const [one] = asked(single.where).answer.where
    const walkOne = one === undefined ? null : walkOf(client, single, size)
    const listed = requestsFor(several.answer.rows ?? null, whole.walk, 1)
    // Values are requested one by one only if that is cheaper than fetching all rows. If that is unknown, only a single
    // value is.
    return walkOne !== null && E.isRight(walkOne)
      ? {
          ...whole,
          how: 'each',
          from,
          to,
          late,
          walk: walkOne.right,
          chunk: 1,
          upTo: listed ?? 1,
          unique: isKey && one === 'exact',
          exact: one === 'exact',
        }
      : { ...whole, from, to }
  })(wholeOf(client, need.model, size))

/**
 * The other rows to fetch: those that subqueries start from, and those that rows lead to.
 *
 * @since 0.1.0
 */
export interface Fetching {
  readonly others: ReadonlyArray<Fetch>
  readonly hops: ReadonlyArray<Fetch>
}

/**
 * How to fetch everything that a query needs apart from its own rows.
 *
 * @since 0.1.0
 */
export const fetchesOf = (
  client: Client,
  needs: { readonly base: Need; readonly others: ReadonlyArray<Need> },
  size: number | null,
): E.Either<QueryError, Fetching> =>
  E.flatMap(
    E.traverseArray((each: Need) => fetchOf(client, each, size))(needs.others),
    (others: ReadonlyArray<Fetch>) =>
      E.map((hops: ReadonlyArray<Fetch>) => ({ others, hops }))(hopsOf(client, needs.base, size)),
  )

/**
 * The largest cost of fetching, for a number of earlier rows that come in a number of parts.
 *
 * @since 0.1.0
 */
export const fetchCost = (
  client: Client,
  fetch: Fetch,
  before: number | null,
  parts: number | null,
): Cost => {
  const { cost, rows } = ownCost(client, fetch, before, parts)
  return fetch.then.reduce((sum, next) => both(sum, fetchCost(client, next, rows, parts)), cost)
}

/**
 * The same fetches, each with its largest cost. If they are repeated for each part of the rows, it is unknown how much
 * of that is left for later parts.
 *
 * @since 0.2.0
 */
export const bounded = (
  client: Client,
  fetches: ReadonlyArray<Fetch>,
  before: number | null,
  parts: number | null,
): ReadonlyArray<Fetch> =>
  fetches.map((fetch): Fetch => {
    const { cost, rows } = ownCost(client, fetch, before, parts)
    const then = bounded(client, fetch.then, rows, parts)
    return { ...fetch, late: fetch.late && parts === 1, bound: cost, then }
  })

/** The cost of a fetch without the rows that these lead to, and the number of its rows. */
const ownCost = (
  client: Client,
  fetch: Fetch,
  before: number | null,
  parts: number | null,
): { readonly cost: Cost; readonly rows: number | null } => {
  const { answer } = understood(client, fetch.query, [])
  const all = answer.rows ?? null
  const withTwice = (rows: number | null, walk: Walk) => plus(rows, twiceFor(rows ?? 0, walk))
  const listed = fetch.how === 'some' ? fetch.walk : fetch.listing
  const whole = walkCost(
    client,
    listed,
    requestsFor(all, listed, 1),
    withTwice(all, listed),
    answer.milliseconds,
  )
  const estimate = (): { readonly cost: Cost; readonly rows: number | null } => {
    switch (fetch.how) {
      case 'whole':
      case 'some':
        return { cost: whole, rows: times(parts, all) }
      case 'in':
      case 'each': {
        const values = least(before, fetch.upTo === Infinity ? null : times(parts, fetch.upTo))
        // Each part may end with a chunk that isn't full.
        const chunks = least(plus(values === null ? null : Math.floor(values / fetch.chunk), parts), values)
        const rows = fetch.unique ? values : times(fetch.exact ? parts : chunks, all)
        const atOnce = fetch.unique && fetch.chunk <= sureOf(fetch.walk)
        const requests = atOnce ? chunks : requestsFor(rows, fetch.walk, chunks)
        const fetched = atOnce ? rows : withTwice(rows, fetch.walk)
        const asked = walkCost(client, fetch.walk, requests, fetched, answer.milliseconds)
        const few = fetch.upTo === Infinity || (before !== null && before <= fetch.upTo)
        return {
          cost: few ? asked : parts === 1 ? worse(asked, whole) : both(asked, whole),
          rows: least(fetch.unique ? before : few ? rows : null, times(parts, all)),
        }
      }
    }
  }
  return estimate()
}

/**
 * The cost of several fetches.
 *
 * @since 0.1.0
 */
export const fetchesCost = (
  client: Client,
  fetches: ReadonlyArray<Fetch>,
  before: number | null,
  parts: number | null,
): Cost => fetches.reduce((sum, each) => both(sum, fetchCost(client, each, before, parts)), free)
