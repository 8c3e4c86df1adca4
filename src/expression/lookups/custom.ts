import { aKind } from '../../value/describe.js'
import { halt, spend } from '../../value/Meter.js'
import { clientFailed } from '../../value/QueryError.js'
import type { Json, Kind } from '../../value/Value.js'
import type { CustomLookup } from '../../schema/CustomLookup.js'
import { usual, type LookupDef } from './LookupDef.js'

/**
 * A custom lookup as an entry of the table. What its meaning throws ends the evaluation with a `ClientFailed`.
 *
 * @since 0.2.0
 */
export const customLookup = ({ name, kinds, operands, meaning, effort }: CustomLookup): LookupDef => ({
  ...usual,
  name,
  method: name,
  arity: [operands.length, operands.length],
  kinds,
  operand: (left, i) => operands[i] ?? left,
  misfit: (left, right) =>
    kinds.includes(left) ? operandMisfit(operands, right) : `is for ${kinds.join(', ')}, not ${left}`,
  meaning: (_, __, meter) => {
    const holds = guarded(meter.client, name, meaning)
    if (effort === null) return (value, ...others) => holds(value, ...others) === true
    const steps = guarded(meter.client, name, effort)
    return (value, ...others) => {
      spend(meter, stepsOf(steps(value, ...others)))
      return holds(value, ...others) === true
    }
  },
  byCharacter: true,
})

const operandMisfit = (kinds: ReadonlyArray<Kind>, right: ReadonlyArray<Kind>): string | null => {
  const i = right.findIndex((kind, at) => kind !== kinds[at])
  const [wanted, given] = [kinds[i], right[i]]
  return wanted === undefined || given === undefined
    ? null
    : `takes ${aKind(wanted)} as operand ${String(i + 1)}, not ${aKind(given)}`
}

/** Custom functions may return anything. */
const stepsOf = (steps: unknown): number => (typeof steps === 'number' && steps > 0 ? steps : 0)

const hint = "See 'cause' for what the lookup's function threw."

/** Custom functions may throw. */
const guarded =
  (client: string, name: string, run: (value: Json, ...operands: ReadonlyArray<Json>) => unknown) =>
  (value: Json, ...operands: ReadonlyArray<Json>): unknown => {
    try {
      return run(value, ...operands)
    } catch (cause) {
      return halt(clientFailed(client, `the lookup '${name}'`, cause, { hint }))
    }
  }
