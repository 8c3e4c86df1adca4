/** Faults that a property has to find. */
import { AssertionError, expect } from 'chai'
import fc from 'fast-check'
import { parameters } from './runs.js'

/** A property finds a fault within as many runs as it has, from most of some seeds, which are always the same. */
export const expectCaught = async <T>(
  property: fc.IAsyncProperty<T>,
  share: number,
  seeds = 3,
): Promise<void> => {
  // At least as many in a short run: it ends as soon as the fault is found.
  const numRuns = Math.max(parameters(share).numRuns, Math.round(300 * share))
  let caught = 0
  for (let i = 0; i < seeds; i += 1) {
    const found = await fc.check(property, { numRuns, seed: 1 + i, endOnFailure: true })
    // A mistake of the test's own is none of the fault's.
    if (found.failed && !(found.errorInstance instanceof AssertionError)) throw found.errorInstance
    caught += found.failed ? 1 : 0
  }
  expect(caught, `caught from so many of ${String(seeds)} seeds`).to.be.greaterThan(seeds / 2)
}
