import { compare, compareNumeric } from '../../value/Order.js'
import type { Json, Kind } from '../../value/Value.js'
import type { LookupName } from '../Expression.js'
import { comparable, orderedKinds, usual, type LookupDef } from './LookupDef.js'

/** How values of two kinds compare. */
const comparison = (a: Kind, b: Kind): ((x: Json, y: Json) => number) =>
  a === b ? compare(a) : compareNumeric(a, b)

const ordered = (name: LookupName, negation: LookupName, holds: (order: number) => boolean): LookupDef => ({
  ...usual,
  ...comparable(orderedKinds),
  name,
  method: name,
  meaning: (left, [right = left]) => {
    const order = comparison(left, right)
    return (value, other = null) => holds(order(value, other))
  },
  negation,
  byCharacter: true,
})

/**
 * Lookups of values that have an order: all but JSON.
 *
 * @since 0.2.0
 */
export const orderingLookups: ReadonlyArray<LookupDef> = [
  ordered('gt', 'lte', (order) => order > 0),
  ordered('gte', 'lt', (order) => order >= 0),
  ordered('lt', 'gte', (order) => order < 0),
  ordered('lte', 'gt', (order) => order <= 0),
  {
    ...usual,
    ...comparable(orderedKinds),
    name: 'range',
    method: 'range',
    arity: [2, 2],
    meaning: (left, [from = left, to = left]) => {
      const lower = comparison(left, from)
      const upper = comparison(left, to)
      return (value, least = null, most = null) => lower(value, least) >= 0 && upper(value, most) <= 0
    },
    byCharacter: true,
  },
]
