/**
 * Migrations of odd names and values.
 *
 * Found: a renamed column of a table with a point in its name was dropped and made again; JSON columns of MariaDB were, in
 * a session with `ANSI_QUOTES`; MariaDB made up values for rows that had none; a default that no engine can hold was
 * written as another text.
 */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import { createPool } from 'mariadb'
import { autoId, createBulk, field, pipe, schema, schemaOf, type FullWritableClient } from 'queryset-ts'
import {
  describeStep,
  diff,
  migrate,
  planMigration,
  sqlClient,
  stepsOf,
  tablesOf,
  type TableNames,
} from 'queryset-ts/sql'
import {
  databaseNames,
  mariadbServer,
  noMariadb,
  openDatabase,
} from '../../../property-tests/support/databases.js'
import { mariadbDriver } from '../../../src/clients/sql/drivers/mariadb.js'
import { introspect } from '../../../src/clients/sql/introspect/introspect.js'
import { right } from '../../support/answers.js'

const plain = schema({ note: { id: autoId } })

const named = (table: string, column: string): TableNames => ({
  table: () => table,
  column: (_, own) => own + column,
})

describe('a renamed column', () => {
  it('is found by its table and name, whatever points these have', () => {
    const before = tablesOf('postgres', schemaOf(plain), named('a.b', '.c'))
    const after = tablesOf('postgres', schemaOf(plain), named('a.b', '.d.e'))
    const steps = diff(before, after, { renamed: { columns: { 'a.b.id.c': 'id.d.e' } } })
    expect(steps.map(describeStep)).to.deep.equal(['call the column a.b.id.c id.d.e'])
  })
})

describe('a JSON column of MariaDB', function () {
  this.timeout(60_000)

  it('is one in a session with ANSI quotes', async function () {
    const server = await mariadbServer('migrate_odd_json')
    if (server === null) {
      console.log(`      skipped: ${noMariadb}`)
      return this.skip()
    }
    const initSql = "set sql_mode = 'ANSI_QUOTES'"
    const driver = mariadbDriver(createPool({ ...server, connectionLimit: 2, initSql }))
    const models = schema({ note: { id: autoId, data: field.json(), more: field.json() } })
    const names: TableNames = { table: (model) => model, column: (_, own) => (own === 'more' ? 'a"`b' : own) }
    try {
      await right(migrate(models, driver, { names }))
      expect(stepsOf(await right(planMigration(models, driver, { names })))).to.equal('nothing to do')
    } finally {
      await driver.close()
    }
  })
})

const without = { name: field.text(), n: field.int() }
const unheld = { name: field.text({ default: 'a\ud800' }) }

for (const name of databaseNames)
  describe(`a new column that has no value for the rows of ${name}`, function () {
    this.timeout(60_000)

    for (const [what, fields] of Object.entries({
      'without a default': without,
      'with one that it can not hold': unheld,
    }))
      it(`is refused ${what}`, async function () {
        const driver = await openDatabase(name, 'migrate_odd')
        if (typeof driver === 'string') {
          console.log(`      skipped: ${driver}`)
          return this.skip()
        }
        try {
          await right(migrate(plain, driver))
          const client = sqlClient(plain, driver) as unknown as FullWritableClient
          await right(pipe(plain.note, createBulk(client, [{ id: 1 }])))
          const later = schema({ note: { id: autoId, ...fields } })
          expect(E.isLeft(await migrate(later, driver)()), 'refused').to.equal(true)
          const columns =
            (await right(introspect(driver))).find((table) => table.name === 'note')?.columns ?? []
          // MariaDB can't undo that it has made the column.
          expect(columns.filter((column) => !column.nullable).map((column) => column.name)).to.deep.equal([
            'id',
          ])
        } finally {
          await driver.close()
        }
      })
  })
