import { make, spend } from '../../value/Meter.js'
import type { Json, Type } from '../../value/Value.js'
import type { TypedCall } from '../Typed.js'
import type { Frame } from './Frame.js'
import { goThrough, mayBeLong } from './metered.js'
import { together, weightOf, type Env, type Part } from './Part.js'

/**
 * A call of a function.
 *
 * @since 0.2.0
 */
export const callPart = <T>(env: Env<T>, node: TypedCall<T>, parts: ReadonlyArray<Part>): Part => {
  const types = node.args.map(({ type }) => type)
  const heavy = types.some(({ kind }) => kind === 'decimal') ? 20 : 8
  return together(parts, applied(env, node, types, parts), weightOf(parts) + heavy)
}

/** A call as a function of a row, which counts the text that it is given and makes. */
const applied = <T>(
  { now, meter }: Env<T>,
  { definition: { apply, strict, size, effort } }: TypedCall<T>,
  types: ReadonlyArray<Type>,
  parts: ReadonlyArray<Part>,
): ((frame: Frame) => Json) => {
  const long = types.some(({ kind }) => mayBeLong(kind))
  const given = (values: ReadonlyArray<Json>): Json => {
    if (!long) return apply(values, types, now)
    types.forEach(({ kind }, i) => {
      const value = values[i] ?? null
      if (kind !== 'decimal') goThrough(meter, value)
      // Long division.
      else if (typeof value === 'string' && value.length > 16)
        spend(meter, (value.length * value.length) >>> 8)
    })
    if (effort !== undefined) spend(meter, effort(values))
    if (size !== undefined) make(meter, 2 * size(values))
    const result = apply(values, types, now)
    if (size === undefined && typeof result === 'string') make(meter, 2 * result.length)
    return result
  }
  const [first, second] = parts
  return strict && first !== undefined && second === undefined
    ? (frame) => {
        const value = first.run(frame)
        return value === null ? null : given([value])
      }
    : (frame) => {
        const values = parts.map((each) => each.run(frame))
        return strict && values.includes(null) ? null : given(values)
      }
}
