/** Tests that run on each database, beside the same rows in memory. */
import type { WritableClient } from 'queryset-ts'
import { memory } from 'queryset-ts/memory'
import { databaseNames, openDatabase } from '../../../property-tests/support/databases.js'
import { createSchema } from '../../../src/clients/sql/schema/createSchema.js'
import { dropSchema } from '../../../src/clients/sql/schema/dropSchema.js'
import { sqlClient } from '../../../src/clients/sql/sqlClient.js'
import type { AnyModels } from '../../../src/queryset/schema.js'
import { right } from '../../support/answers.js'

/**
 * One test for each database, with empty tables, and a client in memory that has no rows either. The tables are dropped
 * before the test, and the driver is closed after it, even if the test fails: an open driver keeps the process alive.
 */
export const onEachDatabase = (
  title: string,
  purpose: string,
  models: AnyModels,
  test: (client: WritableClient, reference: WritableClient) => Promise<void>,
): void => {
  databaseNames.forEach((name) => {
    it(`${title}, on ${name}`, async function () {
      const driver = await openDatabase(name, purpose)
      if (typeof driver === 'string') {
        console.log(`      skipped: ${driver}`)
        return this.skip()
      }
      try {
        await right(dropSchema(models, driver))
        await right(createSchema(models, driver))
        await test(sqlClient(models, driver), memory(models, {}))
      } finally {
        await driver.close()
      }
    })
  })
}
