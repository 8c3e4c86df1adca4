/**
 * Hostile names of tables, columns, indexes and constraints, and hostile defaults, comments and checks, in sessions of every
 * mode: tables of others that have them are found and migrated, by each kind of step, and a second migration has nothing to
 * do. A default is written as it is, or refused where the database can't hold it.
 *
 * Planted and found: an index of PostgreSQL that is dropped by its name without quotes; JSON columns of MariaDB that are known
 * by a backtick alone.
 *
 * Found: JSON columns that were dropped and made again with `ANSI_QUOTES`; columns of tables with a point in their name, which
 * couldn't be renamed; values that MariaDB made up for a new column; halves of surrogate pairs in defaults.
 */
import { expect } from 'chai'
import fc from 'fast-check'
import { isLong, parameters, titled } from '../../support/runs.js'
import { givenSchema, heldSchema, noSteps } from '../../support/sqlFuzz/schemas.js'
import { sessions } from '../../support/sqlFuzz/sessions.js'

sessions.forEach(({ title, ofSchemas, open }, session) => {
  describe(`schemas with hostile names on ${title}`, function () {
    this.timeout(isLong ? 1_200_000 : 120_000)
    const own = isLong ? 0.01 * ofSchemas : 0.02

    it(titled('are found, migrated and dropped', own), async function () {
      const driver = await open(`fuzz_schemas_${String(session)}`)
      if (typeof driver === 'string') {
        console.log(`      skipped: ${driver}`)
        return this.skip()
      }
      const steps = noSteps()
      try {
        await fc.assert(
          fc.asyncProperty(givenSchema, (given) => heldSchema(driver, given, steps)),
          parameters(own),
        )
      } finally {
        await driver.close()
      }
      if (isLong) expect(Object.entries(steps).filter(([, count]) => count === 0)).to.deep.equal([])
    })
  })
})
