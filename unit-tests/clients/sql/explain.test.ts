/** Explanations of the SQL client: the library's plan, the statement, and the engine's plan for it. */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import { autoId, field, filter, schema, slice } from 'queryset-ts'
import { openDatabase } from '../../../property-tests/support/databases.js'
import { done } from '../../../property-tests/support/sqlDatabases.js'
import { createSchema } from '../../../src/clients/sql/schema/createSchema.js'
import { sqlClient } from '../../../src/clients/sql/sqlClient.js'

const { pipe } = fn

const models = schema({ genre: { id: autoId, name: field.text({ maxLength: 40 }) } })

const one = pipe(
  models.genre,
  filter((g) => g.id.eq(1)),
)

for (const [name, told] of [
  ['postgres', /Scan.* on genre/u],
  ['sqlite', /SEARCH t1 USING INTEGER PRIMARY KEY/u],
  ['mariadb', /"query_block"/u],
  ['mysql', /-> Zero rows/u],
] as const)
  describe(`explain on ${name}`, () => {
    it('tells the plan, the statement and the plan of the engine', async function () {
      const driver = await openDatabase(name, 'explain')
      if (typeof driver === 'string') {
        console.log(`      skipped: ${driver}`)
        return this.skip()
      }
      await done(createSchema(models, driver))
      const client = sqlClient(models, driver)
      const { text, sql, engine } = await done(client.explain(one))
      expect(engine.join('\n')).to.match(told)
      expect(sql).to.match(/^select t1/u)
      expect(text).to.match(/^ask '\w+' in one request/u)
      expect(text).to.contain('where id.eq(1)')
      expect(text).to.contain(sql)
      expect(text).to.match(told)
      await driver.close()
    })

    it('is refused by the engine where the table is missing, and for what is no query', async function () {
      const driver = await openDatabase(name, 'explain')
      if (typeof driver === 'string') return this.skip()
      const client = sqlClient(models, driver)
      const missing = await client.explain(one)()
      expect(E.isLeft(missing) && missing.left._tag).to.equal('ClientFailed')
      const mistaken = await client.explain(pipe(models.genre, slice(-1)))()
      expect(E.isLeft(mistaken)).to.equal(true)
      await driver.close()
    })
  })
