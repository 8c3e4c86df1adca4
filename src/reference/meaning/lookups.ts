/**
 * The meaning of lookups, for the specification. None is true for a missing value, except `isnull`.
 *
 * @since 0.2.0
 */
import type { Schema } from '../../schema/Schema.js'
import type { BuiltInLookupName, LookupName } from '../../expression/Expression.js'
import type { Json, Kind } from '../../value/Value.js'
import { printed } from './Meaning.js'
import { compare } from './order.js'
import { upper } from './texts.js'

/**
 * A value with its kind.
 *
 * @since 0.2.0
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

type LookupTest = (a: Valued, b: Valued, c: Valued) => boolean

/** A comparison with one or two operands. None of the values is missing. */
const builtIn: { readonly [N in Exclude<BuiltInLookupName, 'isnull' | 'in'>]: LookupTest } = {
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

const tests: { readonly [name: string]: LookupTest | undefined } = builtIn

/**
 * Whether a lookup is true for a value and its operands. A custom lookup means what its definition says. Its exceptions
 * aren't caught here.
 *
 * @since 0.2.0
 */
export const isTrue = (
  { lookups }: Pick<Schema, 'lookups'>,
  name: LookupName,
  left: Valued,
  right: ReadonlyArray<Valued>,
): boolean => {
  if (name === 'isnull') return left.value === null
  if (left.value === null) return false
  if (name === 'in') return right.some((each) => each.value !== null && order(left, each) === 0)
  if (right.some(({ value }) => value === null)) return false
  const [first = left, second = left] = right
  const custom = lookups.get(name)
  return (
    tests[name]?.(left, first, second) ??
    custom?.meaning(left.value, ...right.map(({ value }) => value)) === true
  )
}
