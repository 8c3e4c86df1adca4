/**
 * Each mutant dies of the bug that it is named after: where only those areas are checked that it says, it is killed by one
 * of the laws that it says. What mutants are built with is right, so that nothing else kills them.
 */
import { expect } from 'chai'
import { checkClient, laws, printReport } from '../../src/laws.js'
import { parameters, seed } from '../support/runs.js'
import { cached } from './cacheErrors.js'
import { mutants } from './mutants.js'
import { clientWith } from './support/client.js'

/** One of so many mutants is tried, others by each seed: one of eight in a long run, all with 16,000 runs. */
const every = Math.max(1, Math.round(160 / Math.max(1, parameters(1).numRuns / 100)))

describe('mutants are killed by the laws that they name', () => {
  it('which are laws', () => {
    const names = laws.map(({ name }) => name)
    mutants.forEach(({ name, by }) => {
      expect(names, name).to.include.members([...by.laws])
    })
  })

  mutants
    .filter((_, i) => (i + seed) % every === 0)
    .forEach(({ name, client, by }) => {
      it(`${name} [seed ${String(seed)}]`, async () => {
        const report = await checkClient({ client, areas: by.areas, seed, cases: 3000, failures: 1 })()
        const [failure] = report.failures
        if (failure === undefined) return
        expect(by.laws, printReport(report)).to.include(failure.law)
      }).timeout(0)
    })

  // Caught, planted: a cache that keeps what was read while something was written, and gives what it keeps.
  for (const reading of ['list', 'count', 'getPks'] as const)
    it(`a cache of ${reading} that forgets everything is right [seed ${String(seed)}]`, async () => {
      const client = clientWith(
        cached(
          reading,
          (query) => JSON.stringify(query),
          () => true,
        ),
      )
      const report = await checkClient({ client, seed, cases: 150 })()
      expect(report.failures, printReport(report)).to.deep.equal([])
    }).timeout(0)
})
