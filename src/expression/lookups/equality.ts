import { spend, type Meter } from '../../value/Meter.js'
import { canonicalJson, compareNumeric } from '../../value/Order.js'
import { kinds, type Json, type Kind } from '../../value/Value.js'
import { comparable, usual, type LookupDef } from './LookupDef.js'

/**
 * How many steps it took to spell JSON.
 *
 * @since 0.2.0
 */
export const spelling = (text: string): number => 4 + (text.length >>> 1)

/**
 * Whether values of two kinds are equal. JSON is spelled in one way first, which is counted.
 *
 * @since 0.2.0
 */
export const equality = (a: Kind, b: Kind, meter: Meter): ((x: Json, y: Json) => boolean) => {
  if (a === 'json')
    return (x, y) => {
      const [left, right] = [canonicalJson(x), canonicalJson(y)]
      spend(meter, spelling(left) + spelling(right))
      return left === right
    }
  if (a === b) return (x, y) => x === y
  const order = compareNumeric(a, b)
  return (x, y) => order(x, y) === 0
}

const equal: LookupDef['meaning'] = (left, [right = left], meter) => {
  const same = equality(left, right, meter)
  return (value, other = null) => same(value, other)
}

/**
 * Lookups that every value has: equality, membership and absence.
 *
 * @since 0.2.0
 */
export const equalityLookups: ReadonlyArray<LookupDef> = [
  {
    ...usual,
    ...comparable(kinds),
    name: 'exact',
    method: 'eq',
    meaning: equal,
    byCharacter: false,
  },
  {
    ...usual,
    ...comparable(kinds),
    name: 'in',
    method: 'in',
    arity: [0, Infinity],
    any: true,
    meaning: equal,
    byCharacter: true,
  },
  {
    ...usual,
    ...comparable(kinds),
    name: 'isnull',
    method: 'isNull',
    arity: [0, 0],
    strict: false,
    meaning: () => (value) => value === null,
    byCharacter: false,
  },
]
