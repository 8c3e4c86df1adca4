/**
 * Aggregates of values that refer to nothing of their row: constants, and subqueries that don't depend on it.
 *
 * Planted and caught: an argument that is a column computed from a constant or an independent subquery, and is taken for
 * a column of the row. PostgreSQL then computes the aggregate over the one row of the check around it.
 */
import { expect } from 'chai'
import {
  autoId,
  createBulk,
  get,
  groupBy,
  pipe,
  schema,
  subquery,
  toArray,
  value,
  values,
  valuesList,
  orderBy,
  slice,
  type Client,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'
import { databaseNames, openDatabase } from '../../../property-tests/support/databases.js'
import { createSchema } from '../../../src/clients/sql/schema/createSchema.js'
import { dropSchema } from '../../../src/clients/sql/schema/dropSchema.js'
import { sqlClient } from '../../../src/clients/sql/sqlClient.js'
import { right } from '../../support/answers.js'

const models = schema({ tag: { id: autoId } })

const computed = pipe(
  models.tag,
  values(() => ({
    first: subquery(
      'int',
      pipe(
        models.tag,
        orderBy((t) => [t.id.asc()]),
        slice(0, 1),
        valuesList((t) => t.id),
      ),
    ),
    three: value(3, 'int'),
    zero: value(0, 'int').dividedBy(value('1', 'decimal')),
  })),
)

const answers = async (client: Client) => ({
  all: await right(
    pipe(
      computed,
      groupBy(
        () => ({}),
        (g) => ({
          mean: g.avg((row) => row.first),
          sum: g.sum((row) => row.three),
          spread: g.stddev((row) => row.zero, { sample: true }),
          some: g.count({ filter: (row) => row.three.gt(2) }),
          none: g.sum((row) => row.three, { filter: (row) => row.three.gt(3) }),
        }),
      ),
      get(client),
    ),
  ),
  keyed: await right(
    pipe(
      computed,
      groupBy(
        (row) => ({ three: row.three }),
        (g) => ({ mean: g.avg((row) => row.three), n: g.count() }),
      ),
      toArray(client),
    ),
  ),
})

for (const name of databaseNames)
  describe(`aggregates of computed columns on ${name}`, function () {
    this.timeout(60_000)

    it('are those of the rows', async function () {
      const driver = await openDatabase(name, 'aggregates')
      if (typeof driver === 'string') {
        console.log(`      skipped: ${driver}`)
        return this.skip()
      }
      await right(createSchema(models, driver))
      const client = sqlClient(models, driver)
      const reference = memory(models, {})
      await right(pipe(models.tag, createBulk(client, [{}, {}])))
      await right(pipe(models.tag, createBulk(reference, [{}, {}])))
      const [actual, expected] = [await answers(client), await answers(reference)]
      await right(dropSchema(models, driver))
      await driver.close()
      expect(expected.all).to.include({ mean: 1, sum: 6, some: 2, none: null })
      expect(actual).to.deep.equal(expected)
    })
  })
