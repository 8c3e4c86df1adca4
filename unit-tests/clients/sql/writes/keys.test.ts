/**
 * Keys that an engine would change before it compares them: they are no row's, and must not become another row's.
 *
 * Planted and caught: decimals that MariaDB compares with text, as two doubles; keys that are sent whatever is in them.
 */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import { createBulk, field, schema, toArray } from 'queryset-ts'
import { databaseNames, openDatabase } from '../../../../property-tests/support/databases.js'
import { createSchema } from '../../../../src/clients/sql/schema/createSchema.js'
import { sqlClient } from '../../../../src/clients/sql/sqlClient.js'
import { right } from '../../../support/answers.js'

const { pipe } = fn

const models = schema({
  price: { code: field.decimal({ primaryKey: true }), n: field.int() },
  word: { code: field.text({ primaryKey: true, maxLength: 40 }), n: field.int() },
})

const rows = {
  price: (['9007199254740993', '0.5', '0.1'] as const).map((code) => ({ code, n: 0 })),
  word: ['a\ufffd', 'b', 'c'].map((code) => ({ code, n: 0 })),
}

const strangers = {
  price: ['9007199254740992', '0.500000000000000000001', `0.1${'0'.repeat(40)}1`],
  word: ['a\ud800', 'b\0', 'b\0c', 'c '],
}

for (const name of databaseNames)
  describe(`keys on ${name}`, function () {
    this.timeout(60_000)

    it('that are nearly those of rows change and delete none', async function () {
      const driver = await openDatabase(name, 'keys')
      if (typeof driver === 'string') {
        console.log(`      skipped: ${driver}`)
        return this.skip()
      }
      await right(createSchema(models, driver))
      const client = sqlClient(models, driver)
      await right(pipe(models.price, createBulk(client, rows.price)))
      await right(pipe(models.word, createBulk(client, rows.word)))
      for (const model of ['price', 'word'] as const) {
        const keys = strangers[model]
        for (const key of keys) {
          expect(await right(client.update(model, key, { n: 1 })), key).to.equal(false)
          expect(await right(client.delete(model, key)), key).to.equal(false)
          expect(E.isLeft(await client.update(model, key, { n: 1 }, { n: 0 })()), key).to.equal(true)
        }
        const changes = keys.map((key) => ({ key, set: { n: 1 } }))
        expect(await right(client.updateBulk(model, changes))).to.equal(0)
        expect(await right(client.deleteBulk(model, keys))).to.equal(0)
      }
      expect(await right(pipe(models.price, toArray(client)))).to.have.deep.members(rows.price)
      expect(await right(pipe(models.word, toArray(client)))).to.have.deep.members(rows.word)
      const [own] = rows.price
      expect(await right(client.update('price', own?.code ?? '', { n: 2 }))).to.equal(true)
      expect(await right(client.deleteBulk('price', ['0.5', '0.1']))).to.equal(2)
      await driver.close()
    })
  })
