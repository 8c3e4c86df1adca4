/**
 * What may be asked of a server that limits its questions and answers.
 *
 * @since 0.2.0
 */
import type { Kind } from '../../value/Value.js'
import type { Schema } from '../../schema/Schema.js'
import type { Predicate } from '../../expression/Expression.js'
import type { Answer, Support } from '../../client/Support.js'
import type { Mutation } from '../../query/Mutation.js'
import { layersOf, type Query } from '../../query/Query.js'
import type { HttpLimits } from './HttpLimits.js'
import { measure, type Measure } from './measure.js'

/** What stands around a query in the body of a request, at most. */
const around = 300

/**
 * Whether a question is small enough for a server.
 *
 * @since 0.2.0
 */
export const fits = (limits: HttpLimits, query: Query): boolean => isWithin(limits, measure(query))

/** @since 0.2.0 */
export const isWithin = (limits: HttpLimits, { size, depth, bytes }: Measure): boolean =>
  size <= limits.size && depth <= limits.depth && bytes + around <= limits.bytes

/**
 * The support of a client whose server has limits, which may become known later. Of a question that is too large, some
 * parts are left to be evaluated here; a list of values, to be asked for some at a time.
 *
 * @since 0.2.0
 */
export const limitSupport =
  (schema: Schema, support: Support, limitsOf: () => HttpLimits): Support =>
  (question) => {
    const { model, query, where, mutation } = question
    const known = limitsOf()
    // What isn't a page yet becomes one.
    const limits = query.slice === null ? withRoom(known, schema.models.get(model)?.columns.size ?? 0) : known
    const lists = listsIn(where)
    const members = membersFor(limits, query, where, lists)
    const least = fewest(query, limits.rows)
    const answer = support(question)
    const told: Answer = {
      ...answer,
      atOnce: answer.atOnce === true && (mutation === undefined || fitsAtOnce(known, mutation)),
      maxPerRequest: limits.rows,
      maxMembers: members,
      ...(least === null ? {} : { minPerRequest: least }),
    }
    return fits(limits, query)
      ? // No list in it is longer.
        { ...told, maxMembers: Math.max(members, Math.ceil(measure(query).size / member.size)) }
      : { ...told, ...admitted(limits, query, where, told) }
  }

/** Whether a mutation is small enough for a server. */
const fitsAtOnce = (limits: HttpLimits, mutation: Mutation): boolean => {
  const { size, depth, bytes } = measure(mutation)
  return (
    bytes + around <= limits.bytes &&
    (mutation._tag === 'insert'
      ? mutation.rows.length <= limits.rows
      : size <= limits.size && depth <= limits.depth)
  )
}

/** Limits that leave room for going through pages: an order by the key, a condition on it, and some of the columns. */
const withRoom = (limits: HttpLimits, columns: number): HttpLimits => ({
  ...limits,
  size: limits.size - 48 - columns,
  bytes: limits.bytes - 1000 - 40 * columns,
})

/** What is left out of a query that is too large: what is asked about after there is no more room. */
const admitted = (
  limits: HttpLimits,
  query: Query,
  where: ReadonlyArray<Predicate<Query>>,
  answer: Answer,
): Partial<Answer> => {
  const { from, annotations, order, distinctOn, columns, group, related } = query
  const left = roomIn(limits, query)
  const admits = (part: unknown): boolean => {
    const { size, depth, bytes } = measure(part)
    // A condition stands in a list of them, which stands in a query.
    const isIn = size <= left.size && bytes <= left.bytes && depth + 3 <= limits.depth
    if (isIn) {
      left.size -= size
      left.bytes -= bytes
    }
    return isIn
  }
  return {
    nested: from._tag === 'model' || (answer.nested && admits(from)),
    where: where.map((each, i) => (admits(each) ? (answer.where[i] ?? 'unsupported') : 'unsupported')),
    order: answer.order && (order.length === 0 || admits(order)),
    projection: answer.projection && admits(columns),
    annotations: answer.annotations && (annotations.length === 0 || admits(annotations)),
    aggregate: answer.aggregate && admits(group),
    distinct: answer.distinct && admits(distinctOn),
    related: answer.related && (related.length === 0 || admits(related)),
  }
}

/** What is left for the parts of a query, once there is what each has. */
const roomIn = (limits: HttpLimits, query: Query): { size: number; bytes: number } => {
  const bare = measure({
    ...query,
    from: null,
    annotations: [],
    where: null,
    order: [],
    distinctOn: null,
    columns: null,
    group: null,
    related: [],
  })
  return { size: limits.size - bare.size, bytes: limits.bytes - around - bare.bytes }
}

type List = Extract<Predicate<Query>, { readonly _tag: 'lookup' }>

const listsIn = (where: ReadonlyArray<Predicate<Query>>): ReadonlyArray<List> =>
  where.flatMap((each) => (each._tag === 'lookup' && each.name === 'in' ? [each] : []))

/** How many members a list of values may have, as far as can be told of values that are as long as is usual. */
const membersFor = (
  limits: HttpLimits,
  query: Query,
  where: ReadonlyArray<Predicate<Query>>,
  lists: ReadonlyArray<List>,
): number => {
  const others = where.filter((each) => !lists.some((list) => list === each)).map(measure)
  const room = roomIn(limits, query)
  const left = others.reduce(
    (so, { size, bytes }) => ({ size: so.size - size, bytes: so.bytes - bytes }),
    room,
  )
  const kinds = lists.flatMap(({ right: [first] }) => (first?._tag === 'const' ? [first.kind] : []))
  const widest = Math.max(...kinds.map((kind) => usual[kind]), usual.int)
  const all = Math.min(
    (left.size - bareList.size * lists.length) / member.size,
    (left.bytes - bareList.bytes * lists.length) / (member.bytes + widest),
  )
  return Math.max(1, Math.floor(all / Math.max(1, lists.length)))
}

/** A lookup without values, in a list of conditions. */
const bareList = { size: 14, bytes: 300 }

/** A value in a list: an object with its tag, its kind and itself. */
const member = { size: 4, bytes: 45 }

/** So many bytes most values have at most. */
const usual: { readonly [K in Kind]: number } = {
  text: 300,
  int: 16,
  float: 24,
  decimal: 40,
  boolean: 5,
  date: 12,
  time: 20,
  datetime: 32,
  duration: 32,
  uuid: 38,
  json: 1000,
}

/** How many rows an answer has at least, where others come in lists with them; `null` where it's as many as may be asked for. */
const fewest = (query: Query, rows: number): number | null => {
  const each = weightOf(query)
  return each === 1 ? null : Math.max(1, Math.floor(rows / each))
}

/** As how many rows one counts, with those that come with it in lists. */
const weightOf = (query: Query): number =>
  layersOf(query)
    .flatMap(({ related }) => related)
    .reduce((sum, { many, query: inner }) => {
      const weight = weightOf(inner)
      const most = inner.slice?.limit ?? Infinity
      return sum + (many ? (most === 0 ? 0 : most * weight) : weight - 1)
    }, 1)
