import { either as E } from 'fp-ts'
import { spend, type Meter } from '../../value/Meter.js'
import { hash } from '../../value/Order.js'
import type { Json, Kind } from '../../value/Value.js'
import { spelling } from '../lookups/equality.js'
import type { LookupDef } from '../lookups/LookupDef.js'
import type { TypedLookup } from '../Typed.js'
import type { Frame } from './Frame.js'
import { goThrough, lookAt, mayBeLong } from './metered.js'
import { together, type Env, type Part } from './Part.js'

/** Whether a value that is there has the lookup. */
type ValueTest = (value: Json, frame: Frame) => boolean

/**
 * A comparison, by its lookup's definition.
 *
 * @since 0.2.0
 */
export const lookupPart = <T>(
  { meter }: Env<T>,
  node: TypedLookup<T>,
  left: Part,
  right: ReadonlyArray<Part>,
): Part => {
  const { definition } = node
  const { kind } = node.left.type
  const parts = [left, ...right]
  if (!definition.strict) {
    const holds = definition.meaning(kind, kindsOf(node), meter)
    return together(parts, (frame) => holds(left.run(frame), ...right.map((each) => each.run(frame))))
  }
  const look = looking(meter, kind, definition)
  const test = testOf(meter, node, right, look)
  return together(parts, (frame) => {
    const value = left.run(frame)
    if (value === null) return false
    look(value)
    return test(value, frame)
  })
}

const kindsOf = <T>({ right }: TypedLookup<T>): ReadonlyArray<Kind> => right.map(({ type }) => type.kind)

/** Counts the text that a lookup looks at. */
const looking = (meter: Meter, kind: Kind, { byCharacter }: LookupDef): ((value: Json) => void) => {
  if (!mayBeLong(kind)) return () => undefined
  const look = byCharacter ? goThrough : lookAt
  return (value) => {
    look(meter, value)
  }
}

const testOf = <T>(
  meter: Meter,
  node: TypedLookup<T>,
  right: ReadonlyArray<Part>,
  look: (value: Json) => void,
): ValueTest => {
  const { definition } = node
  if (definition.pattern !== null) return patternTest(definition.pattern, node)
  if (definition.any) return anyTest(meter, node, right)
  const holds = definition.meaning(node.left.type.kind, kindsOf(node), meter)
  const [only, another] = right
  if (only !== undefined && another === undefined)
    return (value, frame) => {
      const other = only.run(frame)
      if (other === null) return false
      look(other)
      return holds(value, other)
    }
  if (only !== undefined && another !== undefined && right.length === 2)
    return (value, frame) => {
      const first = only.run(frame)
      const second = another.run(frame)
      if (first === null || second === null) return false
      look(first)
      look(second)
      return holds(value, first, second)
    }
  return (value, frame) => {
    const others = right.map((each) => each.run(frame))
    if (others.includes(null)) return false
    others.forEach(look)
    return holds(value, ...others)
  }
}

/** A lookup that holds as soon as it holds for one of its operands. */
const anyTest = <T>(meter: Meter, node: TypedLookup<T>, right: ReadonlyArray<Part>): ValueTest => {
  const { definition, name } = node
  const { kind } = node.left.type
  const constants = node.right.flatMap((each) =>
    each._tag === 'const' && each.type.kind === kind ? [each.value] : [],
  )
  if (name === 'in' && constants.length === right.length) return amongTest(meter, kind, constants)
  const members = kindsOf(node).map((own, i) => ({
    run: right[i]?.run ?? (() => null),
    holds: definition.meaning(kind, [own], meter),
  }))
  return (value, frame) =>
    members.some(({ run, holds }) => {
      const other = run(frame)
      return other !== null && holds(value, other)
    })
}

/** Whether a value is among constants of its kind, which are put into a set once. */
const amongTest = (meter: Meter, kind: Kind, constants: ReadonlyArray<Json>): ValueTest => {
  const key = hash(kind)
  const set = new Set(constants.flatMap((value) => (value === null ? [] : [key(value)])))
  return (value) => {
    const own = key(value)
    if (kind === 'json') spend(meter, spelling(String(own)))
    return set.has(own)
  }
}

const patternTest = <T>(
  prepare: NonNullable<LookupDef['pattern']>,
  { right: [pattern] }: TypedLookup<T>,
): ValueTest => {
  const source = pattern?._tag === 'const' && typeof pattern.value === 'string' ? pattern.value : ''
  // A pattern that is typed can be prepared.
  return E.getOrElse((): ((value: Json) => boolean) => () => false)(prepare(source))
}
