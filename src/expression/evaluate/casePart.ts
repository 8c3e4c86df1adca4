import { spend } from '../../value/Meter.js'
import type { Json } from '../../value/Value.js'
import { castValue } from '../functions/cast.js'
import type { TypedCase, TypedExpression } from '../Typed.js'
import type { Frame } from './Frame.js'
import { together, type Env, type Part } from './Part.js'

/**
 * The value of the first branch whose predicate holds, in the kind that all have in common.
 *
 * @since 0.2.0
 */
export const casePart = <T>({ meter }: Env<T>, node: TypedCase<T>, parts: ReadonlyArray<Part>): Part => {
  const { kind } = node.type
  const converted = (expression: TypedExpression<T>, part: Part | undefined) => {
    const from = expression.type.kind
    return {
      weight: part?.weight ?? 0,
      run: (frame: Frame): Json => castValue(from, kind, part?.run(frame) ?? null),
    }
  }
  const branches = node.branches.map(({ then }, i) => ({
    when: parts[2 * i],
    then: converted(then, parts[2 * i + 1]),
  }))
  const otherwise = converted(node.otherwise, parts.at(-1))
  return together(
    parts,
    (frame) => {
      const taken = branches.find(({ when, then }) => {
        spend(meter, (when?.weight ?? 0) + then.weight)
        return when?.run(frame) === true
      })
      return (taken?.then ?? otherwise).run(frame)
    },
    1 + otherwise.weight,
  )
}
