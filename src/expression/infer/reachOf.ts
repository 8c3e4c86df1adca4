/**
 * How far out the farthest of some operands looks.
 *
 * @since 0.2.0
 */
export const reachOf = (operands: ReadonlyArray<{ readonly reach: number }>): number =>
  operands.reduce((most, { reach }) => Math.max(most, reach), 0)
