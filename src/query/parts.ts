/**
 * The parts of a query: its conditions one by one, the parts of a pass, and the expressions and queries in it.
 *
 * @since 0.1.0
 */
import type { Expression, Predicate } from '../expression/Expression.js'
import { fold } from '../expression/fold.js'
import { layersOf, type Query } from './Query.js'

/**
 * The conjuncts of a query's filter.
 *
 * @since 0.1.0
 */
export const conjunctsOf = ({ where }: Query): ReadonlyArray<Predicate<Query>> => {
  const found: Array<Predicate<Query>> = []
  const pending: Array<Predicate<Query>> = where === null ? [] : [where]
  /* eslint-disable-next-line functional/no-loop-statements -- any depth */
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next._tag !== 'and') found.push(next)
    /* eslint-disable-next-line functional/no-loop-statements -- backwards, so that the first is taken first */ else
      for (let i = next.all.length - 1; i >= 0; i--) {
        const each = next.all[i]
        if (each !== undefined) pending.push(each)
      }
  }
  return found
}

/**
 * The conjunction of several conditions. `null` if there are none.
 *
 * @since 0.1.0
 */
export const conjunction = (all: ReadonlyArray<Predicate<Query>>): Predicate<Query> | null => {
  const [only] = all
  return only === undefined ? null : all.length === 1 ? only : { _tag: 'and', all }
}

/**
 * The model that a query starts from. Empty if it starts from none.
 *
 * @since 0.1.0
 */
export const baseOf = (query: Query): string => {
  const [first] = layersOf(query)
  return first?.from._tag === 'model' ? first.from.model : ''
}

/**
 * A part of a pass, other than its conditions, that a client either answers or doesn't.
 *
 * @since 0.1.0
 */
export type QueryPart =
  'order' | 'slice' | 'projection' | 'aggregate' | 'distinct' | 'annotations' | 'related' | 'nested'

/** Whether a pass has each of the parts. */
const parts: ReadonlyArray<readonly [QueryPart, (layer: Query) => boolean]> = [
  ['order', ({ order, reverse }) => order.length > 0 || reverse],
  ['slice', ({ slice }) => slice !== null],
  ['projection', ({ columns, fields }) => columns !== null || fields !== null],
  ['aggregate', ({ group }) => group !== null],
  ['distinct', ({ distinct, distinctOn }) => distinct || distinctOn !== null],
  ['annotations', ({ annotations }) => annotations.length > 0],
  ['related', ({ related }) => related.length > 0],
  ['nested', ({ from }) => from._tag !== 'model'],
]

/**
 * The parts of a pass, other than its conditions, that a client either answers or doesn't.
 *
 * @since 0.1.0
 */
export const partsOf = (layer: Query): ReadonlyArray<QueryPart> =>
  parts.flatMap(([part, has]) => (has(layer) ? [part] : []))

/**
 * The queries inside the expressions and predicates of a pass.
 *
 * @since 0.1.0
 */
export const subqueriesOf = (layer: Query): ReadonlyArray<Query> => {
  const found: Array<Query> = []
  nodesOf(layer).forEach((root) => {
    fold<Query, null, null>(root, null, {
      enter: () => null,
      combine: (node) => {
        if (node._tag === 'subquery' || node._tag === 'exists' || node._tag === 'inQuery')
          found.push(node.query)
        return null
      },
    })
  })
  return found
}

/**
 * The expressions and predicates of a pass.
 *
 * @since 0.1.0
 */
export const nodesOf = (layer: Query): ReadonlyArray<Expression<Query> | Predicate<Query>> => [
  ...layer.annotations.map(({ expression }) => expression),
  ...(layer.where === null ? [] : [layer.where]),
  ...layer.order.map(({ expression }) => expression),
  ...(layer.distinctOn ?? []),
  ...(layer.columns ?? []).map(({ expression }) => expression),
  ...(layer.group === null
    ? []
    : [...layer.group.keys, ...layer.group.aggregates].map(({ expression }) => expression)),
]
