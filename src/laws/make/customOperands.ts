/**
 * Operands of custom lookups.
 *
 * @since 0.2.0
 */
import { option as O } from 'fp-ts'
import { canonical } from '../../value/canonical.js'
import type { Json, Kind } from '../../value/Value.js'
import type { CustomLookup } from '../../schema/CustomLookup.js'

/**
 * The samples of a custom lookup in canonical form. Samples of other kinds than its operands are left out.
 *
 * @since 0.2.0
 */
export const samplesOf = ({ samples, operands }: CustomLookup): ReadonlyArray<ReadonlyArray<Json>> =>
  samples.flatMap((sample) => {
    const list = operands.flatMap((kind, i) => {
      const value = canonical(kind, sample[i])
      return O.isSome(value) ? [value.value] : []
    })
    return list.length === operands.length ? [list] : []
  })

/**
 * Lists of operands for a custom lookup on a column with some values: the samples, and each value in place of each
 * operand of its kind. A lookup without operands gets one empty list.
 *
 * @since 0.2.0
 */
export const operandsFor = (
  custom: CustomLookup,
  column: Kind,
  values: ReadonlyArray<Json>,
): ReadonlyArray<ReadonlyArray<Json>> => {
  const { operands } = custom
  if (operands.length === 0) return [[]]
  const samples = samplesOf(custom)
  const [first] = samples
  const made = values.flatMap((value) => {
    const list = operands.flatMap((kind, i) => {
      const sample = first?.[i]
      return kind === column ? [value] : sample === undefined ? [] : [sample]
    })
    return list.length === operands.length ? [list] : []
  })
  return [...samples, ...made]
}
