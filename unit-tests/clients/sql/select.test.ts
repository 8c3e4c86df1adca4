/** Values that are made once a row has been read don't tell rows apart before. */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import {
  autoId,
  cast,
  createBulk,
  distinct,
  distinctOn,
  field,
  groupBy,
  schema,
  toArray,
  values,
} from 'queryset-ts'
import { databaseNames, openDatabase } from '../../../property-tests/support/databases.js'
import { createSchema } from '../../../src/clients/sql/schema/createSchema.js'
import { sqlClient } from '../../../src/clients/sql/sqlClient.js'

const { pipe } = fn

const models = schema({ item: { id: autoId, name: field.nullable(field.text()) } })

for (const name of databaseNames)
  it(`rows that become alike here are one on ${name}`, async function () {
    this.timeout(60_000)
    const driver = await openDatabase(name, 'select')
    if (typeof driver === 'string') {
      console.log(`      skipped: ${driver}`)
      return this.skip()
    }
    await createSchema(models, driver)()
    const client = sqlClient(models, driver)
    await createBulk(client, [
      { id: 1, name: null },
      { id: 2, name: 'a' },
    ])(models.item)()
    // Neither is a date.
    const one = E.right([{ day: null }])
    const grouped = pipe(
      models.item,
      groupBy(
        (i) => ({ day: cast(i.name, 'date') }),
        () => ({}),
      ),
    )
    expect(await toArray(client)(grouped)()).to.deep.equal(one)
    const told = pipe(
      models.item,
      values((i) => ({ day: cast(i.name, 'date') })),
      distinct,
    )
    expect(await toArray(client)(told)()).to.deep.equal(one)
    const first = pipe(
      models.item,
      distinctOn((i) => [cast(i.name, 'date')]),
      values((i) => ({ day: cast(i.name, 'date') })),
    )
    expect(await toArray(client)(first)()).to.deep.equal(one)
    await driver.close()
  })
