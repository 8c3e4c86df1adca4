/**
 * Plans: what will be asked of a client and what will be done here, before anything is.
 *
 * @since 0.1.0
 */
import { either as E, ord as O } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import { sampleOf } from '../value/sampleOf.js'
import type { Json, Kind } from '../value/Value.js'
import { ownField } from '../expression/ownField.js'
import type { Predicate } from '../expression/Expression.js'
import { exceeding } from '../client/Budget.js'
import type { Client } from '../client/Client.js'
import { pagesFor, sizeOf, sureOf, walkOf, type Walk } from '../client/pages.js'
import { answerOf, isExact, type Fidelity } from '../client/Support.js'
import { baseOf, conjunction, conjunctsOf, subqueriesOf } from '../query/parts.js'
import { budgetOf } from '../client/within.js'
import { fold } from '../query/fold.js'
import { allOf, layersOf, type Query } from '../query/Query.js'
import { shapeOf, type Shape } from '../query/shape.js'
import { stepsOf, type AnyQueryset, type Form, type Queryset } from '../queryset/Queryset.js'
import {
  both,
  byCost,
  free,
  least,
  manifold,
  most,
  plus,
  requestsFor,
  twiceFor,
  walkCost,
  worse,
  type Cost,
} from './Cost.js'
import { among, equal, fetchesCost, fetchOf, hopsOf, understood, upToFor, type Fetch } from './Fetch.js'
import { sizeFor } from './chunks.js'
import { mentions, needsOf, type Need } from '../query/needs.js'
import { semijoinOf } from './semijoin.js'
import { total } from './total.js'

declare const read: unique symbol

/**
 * How a queryset will be answered, whose rows are read as `A`.
 *
 * - `query` is what it means.
 * - `pushed` is the query whose rows are fetched from the client, and `walk` how: among others, how much is `noticed`
 *   of rows that come or go meanwhile.
 * - `residual` is what is done here with those rows; `null` where nothing is left to do.
 * - `requests`, `rows` (all that are fetched, of whatever model) and `milliseconds` are how many at most, `null`
 *   where that depends on the data.
 * - `total` says what the client knows of how many rows there are: `'exact'`, `'at least'`, or `'unknown'` until they
 *   have been fetched.
 *
 * @since 0.1.0
 */
export interface Plan<A = unknown> extends Cost {
  readonly [read]?: A
  readonly client: string
  readonly query: Query
  readonly pushed: Query
  readonly walk: Walk
  readonly residual: Residual | null
  readonly shape: Shape
  readonly forms: Forms
  readonly total: 'exact' | 'at least' | 'unknown'
  /** How many rows it gives at most. */
  readonly gives: number | null
}

/**
 * What is done here.
 *
 * - `before` is asked first: each gives the values that a column of the rows to be fetched must have one of, so many
 *   in a request at most; where the client may give too many, they are looked through again. `walks` are how rows are
 *   fetched by the first so many of them (none, one, …): further ones are left out where there are too many values.
 * - `query` is evaluated over the rows that were fetched, and those of `others` and what `hops` lead to.
 * - `sieve` stops fetching once so many rows have passed its query, where there is one.
 * - `streams` tells whether pages are answered one by one.
 * - `fetched` is what fetching the rows of `pushed` costs at most: a part of what the whole plan costs.
 *
 * @since 0.1.0
 */
export interface Residual {
  readonly query: Query
  readonly before: ReadonlyArray<Keys>
  readonly walks: ReadonlyArray<Walk>
  readonly others: ReadonlyArray<Fetch>
  readonly hops: ReadonlyArray<Fetch>
  readonly sieve: Sieve | null
  readonly streams: boolean
  readonly fetched: Cost
}

/** @since 0.1.0 */
export interface Keys {
  readonly column: string
  readonly kind: Kind
  /** What gives the values; `null` where they are given. */
  readonly plan: Plan | null
  readonly values: ReadonlyArray<Json>
  readonly fidelity: Fidelity
  /** Many values in a request, or one. */
  readonly how: 'in' | 'each'
  readonly chunk: number
  /** Whether each value has one row at most. */
  readonly unique: boolean
  /** They are asked for only where there are no more than so many; else all rows are fetched, which costs less. */
  readonly upTo: number
}

/** @since 0.1.0 */
export interface Sieve {
  readonly query: Query
  readonly hops: ReadonlyArray<Fetch>
  /** `null`: all that pass. */
  readonly until: number | null
}

const typedPlan =
  (client: Client) =>
  <R, A, M>(queryset: Queryset<R, A, M>): E.Either<QueryError, Plan<A>> =>
    E.map((planned: Plan) => {
      clients.set(planned, client)
      // The shape that the plan reads rows by is the one that the queryset's type describes.
      return planned as Plan<A>
    })(planOf(client, queryset))

/**
 * Plans a queryset for a client: what will be asked of it, and what will be done here, with how many requests and rows
 * that takes at most. Nothing is asked. `run` does what a plan says; `explain` tells it.
 *
 * A queryset that is mistaken, or costs more than the client's budget, is a `Left`.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { either as E } from 'fp-ts'
 * import { autoId, plan, schema, slice } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const planned = pipe(models.genre, slice(0, 5), plan(memory(models, {})))
 * if (E.isRight(planned)) console.log(planned.right.requests, planned.right.rows, planned.right.residual) // => 1 5 null
 *
 * @since 0.1.0
 */
export const plan = total('plan', 2, 'answer', typedPlan)

/** Which client each plan was made for: a name may be another's too. */
const clients = new WeakMap<Plan, Client>()

/**
 * Whether a plan was made for this client, or for one that knows the same models and can do the same, as the client
 * below a middleware does.
 *
 * @since 0.1.0
 */
export const isFor = (client: Client, planned: Plan): boolean => {
  const own = clients.get(planned)
  return own?.name === client.name && own.schema === client.schema && own.support === client.support
}

/**
 * The same; `size` is how many rows to fetch at a time where they are wanted page by page.
 *
 * @since 0.1.0
 */
export const planOf = (
  client: Client,
  queryset: AnyQueryset,
  size: number | null = null,
): E.Either<QueryError, Plan> =>
  E.map((planned: Plan): Plan => {
    const { walk, residual } = planned
    // Who wants the rows one after the other may want no more of them.
    return size === null || residual?.streams === false
      ? planned
      : { ...planned, walk: { ...walk, concurrency: 1 } }
  })(E.flatMap(fold(queryset), (query: Query) => planQuery(client, query, formsOf(queryset), size)))

const record: Forms = { form: 'record', related: {} }

/**
 * Plans a query. What costs more than the client's budget allows is an `OverBudget`.
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
    E.flatMap(shapeOf(client.schema, query), (shape: Shape) => planned(client, query, shape, forms, size)),
    (planned: Plan) => withinBudget(client, planned),
  )

const planned = (
  client: Client,
  query: Query,
  shape: Shape,
  forms: Forms,
  size: number | null,
): E.Either<QueryError, Plan> => {
  if (!isExact(client, query)) return inParts(client, query, shape, forms, size)
  const whole = E.map((walk: Walk): Plan => {
    const limit = query.slice?.limit ?? null
    const answer = answerOf(client, layersOf(query)[0] ?? query)
    const bound = client.support === undefined ? limit : least(limit, rowsOf(client, query))
    const requests =
      walk.by === 'once' ? 1 : limit !== null ? pagesFor(limit, walk) : requestsFor(bound, walk, 1)
    return {
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
  })(walkOf(client, query, size))
  return E.isLeft(whole) && whole.left._tag === 'Unsupported'
    ? inParts(client, query, shape, forms, size)
    : whole
}

/** How many rows are fetched at most where there are so many, or so many are asked for: some come twice. */
const fetchedBy = (
  walk: Walk,
  requests: number | null,
  rows: number | null,
  limit: number | null,
): number | null =>
  walk.by === 'once' || !walk.overlap
    ? rows
    : plus(rows, limit === null ? twiceFor(rows ?? 0, walk) : (requests ?? 1) - 1)

/** How many rows a query has at most, by how many its model has. */
const rowsOf = (client: Client, query: Query): number | null => {
  const layers = layersOf(query)
  if (layers.some(({ from }) => from._tag === 'combine')) return null
  const [first] = layers
  // A group of nothing is a row all the same.
  const one = layers.some(({ group }) => group?.keys.length === 0) ? 1 : 0
  return first === undefined ? null : most(answerOf(client, first).rows ?? null, one)
}

/** What costs more than the client's budget allows is an `OverBudget`. @since 0.1.0 */
export const withinBudget = (client: Client, planned: Plan): E.Either<QueryError, Plan> => {
  const exceeded = exceeding(client.name, budgetOf(client, planned.query), planned)
  return exceeded === null ? E.right(planned) : E.left(exceeded)
}

/** What of a query's innermost pass the client is asked, and what is left of it. */
interface Split {
  readonly where: ReadonlyArray<Predicate<Query>>
  readonly before: ReadonlyArray<Keys>
  readonly rest: ReadonlyArray<Predicate<Query>>
  /** What `before` was made of. */
  readonly taken: ReadonlyArray<Candidate>
}

/**
 * The cheapest way, as far as costs are known: with all conditions on keys that go together, or without some of them. A
 * client that can't go through what meets its conditions may still go through everything.
 */
const inParts = (
  client: Client,
  query: Query,
  shape: Shape,
  forms: Forms,
  size: number | null,
): E.Either<QueryError, Plan> => {
  const [outermost = query] = layersOf(query)
  const first = inOrderOfKeys(client, outermost)
  const model = baseOf(first)
  const found = candidatesOf(client, first, model)
  const planWith = (split: Split, plainly: boolean) =>
    partly(client, query, first, shape, forms, size, split, plainly)
  const attempt = (candidates: ReadonlyArray<Candidate>): Attempt => {
    const split = splitOf(client, model, found, candidates)
    return { candidates, split, plan: planWith(split, false) }
  }
  const all = attempt(found.candidates)
  const parts = all.split.taken.slice(0, tried).reduce<Attempt>((best, candidate) => {
    const without = attempt(best.candidates.filter((each) => each !== candidate))
    return isBetter(client, model, without, best, candidate) ? without : best
  }, all)
  return E.isLeft(parts.plan) && parts.plan.left._tag === 'Unsupported'
    ? planWith({ where: [], before: [], rest: conjunctsOf(first), taken: [] }, true)
    : parts.plan
}

/** So many conditions on keys are tried to be done without, so that planning takes no time to speak of. */
const tried = 8

interface Attempt {
  readonly candidates: ReadonlyArray<Candidate>
  readonly split: Split
  readonly plan: E.Either<QueryError, Plan>
}

/** Of so many rows, a condition is taken to leave one, where it is the only one that selects. */
const selectivity = 10

/**
 * Whether to do without a condition on keys. Bounds don't know that a condition leaves few rows. Where another one
 * selects too, either way has as much of that, and more is to be had of the smaller side; where none does, the rows
 * have to be far fewer than those that the keys come from.
 */
const isBetter = (
  client: Client,
  model: string,
  without: Attempt,
  best: Attempt,
  { keys }: Candidate,
): boolean => {
  if (E.isLeft(without.plan)) return false
  if (E.isLeft(best.plan)) return best.plan.left._tag === 'Unsupported'
  const certain = keys.plan === null && keys.unique
  const selected = without.split.before.length > 0 || without.split.where.some(selects(client, model))
  const here = answerOf(client, allOf({ _tag: 'model', model })).rows ?? Infinity
  const there = keys.plan === null ? 0 : (rowsOf(client, keys.plan.query) ?? 0)
  const weight = certain ? 1 : !selected ? selectivity : here < there ? 1 / 2 : 1
  return O.lt(byCost)(manifold(without.plan.right, weight), best.plan.right)
}

/** Whether a condition is one that few rows meet, as far as its looks tell. */
const selects =
  (client: Client, model: string) =>
  (predicate: Predicate<Query>): boolean => {
    if (predicate._tag !== 'lookup' || !['exact', 'iexact', 'in'].includes(predicate.name)) return false
    const kind = client.schema.models.get(model)?.columns.get(ownField(predicate.left) ?? '')?.kind
    return kind !== undefined && kind !== 'boolean'
  }

/** A model's rows come by their keys, so that is what is meant by a slice of them without an order. */
const inOrderOfKeys = (client: Client, first: Query): Query =>
  first.slice === null || first.order.length > 0 || first.reverse || first.from._tag !== 'model'
    ? first
    : {
        ...first,
        order: [{ expression: keyOf(client, first.from.model).expression, direction: 'asc', nulls: 'last' }],
      }

const partly = (
  client: Client,
  query: Query,
  first: Query,
  shape: Shape,
  forms: Forms,
  size: number | null,
  split: Split,
  plainly: boolean,
): E.Either<QueryError, Plan> => {
  const layers = layersOf(query)
  const model = baseOf(first)
  const all = allOf({ _tag: 'model', model })
  const exactly = split.rest.length === 0 && split.before.length === 0
  const bare: Query = { ...all, where: conjunction(split.where) }
  const annotated = new Set(first.annotations.map(({ name }) => name))
  const orderly =
    !plainly &&
    split.before.length === 0 &&
    first.order.length > 0 &&
    !first.reverse &&
    first.distinctOn === null &&
    first.order.every(({ expression }) => !mentions(expression, annotated)) &&
    keeps(client, { ...bare, order: first.order }, split.where, 'order')
  const limited = orderly && first.group === null && !first.distinct && first.slice !== null
  const sliced =
    limited &&
    exactly &&
    keeps(client, { ...bare, order: first.order, slice: first.slice }, split.where, 'slice')
  const until =
    limited && !sliced && first.slice.limit !== null
      ? first.slice.limit === 0
        ? 0
        : first.slice.offset + first.slice.limit
      : null
  const streams =
    size !== null &&
    layers.length === 1 &&
    split.before.length === 0 &&
    first.group === null &&
    !first.distinct &&
    first.distinctOn === null &&
    !first.reverse &&
    (orderly || (first.order.length === 0 && first.slice === null))
  const residue: Query = {
    ...first,
    where: conjunction(split.rest),
    ...(sliced ? { order: [], slice: null } : {}),
  }
  const residual = layers.slice(1).reduce<Query>(
    (inside, layer) => ({
      ...layer,
      from:
        layer.from._tag === 'combine' ? { ...layer.from, left: inside } : { _tag: 'query', query: inside },
    }),
    residue,
  )
  const needs = needsOf(client.schema, residual)
  const sieveQuery: Query = {
    ...all,
    annotations: first.annotations,
    where: conjunction(split.rest),
    columns: [keyOf(client, model)],
  }
  const base: Query = {
    ...bare,
    ...(sliced || until !== null || streams ? { order: first.order } : {}),
    ...(sliced ? { slice: first.slice } : {}),
  }
  const pushed = narrowed(client, base, needs.base, split)
  const atMost = until === 0 ? 0 : uniquely(client, first, model, split)
  const known = answerOf(client, pushed).rows ?? null
  const bound = least(atMost, known)
  // Where all rows are fetched after all, there may be more than those with the values.
  const listed = until === 0 ? 0 : least(uniquely(client, first, model, { ...split, before: [] }), known)
  const fetching = fetchesOf(client, needs, null)
  if (E.isLeft(fetching)) return fetching
  const sifting =
    until === null && !(streams && split.rest.length > 0)
      ? E.right(null)
      : E.map((hops: ReadonlyArray<Fetch>): Sieve => ({ query: sieveQuery, hops, until }))(
          hopsOf(client, needsOf(client.schema, sieveQuery).base, null),
        )
  if (E.isLeft(sifting)) return sifting
  const answer = answerOf(client, pushed)
  const [asked] = split.before
  // All rows are fetched only where there may be too many values to ask for.
  const lists = asked !== undefined && (valuesOf(asked) ?? Infinity) > asked.upTo
  const shorter = E.traverseArray((n: number) =>
    n === 0 && !lists
      ? E.right(null)
      : walkOf(client, sampled(pushed, split, n), null, n === 0 ? null : atMost),
  )(split.before.map((_, n) => n))
  if (E.isLeft(shorter)) return shorter
  return E.map((walk: Walk): Plan => {
    const walks = [...shorter.right, walk].map((each) => each ?? walk)
    const limit = pushed.slice?.limit ?? null
    const chunks = split.before.reduce<number | null>(
      (parts, keys, i) =>
        i > 0
          ? parts
          : keys.how === 'each'
            ? Math.max(1, least(valuesOf(keys), keys.upTo) ?? 1)
            : chunksFor(least(valuesOf(keys), finite(keys.upTo)), keys.chunk),
      1,
    )
    const inexact = split.before.length > 0 && split.before[0]?.fidelity !== 'exact'
    const rows = least(
      inexact && bound !== null && chunks !== null ? bound * chunks : inexact ? null : bound,
      limit,
    )
    const costs = walks.map((each, n): Cost => {
      const listing = n === 0 && asked !== undefined
      if (listing && !lists) return free
      const own = listing ? listed : rows
      const requests =
        !listing && (each.by === 'once' || (asked?.unique === true && asked.chunk <= sureOf(each)))
          ? chunks
          : limit !== null
            ? pagesFor(limit, each)
            : requestsFor(own, each, listing ? 1 : chunks)
      return walkCost(client, each, requests, fetchedBy(each, requests, own, limit), answer.milliseconds)
    })
    const fetched = costs.reduce(worse, free)
    const { requests } = fetched
    const here = least(lists ? listed : bound, limit)
    const parts = streams || sifting.right !== null ? requests : 1
    const cost = [
      fetched,
      ...split.before.map((keys): Cost => keys.plan ?? free),
      fetchesCost(client, fetching.right.others, null, 1),
      fetchesCost(client, fetching.right.hops, here, streams ? parts : 1),
      ...(sifting.right === null ? [] : [fetchesCost(client, sifting.right.hops, here, parts)]),
    ].reduce(both, free)
    const own = query.slice?.limit ?? null
    return {
      client: answer.client ?? client.name,
      query,
      pushed,
      // Where fetching may stop before the end, nothing is fetched ahead.
      walk: until === null ? walk : { ...walk, concurrency: 1 },
      residual: {
        query: residual,
        before: split.before,
        walks,
        ...fetching.right,
        sieve: sifting.right,
        streams,
        fetched,
      },
      shape,
      forms,
      ...cost,
      total: 'unknown',
      gives: layers.some(({ from }) => from._tag === 'combine')
        ? own
        : least(own, most(least(bound, limit), 1)),
    }
  })(walkOf(client, sampled(pushed, split, split.before.length), streams ? size : null, atMost))
}

interface Fetching {
  readonly others: ReadonlyArray<Fetch>
  readonly hops: ReadonlyArray<Fetch>
}

const fetchesOf = (
  client: Client,
  needs: { readonly base: Need; readonly others: ReadonlyArray<Need> },
  size: number | null,
): E.Either<QueryError, Fetching> =>
  E.flatMap(
    E.traverseArray((each: Need) => fetchOf(client, each, size))(needs.others),
    (others: ReadonlyArray<Fetch>) =>
      E.map((hops: ReadonlyArray<Fetch>) => ({ others, hops }))(hopsOf(client, needs.base, size)),
  )

/** What is asked with the first so many of the conditions on keys: a value of each kind stands for those to come. */
const sampled = (pushed: Query, { where, before }: Split, n: number): Query => ({
  ...pushed,
  where: conjunction([...where, ...before.slice(0, n).map(sampleFor)]),
})

type Having = Pick<Keys, 'how' | 'column' | 'kind'>

const sampleFor = (keys: Having): Predicate<Query> => having(keys, [sampleOf(keys.kind), sampleOf(keys.kind)])

/** The condition that a column has one of some values; the first, where only one can be asked for at once. */
const having = ({ how, column, kind }: Having, values: ReadonlyArray<Json>): Predicate<Query> =>
  how === 'in' ? among(column, kind, values) : equal(column, kind, values[0] ?? null)

/** What of a pass's conditions can be asked, and how. */
interface Found {
  readonly where: ReadonlyArray<Predicate<Query>>
  readonly alone: Asked
  /** What the client doesn't answer exactly. */
  readonly left: ReadonlyArray<Predicate<Query>>
  readonly candidates: ReadonlyArray<Candidate>
}

/** The conditions that the client answers, and those that may become conditions on keys. */
const candidatesOf = (client: Client, first: Query, model: string): Found => {
  const all = allOf({ _tag: 'model', model })
  const annotated = new Set(first.annotations.map(({ name }) => name))
  const conjuncts = conjunctsOf(first)
  const { where, answer } = understood(
    client,
    all,
    conjuncts.filter((each) => !mentions(each, annotated) || annotated.size === 0),
  )
  const exact = new Set(where.filter((_, i) => answer.where[i] === 'exact'))
  const left = conjuncts.filter((each) => !exact.has(each))
  const alone = { where, fidelities: answer.where, before: [] }
  const candidates = left.flatMap((each): ReadonlyArray<Candidate> => {
    if (where.includes(each) || (annotated.size > 0 && mentions(each, annotated))) return []
    const found = candidateOf(client, model, alone, each)
    return found === null ? [] : [found]
  })
  // Only the first is asked for in parts: best so many values at a time that each has one row.
  const rank = ({ keys: { unique, how } }: Candidate): number => (unique ? 0 : how === 'in' ? 1 : 2)
  return { where, alone, left, candidates: [...candidates].sort((a, b) => rank(a) - rank(b)) }
}

/**
 * The conditions that the client answers, those that become conditions on keys, and the others. What a client can do
 * with one condition may depend on the others: each is asked about together with those before it.
 */
const splitOf = (
  client: Client,
  model: string,
  { where, alone, left }: Found,
  candidates: ReadonlyArray<Candidate>,
): Split => {
  const asked = candidates.reduce<Asked & Pick<Split, 'taken'>>(
    (so, candidate) => {
      const keys = askedWith(client, model, so, candidate.keys)
      return keys === null
        ? so
        : {
            where,
            fidelities: [...so.fidelities, keys.fidelity],
            before: [...so.before, keys],
            taken: [...so.taken, candidate],
          }
    },
    { ...alone, taken: [] },
  )
  const { before, taken } = asked
  return {
    where,
    before,
    taken,
    rest: left.filter((each) => !taken.some(({ predicate }) => predicate === each)),
  }
}

/** Conditions that are asked together, and how they are answered then. */
interface Asked {
  readonly where: ReadonlyArray<Predicate<Query>>
  readonly before: ReadonlyArray<Keys>
  readonly fidelities: ReadonlyArray<Fidelity>
}

interface Candidate {
  readonly predicate: Predicate<Query>
  readonly keys: Keys
}

type Values = Pick<Keys, 'column' | 'kind' | 'plan' | 'values'>

/** A condition on values of a column as it would be asked with others; `null` where they don't go together. */
const askedWith = (client: Client, model: string, so: Asked, own: Values): Keys | null => {
  const { column, kind, plan: inner, values } = own
  const all = allOf({ _tag: 'model', model })
  const found = (['in', 'each'] as const).flatMap((how) => {
    const samples = [...so.before, { how, column, kind }].map(sampleFor)
    const query = { ...all, where: conjunction([...so.where, ...samples]) }
    const answer = answerOf(client, query)
    const fidelity = answer.where[so.fidelities.length] ?? 'unsupported'
    const together = fidelity !== 'unsupported' && so.fidelities.every((each, i) => answer.where[i] === each)
    return together && E.isRight(walkOf(client, query, null)) ? [{ how, answer, fidelity }] : []
  })
  const [best] = found
  if (best === undefined) return null
  const { how, answer, fidelity } = best
  const isKey = column === client.schema.models.get(model)?.primaryKey
  const page = sizeOf(client, answer)
  const taken =
    how === 'each'
      ? 1
      : Math.max(1, Math.min(answer.maxMembers ?? 1000, isKey ? (page ?? Infinity) : Infinity))
  const others = so.before.map(sampleFor)
  const chunk = sizeFor(values, taken, (some) => {
    const where = conjunction([...so.where, ...others, having({ how, column, kind }, some)])
    return answerOf(client, { ...all, where }).where[so.fidelities.length] === fidelity
  })
  if (chunk === null) return null
  const listed = { ...all, where: conjunction(so.where) }
  const listing = walkOf(client, listed, null)
  return {
    column,
    kind,
    plan: inner,
    values,
    fidelity,
    how,
    unique: isKey && fidelity === 'exact' && how === 'in',
    upTo:
      how === 'in'
        ? E.isRight(listing)
          ? upToFor(answerOf(client, listed).rows ?? null, listing.right, chunk)
          : Infinity
        : (requestsFor(answer.rows ?? null, { size: page, overlap: false }, 1) ?? 1),
    chunk,
  }
}

/** A condition on what a relation leads to as values that are asked for first, where that is worth it. */
const candidateOf = (
  client: Client,
  model: string,
  so: Asked,
  predicate: Predicate<Query>,
): Candidate | null => {
  const { schema } = client
  const given = membersOf(schema, model, predicate)
  const semijoin = given === null ? semijoinOf(schema, model, predicate) : null
  const column = given?.column ?? semijoin?.column
  const kind = schema.models.get(model)?.columns.get(column ?? '')?.kind
  if (column === undefined || kind === undefined) return null
  const keys = askedWith(client, model, so, { column, kind, plan: null, values: given?.values ?? [] })
  if (keys === null || given !== null) return keys === null ? null : { predicate, keys }
  if (semijoin === null) return null
  const { budget: _, ...unbounded } = client
  const inner = planQuery(unbounded, semijoin.query)
  if (E.isLeft(inner) || inner.right.shape.columns[0]?.kind !== kind) return null
  const { pushed, residual } = inner.right
  const here = answerOf(client, allOf({ _tag: 'model', model })).rows ?? null
  const there = answerOf(client, layersOf(semijoin.query)[0] ?? semijoin.query).rows ?? null
  const selects = layersOf(pushed).some((each) => each.where !== null || each.slice !== null)
  const smaller = there !== null && here !== null && there < here
  return semijoin.given || selects || smaller || (residual !== null && residual.before.length > 0)
    ? { predicate, keys: { ...keys, plan: inner.right } }
    : null
}

/** Values of a column of the row's own that are asked for, of which there are more than the client takes at once. */
const membersOf = (
  schema: Client['schema'],
  model: string,
  predicate: Predicate<Query>,
): { readonly column: string; readonly values: ReadonlyArray<Json> } | null => {
  if (predicate._tag !== 'lookup' || predicate.name !== 'in') return null
  const { left, right } = predicate
  const column = ownField(left)
  const kind = schema.models.get(model)?.columns.get(column ?? '')?.kind
  const values = right.flatMap((each) =>
    each._tag === 'const' && each.kind === kind && each.value !== null ? [each.value] : [],
  )
  return column !== null && values.length === right.length ? { column, values } : null
}

const finite = (n: number): number | null => (n === Infinity ? null : n)

const chunksFor = (values: number | null, size: number): number | null =>
  values === null ? null : Math.ceil(values / size)

/** How many values there are at most. */
const valuesOf = ({ plan: inner, values }: Keys): number | null =>
  inner === null ? values.length : inner.gives

/** Whether the client still answers the conditions as before, and one thing more. */
const keeps = (
  client: Client,
  query: Query,
  where: ReadonlyArray<Predicate<Query>>,
  what: 'order' | 'slice',
): boolean => {
  const answer = answerOf(client, query)
  const before = answerOf(client, { ...query, order: [], slice: null })
  return (
    answer.order &&
    answer[what] &&
    subqueriesOf({ ...query, where: null }).every((inner) => isExact(client, inner)) &&
    where.every((_, i) => answer.where[i] === before.where[i])
  )
}

/** How many rows there are at most, where a condition asks for values of the key, or for nothing. */
const uniquely = (client: Client, first: Query, model: string, { where, before }: Split): number | null => {
  if (conjunctsOf(first).some((each) => each._tag === 'or' && each.any.length === 0)) return 0
  const key = client.schema.models.get(model)?.primaryKey
  const answer = answerOf(client, { ...allOf({ _tag: 'model', model }), where: conjunction(where) })
  // Others may be left out.
  const keyed = before[0]?.unique === true ? before[0] : undefined
  return where.reduce<number | null>(
    (bound, each, i) => {
      if (each._tag !== 'lookup' || (each.name !== 'exact' && each.name !== 'in')) return bound
      return ownField(each.left) === key &&
        answer.where[i] === 'exact' &&
        each.right.every(({ _tag }) => _tag === 'const')
        ? least(bound, each.right.length)
        : bound
    },
    keyed === undefined ? null : valuesOf(keyed),
  )
}

/** Only the columns that are looked at, where the client can leave out the others. */
const narrowed = (client: Client, query: Query, { columns }: Need, split: Split): Query => {
  if (columns === null) return query
  const ordering = query.order.flatMap(({ expression }) =>
    expression._tag === 'column' && expression.path.length === 1 ? expression.path : [],
  )
  const fields = [...new Set([...columns, ...ordering, ...split.before.map(({ column }) => column)])]
  const model = query.from._tag === 'model' ? client.schema.models.get(query.from.model) : undefined
  if (fields.length === model?.columns.size) return query
  const narrow: Query = { ...query, fields }
  const can = [...split.before.map((_, n) => n), split.before.length].every((n) => {
    const answer = answerOf(client, sampled(narrow, split, n))
    const whole = answerOf(client, sampled(query, split, n))
    return (
      answer.projection &&
      answer.order === whole.order &&
      answer.slice === whole.slice &&
      whole.where.every((each, i) => answer.where[i] === each)
    )
  })
  return can ? narrow : query
}

const keyOf = (client: Client, model: string) => {
  const name = client.schema.models.get(model)?.primaryKey ?? 'id'
  return { name, expression: { _tag: 'column', path: [name], level: 0 } as const }
}

/**
 * How the rows of a queryset are given, and those that come with them, by relation.
 *
 * @since 0.1.0
 */
export interface Forms {
  readonly form: Form
  readonly related: { readonly [relation: string]: Forms }
}

/**
 * The forms that a queryset's steps ask for.
 *
 * @since 0.1.0
 */
export const formsOf = (queryset: AnyQueryset): Forms => {
  const steps = stepsOf(queryset)
  const last = steps.findLast(({ _tag }) => _tag === 'values' || _tag === 'groupBy')
  return {
    form: last?._tag === 'values' ? last.form : 'record',
    related: Object.fromEntries(
      steps.flatMap((step) =>
        step._tag === 'prefetchRelated' ? [[step.relation, formsOf(step.query)] as const] : [],
      ),
    ),
  }
}
