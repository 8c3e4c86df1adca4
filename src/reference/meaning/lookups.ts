/**
 * What lookups mean, for the spec. None is true of a missing value, but `isnull`.
 *
 * @since 0.3.0
 */
import type { LookupName } from '../../expression/Expression.js'
import type { Json, Kind } from '../../value/Value.js'
import { printed } from './Meaning.js'
import { compare } from './order.js'
import { upper } from './texts.js'

/**
 * A value with its kind.
 *
 * @since 0.3.0
 */
export interface Valued {
  readonly kind: Kind
  readonly value: Json
}

const text = ({ value }: Valued): string => printed(value)
const folded = ({ value }: Valued): string => upper(printed(value))
const order = (a: Valued, b: Valued): number => compare(a.kind, b.kind, a.value, b.value)
const matches = (pattern: Valued, flags: string, a: Valued): boolean =>
  new RegExp(text(pattern), flags).test(text(a))

/** What is looked up is compared with one other value, or with two; neither is missing. */
const of: {
  readonly [N in Exclude<LookupName, 'isnull' | 'in'>]: (a: Valued, b: Valued, c: Valued) => boolean
} = {
  exact: (a, b) => order(a, b) === 0,
  gt: (a, b) => order(a, b) > 0,
  gte: (a, b) => order(a, b) >= 0,
  lt: (a, b) => order(a, b) < 0,
  lte: (a, b) => order(a, b) <= 0,
  range: (a, b, c) => order(a, b) >= 0 && order(a, c) <= 0,
  contains: (a, b) => text(a).includes(text(b)),
  startswith: (a, b) => text(a).startsWith(text(b)),
  endswith: (a, b) => text(a).endsWith(text(b)),
  iexact: (a, b) => folded(a) === folded(b),
  icontains: (a, b) => folded(a).includes(folded(b)),
  istartswith: (a, b) => folded(a).startsWith(folded(b)),
  iendswith: (a, b) => folded(a).endsWith(folded(b)),
  regex: (a, b) => matches(b, 'u', a),
  iregex: (a, b) => matches(b, 'iu', a),
}

/**
 * Whether a lookup is true of a value and its operands.
 *
 * @since 0.3.0
 */
export const isTrue = (name: LookupName, left: Valued, right: ReadonlyArray<Valued>): boolean => {
  if (name === 'isnull') return left.value === null
  if (left.value === null) return false
  if (name === 'in') return right.some((each) => each.value !== null && order(left, each) === 0)
  const [first = left, second = left] = right
  return first.value !== null && second.value !== null && of[name](left, first, second)
}
