/**
 * The laws kit on SQL clients. Planted and found: an `exclude` by `not (x = ?)`, which loses rows whose value is missing
 * (law 'answer'); an aggregate of a constant over no column of its own rows; a group without keys and without aggregates.
 */
import { expect } from 'chai'
import { checkClient, printReport } from '../../../src/laws.js'
import { databaseNames, openDatabase } from '../../support/databases.js'
import { isLong, parameters, seed, titled } from '../../support/runs.js'
import { sqlFactory } from '../../support/sqlCases.js'

/** Making tables for each case takes a while on a server, and longer in PGlite. */
const shares = { pglite: 0.1, sqlite: 1, postgres: 0.3, mariadb: 0.1 }

for (const name of databaseNames)
  describe(`a SQL client on ${name}`, function () {
    this.timeout(isLong ? 3_600_000 : 180_000)

    it(titled('keeps the laws of reading', shares[name]), async function () {
      const driver = await openDatabase(name, 'laws')
      if (typeof driver === 'string') {
        console.log(`      skipped: ${driver}`)
        return this.skip()
      }
      const { numRuns } = parameters(shares[name])
      const report = await checkClient({
        client: sqlFactory(driver),
        areas: ['reads'],
        cases: numRuns,
        seed,
      })()
      if (name !== 'pglite') await driver.close()
      expect(report.failures, printReport(report)).to.deep.equal([])
    })
  })
