/**
 * Whether a client that is asked more still answers the rest as before. What it can do with one part may depend on the
 * others.
 *
 * @since 0.2.0
 */
import { ownField } from '../expression/ownField.js'
import type { Predicate } from '../expression/Expression.js'
import type { Client } from '../client/Client.js'
import { answerOf, isExact } from '../client/Support.js'
import type { Need } from '../query/needs.js'
import { baseOf, partsOf, subqueriesOf } from '../query/parts.js'
import type { Query } from '../query/Query.js'
import { sampled, type Split } from './split.js'

/**
 * Whether a client answers a larger query as it answered the smaller one, with any of the conditions on keys.
 *
 * @since 0.2.0
 */
export const isAlike = (client: Client, before: Query, more: Query, split: Split): boolean => {
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

/**
 * Whether a client computes all annotations of a query, with any of the conditions on keys.
 *
 * @since 0.2.0
 */
export const computes = (client: Client, pushed: Query, split: Split): boolean =>
  pushed.annotations.length === 0 ||
  [...split.before.map((_, n) => n), split.before.length].every(
    (n) => answerOf(client, sampled(pushed, split, n)).annotations,
  )

/**
 * Whether the client still answers the conditions as before, and also one more thing.
 *
 * @since 0.1.0
 */
export const keeps = (
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

/**
 * Requests only the columns that are read, if the client can leave out the others.
 *
 * @since 0.1.0
 */
export const narrowed = (client: Client, query: Query, { columns }: Need, split: Split): Query => {
  if (columns === null) return query
  const ordering = query.order.flatMap(({ expression }) => ownField(expression) ?? [])
  const model = client.schema.models.get(baseOf(query))
  const asked = [...columns, ...ordering, ...split.before.map(({ column }) => column)]
  const fields = [...new Set(asked)].filter((name) => model?.columns.has(name) === true)
  if (fields.length === model?.columns.size) return query
  const narrow: Query = { ...query, fields }
  return isAlike(client, query, narrow, split) ? narrow : query
}
