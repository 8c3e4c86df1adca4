/**
 * Queries as somebody else may send them: what one pass could do is spread over several, sorted on the way, and
 * predicates are wrapped in what says nothing.
 */
import { isSelfContained } from '../../src/query/needs.js'
import type { Expression, OrderKey, Predicate } from '../../src/expression/Expression.js'
import { allOf, type Query } from '../../src/query/Query.js'
import type { Schema } from '../../src/schema/Schema.js'
import { chance, pick, type Tape } from '../../src/laws/make/Tape.js'

export const loosen = (schema: Schema, query: Query, tape: Tape): Query => {
  const inside: Query =
    query.from._tag === 'query'
      ? { ...query, from: { _tag: 'query', query: loosen(schema, query.from.query, tape) } }
      : query
  const keyed = chance(tape, 20) ? byOwnKeys(schema, inside) : inside
  const wordy: Query =
    keyed.where !== null && chance(tape, 50) ? { ...keyed, where: wrapped(keyed.where, tape) } : keyed
  const once: Query =
    inside.columns !== null && inside.slice === null && chance(tape, 40)
      ? { ...wordy, distinct: true }
      : wordy
  const spread = chance(tape, 60) ? split(schema, once, tape) : once
  return spread.fields === null && spread.related.length === 0 && chance(tape, 30)
    ? { ...allOf({ _tag: 'query', query: spread }), slice: ordered(spread) ? pick(tape, slices) : null }
    : spread
}

/** A condition on rows as one on their keys, which are to be among those of the rows that meet it. */
const byOwnKeys = (schema: Schema, query: Query): Query => {
  const { from, where } = query
  const pk = from._tag === 'model' ? schema.models.get(from.model)?.primaryKey : undefined
  if (pk === undefined || where === null || query.annotations.length > 0 || !isSelfContained(where))
    return query
  const key: Expression<Query> = { _tag: 'column', path: [pk], level: 0 }
  const keys: Query = { ...allOf(from), where, columns: [{ name: pk, expression: key }] }
  return { ...query, where: { _tag: 'inQuery', left: key, query: keys } }
}

const slices = [
  null,
  { offset: 0, limit: null },
  { offset: 1, limit: null },
  { offset: 0, limit: 3 },
] as const

/** Whether the last pass orders its rows itself. */
const ordered = (query: Query): boolean =>
  query.slice !== null || (query.order.length > 0 && query.group === null)

const wrapped = (predicate: Predicate<Query>, tape: Tape): Predicate<Query> => {
  const truth: Predicate<Query> = { _tag: 'and', all: [] }
  const falsehood: Predicate<Query> = { _tag: 'or', any: [] }
  return pick<Predicate<Query>>(tape, [
    { _tag: 'and', all: [predicate] },
    { _tag: 'or', any: [predicate, falsehood] },
    { _tag: 'not', predicate: { _tag: 'not', predicate } },
    { _tag: 'and', all: [{ _tag: 'and', all: [predicate, truth] }, truth] },
    { _tag: 'xor', odd: [predicate, falsehood] },
    { _tag: 'xor', odd: [truth, predicate] },
    { _tag: 'or', any: [{ _tag: 'or', any: [falsehood, predicate] }] },
    truth,
  ])
}

const split = (schema: Schema, query: Query, tape: Tape): Query => {
  const { from } = query
  const pk = from._tag === 'model' ? schema.models.get(from.model)?.primaryKey : undefined
  const byKey: OrderKey<Query> = {
    expression: { _tag: 'column', path: [pk ?? ''], level: 0 },
    direction: pick(tape, ['asc', 'desc'] as const),
    nulls: 'last',
  }
  // What comes later in a pass may come later still.
  const later = tape.next(3)
  const inner: Query = {
    ...allOf(from),
    annotations: query.annotations,
    where: later < 2 ? query.where : null,
    order: later < 1 ? query.order : pk !== undefined && chance(tape, 50) ? [byKey] : [],
    reverse: later < 1 ? query.reverse : false,
  }
  return {
    ...query,
    from: { _tag: 'query', query: inner },
    annotations: [],
    where: later < 2 ? null : query.where,
    order: later < 1 ? [] : query.order,
    reverse: later < 1 ? false : query.reverse,
  }
}
