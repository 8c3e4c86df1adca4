/**
 * Floats near the greatest: a result that is too large is missing, and one that isn't is exact.
 *
 * Planted and caught: on PostgreSQL, a limit for a scaled product that is not the greatest float's; on MariaDB, a limit
 * for the logarithm of a product that leaves out the greatest floats, and a limit for half of a sum that is less than half
 * of the greatest float.
 */
import { expect } from 'chai'
import { function as fn } from 'fp-ts'
import { autoId, createBulk, field, orderBy, schema, toArray, values } from 'queryset-ts'
import { memory } from 'queryset-ts/memory'
import { right } from '../../support/answers.js'
import { onEachDatabase } from './onEachDatabase.js'

const { pipe } = fn

const models = schema({ pair: { id: autoId, a: field.float(), b: field.float() } })

const most = Number.MAX_VALUE
const nearly = 1.7976931348623155e308
const floats = [
  0,
  1,
  -1,
  0.5,
  2,
  0.9999999999999999,
  1.0000000000000002,
  1e200,
  1.7e108,
  most,
  -most,
  nearly,
  most / 2,
]
const pairs = floats.flatMap((a) => floats.map((b) => ({ a, b })))

// The least floats have fewer digits, and PostgreSQL rounds them twice.
const least = 2.3e-308
const normal = (rows: ReadonlyArray<{ readonly [name: string]: number | null }>) =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, n]) => [name, n !== null && Math.abs(n) < least ? 0 : n]),
    ),
  )

const results = pipe(
  models.pair,
  orderBy((each) => [each.id.asc()]),
  values(({ a, b }) => ({
    times: a.times(b),
    plus: a.plus(b),
    minus: a.minus(b),
    dividedBy: a.dividedBy(b),
  })),
)

describe('floats near the greatest', function () {
  this.timeout(60_000)

  onEachDatabase('are calculated as in memory', 'floats', models, async (client) => {
    const rows = await right(pipe(models.pair, createBulk(client, pairs)))
    expect(normal(await right(pipe(results, toArray(client))))).to.deep.equal(
      normal(await right(pipe(results, toArray(memory(models, { pair: rows }))))),
    )
  })
})
