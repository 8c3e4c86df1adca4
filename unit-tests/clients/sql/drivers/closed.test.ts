/**
 * Drivers that were closed, on each package: every call says so, and that nothing was sent.
 *
 * Planted and caught: words of the packages that aren't known.
 */
import { PGlite } from '@electric-sql/pglite'
import { expect } from 'chai'
import { Kysely, PostgresDialect } from 'kysely'
import { createPool as createMysql2Pool } from 'mysql2/promise'
import pg from 'pg'
import { create, field, pipe, schema, toArray } from 'queryset-ts'
import { sqlClient, type Driver } from 'queryset-ts/sql'
import { mariadbServer, openDatabase, postgresUrl } from '../../../../property-tests/support/databases.js'
import { kyselyDriver } from '../../../../src/clients/sql/drivers/kysely.js'
import { mysql2Driver } from '../../../../src/clients/sql/drivers/mysql2.js'
import { pgliteDriver } from '../../../../src/clients/sql/drivers/pglite.js'

const opened = async (name: 'postgres' | 'mariadb' | 'mysql' | 'sqlite'): Promise<Driver | null> => {
  const found = await openDatabase(name, 'closed')
  return typeof found === 'string' ? null : found
}

const drivers: { readonly [name: string]: () => Promise<Driver | null> } = {
  pg: () => opened('postgres'),
  pglite: () => Promise.resolve(pgliteDriver(new PGlite())),
  'node:sqlite': () => opened('sqlite'),
  mariadb: () => opened('mariadb'),
  mysql2: async () => {
    const server = await mariadbServer('closed_mysql2')
    return server === null ? null : mysql2Driver(createMysql2Pool(server), { dialect: 'mariadb' })
  },
  'mysql2 to MySQL': () => opened('mysql'),
  kysely: async () => {
    const url = await postgresUrl('closed_kysely')
    if (url === null) return null
    const dialect = new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) })
    return kyselyDriver(new Kysely({ dialect }), 'postgres')
  },
}

const models = schema({ note: { id: field.int({ primaryKey: true }), n: field.int() } })

for (const [name, open] of Object.entries(drivers))
  describe(`a closed driver of ${name}`, function () {
    this.timeout(60_000)

    it('says that it was closed', async function () {
      const driver = await open()
      if (driver === null) return this.skip()
      const ask = driver.query('select 1', [])
      expect(await ask()).to.have.property('_tag', 'Right')
      expect(await driver.close()).to.have.property('_tag', 'Right')

      const answers = [await ask(), await driver.transaction({}, (tx) => tx.query('select 1', []))()]
      for await (const batch of driver.stream?.('select 1', []) ?? []) answers.push(batch as never)
      expect(answers).to.have.length(driver.stream === undefined ? 2 : 3)
      answers.forEach((answer) => {
        expect(answer).to.have.nested.property('left.kind', 'closed')
        expect(answer).to.have.nested.property('left.unknown', false)
      })

      const client = sqlClient(models, driver)
      const read = await pipe(models.note, toArray(client))()
      const written = await pipe(models.note, create(client, { id: 1, n: 1 }))()
      expect(read).to.deep.nested.include({ 'left._tag': 'ClientFailed', 'left.retryable': false })
      expect(read).to.have.nested.property(
        'left.message',
        `list failed on the client '${driver.dialect}': the driver was closed: make a new one, and close it after its last use`,
      )
      expect(written).to.deep.nested.include({ 'left._tag': 'ClientFailed', 'left.retryable': false })
      expect(JSON.stringify(written)).to.include('nothing was written')
    })
  })
