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
import { right } from '../../support/answers.js'
import { onEachDatabase } from './onEachDatabase.js'

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

describe('aggregates of computed columns', function () {
  this.timeout(60_000)

  onEachDatabase('are those of the rows', 'aggregates', models, async (client, reference) => {
    await right(pipe(models.tag, createBulk(client, [{}, {}])))
    await right(pipe(models.tag, createBulk(reference, [{}, {}])))
    const expected = await answers(reference)
    expect(expected.all).to.include({ mean: 1, sum: 6, some: 2, none: null })
    expect(await answers(client)).to.deep.equal(expected)
  })
})
