/**
 * What is left of a query when some parts of it are asked of a client, and how that is done here.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { unsupported, type QueryError } from '../value/QueryError.js'
import { ownField } from '../expression/ownField.js'
import type { Predicate } from '../expression/Expression.js'
import type { Client } from '../client/Client.js'
import { pagesFor, sureOf, type Walk } from '../client/pages/Walk.js'
import { walkOf } from '../client/pages/walkOf.js'
import { answerOf, answersPass, isExact } from '../client/Support.js'
import { mentions, needsOf, type Need } from '../query/needs.js'
import { baseOf, conjunction, partsOf, subqueriesOf } from '../query/parts.js'
import { allOf, around, isOrdered, layersOf, type From, type Query } from '../query/Query.js'
import { along, withoutThose, type Along } from './along.js'
import type { Asking } from './Asking.js'
import { boundOf, chunksFor, fetchedBy, finite, uniquely, valuesOf } from './bounds.js'
import { both, free, least, most, requestsFor, walkCost, worse, type Cost } from './Cost.js'
import { bounded, fetchesCost, fetchOf, hopsOf, type Fetch } from './Fetch.js'
import type { Ground } from './ground.js'
import type { Carried, Plan, Sieve } from './Plan.js'
import type { Prefix } from './prefix.js'
import { sampled, type Split } from './split.js'

/**
 * A plan that asks a client some parts of a query's first pass; `plainly`: none but the conditions.
 *
 * @since 0.1.0
 */
export const partly = (
  { client, query, shape, forms, size }: Asking,
  ground: Ground,
  first: Query,
  split: Split,
  plainly: boolean,
  carries = false,
): E.Either<QueryError, Plan> => {
  const layers = layersOf(query)
  const model = baseOf(first)
  const all = allOf({ _tag: 'model', model })
  const exactly = split.rest.length === 0 && split.before.length === 0
  const bare: Query = { ...ground.asked, where: conjunction(split.where) }
  const annotated = new Set(ground.left.map(({ name }) => name))
  // What the client has computed is there when the rest begins.
  const given = ground.left.length < first.annotations.length ? 1 : 0
  const from: From = given === 0 ? first.from : { _tag: 'query', query: ground.given }
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
  const base: Query = {
    ...bare,
    ...(sliced || until !== null || streams ? { order: first.order } : {}),
    ...(sliced ? { slice: first.slice } : {}),
  }
  const { primaryKey = '' } = client.schema.models.get(model) ?? {}
  const besides =
    carries && layers.length === 1
      ? along(client, base, first, (more) => isAlike(client, base, more, split))
      : nothingAlong(base)
  const { pass, added } = withoutThose(first, besides.carried, primaryKey)
  const residue: Query = {
    ...pass,
    from,
    annotations: ground.left,
    where: conjunction(split.rest),
    ...(sliced ? { order: [], slice: null } : {}),
  }
  const residual = layers.slice(1).reduce(around, residue)
  const needs = needsOf(client.schema, residual, given)
  const sieveQuery: Query = {
    ...all,
    from,
    annotations: ground.left,
    where: conjunction(split.rest),
    columns: [keyOf(client, model)],
  }
  const pushed = narrowed(client, besides.pushed, needs.base, split)
  if (!computes(client, pushed, split)) return E.left(unsupported(client.name, 'annotations with the rest'))
  const atMost = until === 0 ? 0 : uniquely(client, ground, first, split)
  const known = answerOf(client, pushed).rows ?? null
  const bound = least(atMost, known)
  // Where all rows are fetched after all, there may be more than those with the values.
  const listed = until === 0 ? 0 : least(uniquely(client, ground, first, { ...split, before: [] }), known)
  const fetching = fetchesOf(client, needs, null)
  if (E.isLeft(fetching)) return fetching
  const sifting =
    until === null && !(streams && split.rest.length > 0)
      ? E.right(null)
      : E.map((hops: ReadonlyArray<Fetch>): Sieve => ({ query: sieveQuery, hops, until }))(
          hopsOf(client, needsOf(client.schema, sieveQuery, given).base, null),
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
      madeFor: client,
      client: answer.client ?? client.name,
      query,
      pushed,
      // Where fetching may stop before the end, nothing is fetched ahead.
      walk: until === null ? walk : { ...walk, concurrency: 1 },
      residual: {
        query: residual,
        given,
        restored: [...ground.restored, ...besides.restored],
        keyed: true,
        carried: carriedBy(besides, primaryKey, added),
        before: split.before,
        walks,
        others: bounded(client, fetching.right.others, null, 1),
        hops: bounded(client, fetching.right.hops, here, streams ? parts : 1),
        sieve:
          sifting.right === null
            ? null
            : { ...sifting.right, hops: bounded(client, sifting.right.hops, here, parts) },
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

/**
 * A plan that asks a client the beginning of a query, and does the rest here with what that gives.
 *
 * @since 0.2.0
 */
export const planPrefix = (
  { client, query, shape, forms, size }: Asking,
  prefix: Prefix,
  carries = false,
): E.Either<QueryError, Plan> => {
  const { given, restored } = prefix
  const [whole = prefix.left, ...outer] = layersOf(prefix.left).slice(given)
  const { primaryKey = '' } = client.schema.models.get(baseOf(prefix.pushed)) ?? {}
  const besides =
    carries && outer.length === 0 && layersOf(prefix.pushed).every(({ from }) => from._tag !== 'combine')
      ? along(client, prefix.pushed, whole, (more) => answersPass(client, more, baseOf(more)))
      : nothingAlong(prefix.pushed)
  const { pushed } = besides
  const { pass: own, added } = withoutThose(whole, besides.carried, primaryKey)
  const left = outer.reduce(around, own)
  // Rows that are given one by one, as they come.
  const asTheyCome =
    outer.length === 0 &&
    own.where === null &&
    own.group === null &&
    !own.distinct &&
    own.distinctOn === null &&
    own.order.length === 0 &&
    !own.reverse &&
    own.from._tag === 'query' &&
    (own.slice === null || isOrdered(pushed))
  const streams = size !== null && asTheyCome
  const limit = own.slice?.limit ?? null
  const until =
    !asTheyCome || own.slice === null || limit === null ? null : limit === 0 ? 0 : own.slice.offset + limit
  const fetching = fetchesOf(client, needsOf(client.schema, left, given), null)
  if (E.isLeft(fetching)) return fetching
  return E.map((walk: Walk): Plan => {
    const answer = answerOf(client, layersOf(pushed)[0] ?? pushed)
    const limited = pushed.slice?.limit ?? null
    const bound = until === 0 ? 0 : boundOf(client, pushed)
    const requests =
      walk.by === 'once' ? 1 : limited !== null ? pagesFor(limited, walk) : requestsFor(bound, walk, 1)
    const rows = fetchedBy(walk, requests, bound, limited)
    const fetched = walkCost(client, walk, requests, rows, answer.milliseconds)
    const cost = [
      fetched,
      fetchesCost(client, fetching.right.others, null, 1),
      fetchesCost(client, fetching.right.hops, bound, streams ? requests : 1),
    ].reduce(both, free)
    const asked = query.slice?.limit ?? null
    return {
      madeFor: client,
      client: answer.client ?? client.name,
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
        others: bounded(client, fetching.right.others, null, 1),
        hops: bounded(client, fetching.right.hops, bound, streams ? requests : 1),
        sieve: until === null ? null : { query: null, hops: [], until },
        streams,
        fetched,
      },
      shape,
      forms,
      ...cost,
      total: 'unknown',
      gives: [own, ...outer].some(({ from }) => from._tag === 'combine')
        ? asked
        : least(asked, most(bound, 1)),
    }
  })(walkOf(client, pushed, streams ? size : null, until === 0 ? 0 : null))
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

const nothingAlong = (pushed: Query): Along => ({ pushed, carried: [], restored: [] })

const carriedBy = ({ carried }: Along, key: string, added: boolean): Carried | null =>
  carried.length === 0 ? null : { relations: carried, key, added }

/** Whether a client answers more as it answered what was there before, whichever conditions on keys come with it. */
const isAlike = (client: Client, before: Query, more: Query, split: Split): boolean => {
  const had = new Set(partsOf(before))
  return [...split.before.map((_, n) => n), split.before.length].every((n) => {
    const was = answerOf(client, sampled(before, split, n))
    const is = answerOf(client, sampled(more, split, n))
    return (
      was.where.every((each, i) => is.where[i] === each) &&
      partsOf(more).every((part) => is[part] || (had.has(part) && !was[part]))
    )
  })
}

/** Whether a client computes all annotations of what it is asked, whichever conditions on keys come with it. */
const computes = (client: Client, pushed: Query, split: Split): boolean =>
  pushed.annotations.length === 0 ||
  [...split.before.map((_, n) => n), split.before.length].every(
    (n) => answerOf(client, sampled(pushed, split, n)).annotations,
  )

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
    (query.annotations.length === 0 || answer.annotations) &&
    subqueriesOf({ ...query, where: null }).every((inner) => isExact(client, inner)) &&
    where.every((_, i) => answer.where[i] === before.where[i])
  )
}

/** Only the columns that are looked at, where the client can leave out the others. */
const narrowed = (client: Client, query: Query, { columns }: Need, split: Split): Query => {
  if (columns === null) return query
  const ordering = query.order.flatMap(({ expression }) => ownField(expression) ?? [])
  const model = client.schema.models.get(baseOf(query))
  const asked = [...columns, ...ordering, ...split.before.map(({ column }) => column)]
  const fields = [...new Set(asked)].filter((name) => model?.columns.has(name) === true)
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

/**
 * The primary key of a model's rows, as a column.
 *
 * @since 0.1.0
 */
export const keyOf = (client: Client, model: string) => {
  const name = client.schema.models.get(model)?.primaryKey ?? 'id'
  return { name, expression: { _tag: 'column', path: [name], level: 0 } as const }
}
