import { expect } from 'chai'
import { either as E } from 'fp-ts'
import type { Driver } from '../../../src/clients/sql/Driver.js'
import { createSchema } from '../../../src/clients/sql/schema/createSchema.js'
import { dropSchema } from '../../../src/clients/sql/schema/dropSchema.js'
import { databaseNames, openDatabase } from '../../../property-tests/support/databases.js'
import { music } from '../../../docs/examples/chinook/schema.js'

for (const name of databaseNames)
  describe(`the schema on ${name}`, function () {
    let driver: Driver
    const opened = { is: false }

    before(async function () {
      const found = await openDatabase(name, 'schema_test')
      if (typeof found === 'string') {
        console.log(`      skipped: ${found}`)
        this.skip()
      }
      driver = found
      opened.is = true
    })

    after(async () => {
      if (opened.is) await driver.close()
    })

    it('makes tables and drops them', async () => {
      expect(await createSchema(music, driver)()).to.deep.equal(E.right(undefined))
      expect(await createSchema(music, driver)()).to.have.property('_tag', 'Left')
      expect(await dropSchema(music, driver)()).to.deep.equal(E.right(undefined))
      expect(await createSchema(music, driver)()).to.deep.equal(E.right(undefined))
    })
  })
