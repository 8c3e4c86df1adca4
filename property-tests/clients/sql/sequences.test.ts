/**
 * Every sequence of a few steps means the same in SQL as in memory. Random querysets seldom have the sequence that matters:
 * of five certain steps in a row, one of 20,000 cases of the laws kit.
 *
 * Planted and found: a reversed slice whose order is by columns that are gone (five steps); a pass that is added to one
 * with a slice, or with a group (two steps).
 */
import { expect } from 'chai'
import { createBulk } from '../../../src/index.js'
import { createSchema, sqlClient } from '../../../src/sql.js'
import { databaseNames, openDatabase, type DatabaseName } from '../../support/databases.js'
import { isLong } from '../../support/runs.js'
import { models, more, rows, sequences, steps, wrongs } from '../../support/sequences.js'
import { done } from '../../support/sqlDatabases.js'

/** The number of steps in a short and in a long run. */
const lengths: { readonly [K in DatabaseName]: readonly [short: number, long: number] } = {
  sqlite: [3, 5],
  pglite: [2, 4],
  postgres: [2, 4],
  mariadb: [2, 4],
  mysql: [2, 4],
}

for (const name of databaseNames)
  describe(`sequences of steps on ${name}`, function () {
    this.timeout(isLong ? 1_800_000 : 60_000)
    const length = lengths[name][isLong ? 1 : 0]

    it(`mean the same as in memory, all of ${String(length)} steps, and of more steps up to ${String(length - 1)}`, async function () {
      const driver = await openDatabase(name, 'sequences')
      if (typeof driver === 'string') {
        console.log(`      skipped: ${driver}`)
        return this.skip()
      }
      await done(createSchema(models, driver))
      const client = sqlClient(models, driver)
      await done(createBulk(client, rows)(models.item))
      const all = Array.from({ length: length - 1 }, (_, i) => sequences(more, i + 1))
      const failures = await wrongs(client, [...all, sequences(steps, length)])
      await driver.close()
      expect(failures).to.deep.equal([])
    })
  })
