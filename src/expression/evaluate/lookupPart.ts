import { spend, type Meter } from '../../value/Meter.js'
import { hash } from '../../value/Order.js'
import * as Text from '../../value/Text.js'
import type { Json, Kind } from '../../value/Value.js'
import type { LookupName } from '../Expression.js'
import type { TypedExpression, TypedLookup } from '../Typed.js'
import { comparison, equality } from './comparison.js'
import type { Frame } from './Frame.js'
import { goThrough, lookAt, mayBeLong, spelling } from './metered.js'
import { together, type Env, type Part } from './Part.js'

/** Whether a value that is there meets the lookup. */
type Test = (value: Json, frame: Frame) => boolean

/**
 * A comparison: false where a value that it needs is missing.
 *
 * @since 0.2.0
 */
export const lookupPart = <T>(
  { meter }: Env<T>,
  node: TypedLookup<T>,
  left: Part,
  right: ReadonlyArray<Part>,
): Part => {
  const parts = [left, ...right]
  if (node.name === 'isnull') return together(parts, (frame) => left.run(frame) === null)
  const look = lookOf(node.name, node.left.type.kind)
  const test = testOf(meter, node, right, look)
  return together(parts, (frame) => {
    const value = left.run(frame)
    if (value === null) return false
    look?.(meter, value)
    return test(value, frame)
  })
}

/** How a lookup counts a value of a kind. */
const lookOf = (name: LookupName, kind: Kind): ((meter: Meter, value: Json) => void) | null =>
  mayBeLong(kind) ? (folding.has(name) ? goThrough : lookAt) : null

/** Lookups that look at each character of text, rather than at whole blocks of it. */
const folding: ReadonlySet<string> = new Set([
  'iexact',
  'icontains',
  'istartswith',
  'iendswith',
  'contains',
  'gt',
  'gte',
  'lt',
  'lte',
  'range',
  'in',
  'regex',
  'iregex',
])

const testOf = <T>(
  meter: Meter,
  node: TypedLookup<T>,
  right: ReadonlyArray<Part>,
  look: ReturnType<typeof lookOf>,
): Test => {
  const { kind } = node.left.type
  const kindAt = (i: number): Kind => node.right[i]?.type.kind ?? kind
  const [first = missing, second = missing] = right
  switch (node.name) {
    case 'regex':
    case 'iregex':
      return patternTest(node.name, node.right[0])
    case 'in':
      return inTest(meter, node, right)
    case 'exact': {
      const equal = equality(meter, kind, kindAt(0))
      return (value, frame) => {
        const other = first.run(frame)
        return other !== null && equal(value, other)
      }
    }
    case 'range': {
      const [lower, upper] = [comparison(kind, kindAt(0)), comparison(kind, kindAt(1))]
      return (value, frame) => {
        const from = first.run(frame)
        const to = second.run(frame)
        return from !== null && to !== null && lower(value, from) >= 0 && upper(value, to) <= 0
      }
    }
    default:
  }
  const matches = textual[node.name]
  if (matches !== undefined)
    return (value, frame) => {
      const other = first.run(frame)
      if (other === null) return false
      look?.(meter, other)
      // Both are text.
      return matches(value as string, other as string)
    }
  const order = comparison(kind, kindAt(0))
  const holds = ordering[node.name] ?? (() => false)
  return (value, frame) => {
    const other = first.run(frame)
    return other !== null && holds(order(value, other))
  }
}

/** An operand that isn't there, where the types have one. */
const missing: Part = { weight: 0, run: () => null, registers: [] }

const textual: { readonly [name: string]: (text: string, part: string) => boolean } = {
  contains: (text, part) => Text.find(text, part) !== -1,
  startswith: (text, part) => text.startsWith(part),
  endswith: (text, part) => text.endsWith(part),
  iexact: (text, part) => Text.upper(text) === Text.upper(part),
  icontains: (text, part) => Text.find(Text.upper(text), Text.upper(part)) !== -1,
  istartswith: (text, part) => Text.upper(text).startsWith(Text.upper(part)),
  iendswith: (text, part) => Text.upper(text).endsWith(Text.upper(part)),
}

const ordering: { readonly [name: string]: (order: number) => boolean } = {
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
}

/** Constants of the same kind are kept as a set. */
const inTest = <T>(meter: Meter, node: TypedLookup<T>, right: ReadonlyArray<Part>): Test => {
  const { kind } = node.left.type
  const constants = node.right.flatMap((each) =>
    each._tag === 'const' && each.type.kind === kind ? [each.value] : [],
  )
  if (constants.length < right.length) {
    const members = right.map(({ run }, i) => ({
      run,
      equal: equality(meter, kind, node.right[i]?.type.kind ?? kind),
    }))
    return (value, frame) =>
      members.some(({ run, equal }) => {
        const other = run(frame)
        return other !== null && equal(value, other)
      })
  }
  const key = hash(kind)
  const set = new Set(constants.flatMap((value) => (value === null ? [] : [key(value)])))
  return (value) => {
    const own = key(value)
    if (kind === 'json') spend(meter, spelling(String(own)))
    return set.has(own)
  }
}

const patternTest = <T>(name: 'regex' | 'iregex', pattern: TypedExpression<T> | undefined): Test => {
  const source = pattern?._tag === 'const' && typeof pattern.value === 'string' ? pattern.value : ''
  // A pattern that is typed is one.
  const regex = new RegExp(source, name === 'regex' ? 'u' : 'iu')
  // Patterns are for text.
  return (value) => regex.test(value as string)
}
