/**
 * The largest number of rows of a query, and of rows that are fetched for it.
 *
 * @since 0.1.0
 */
import { ownField } from '../expression/ownField.js'
import type { Client } from '../client/Client.js'
import type { Walk } from '../client/pages/Walk.js'
import { answerOf } from '../client/Support.js'
import { baseOf, conjunction, conjunctsOf } from '../query/parts.js'
import { allOf, layersOf, type Query } from '../query/Query.js'
import { least, most, plus, twiceFor } from './Cost.js'
import { plainGround, type BasePass } from './ground.js'
import type { Keys } from './Plan.js'
import type { Split } from './split.js'

/**
 * The largest number of rows that are fetched for a number of rows. Some of them come twice.
 *
 * @since 0.1.0
 */
export const fetchedBy = (
  walk: Walk,
  requests: number | null,
  rows: number | null,
  limit: number | null,
): number | null =>
  walk.by === 'once' || !walk.overlap
    ? rows
    : plus(rows, limit === null ? twiceFor(rows ?? 0, walk) : (requests ?? 1) - 1)

/**
 * The largest number of rows of a query, from the number of rows of its model.
 *
 * @since 0.1.0
 */
export const mostRowsOf = (client: Client, query: Query): number | null => {
  const layers = layersOf(query)
  if (layers.some(({ from }) => from._tag === 'combine')) return null
  const [first] = layers
  // A group of no rows still gives a row.
  const one = layers.some(({ group }) => group?.keys.length === 0) ? 1 : 0
  return first === undefined ? null : most(answerOf(client, first).rows ?? null, one)
}

/**
 * The largest number of rows of a query that a client answers exactly.
 *
 * @since 0.2.0
 */
export const boundOf = (client: Client, query: Query): number | null =>
  layersOf(query).reduce<number | null>((inner, layer) => {
    const begun = begunWith(client, inner, layer)
    const made = layer.group?.keys.length === 0 ? 1 : begun
    return least(made, layer.slice?.limit ?? null)
  }, null)

const begunWith = (client: Client, inner: number | null, layer: Query): number | null => {
  const { from } = layer
  if (from._tag === 'query') return inner
  if (from._tag === 'combine')
    return from.operation === 'union'
      ? from.right.reduce((sum, other) => plus(sum, boundOf(client, other)), inner)
      : inner
  const asked: Query = { ...allOf(from), annotations: layer.annotations }
  const split: Split = { where: conjunctsOf(layer), before: [], rest: [], taken: [] }
  return least(answerOf(client, layer).rows ?? null, uniquely(client, plainGround(asked, []), layer, split))
}

/** @since 0.1.0 */
export const finite = (n: number): number | null => (n === Infinity ? null : n)

/** @since 0.1.0 */
export const chunksFor = (values: number | null, size: number): number | null =>
  values === null ? null : Math.ceil(values / size)

/**
 * The largest number of values.
 *
 * @since 0.1.0
 */
export const mostValuesOf = ({ plan: inner, values }: Keys): number | null =>
  inner === null ? values.length : inner.gives

/**
 * The largest number of rows, if a condition asks for values of the key, or for nothing.
 *
 * @since 0.1.0
 */
export const uniquely = (
  client: Client,
  ground: BasePass,
  first: Query,
  { where, before }: Split,
): number | null => {
  if (conjunctsOf(first).some((each) => each._tag === 'or' && each.any.length === 0)) return 0
  const key = client.schema.models.get(baseOf(first))?.primaryKey
  const answer = answerOf(client, { ...ground.asked, where: conjunction(where) })
  // Other conditions may be left out.
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
    keyed === undefined ? null : mostValuesOf(keyed),
  )
}
