/**
 * A remainder of decimals that is 0 equals 0, whatever the sign of what was divided.
 *
 * Planted and caught: on MariaDB, the bare remainder, which is -0 and equals only another -0.
 */
import { expect } from 'chai'
import { autoId, createBulk, field, filter, pipe, schema, toArray, value, values } from 'queryset-ts'
import { right } from '../../support/answers.js'
import { onEachDatabase } from './onEachDatabase.js'

const models = schema({ item: { id: autoId, price: field.decimal() } })

describe('a remainder of decimals that is 0', function () {
  this.timeout(60_000)

  const found = pipe(
    models.item,
    filter(({ price }) => price.mod(price).in([value('-0.1', 'decimal').mod(price)])),
    values(({ price }) => ({ price, rest: value('-0.1', 'decimal').mod(price) })),
  )

  onEachDatabase('equals another one', 'remainders', models, async (client, reference) => {
    for (const each of [client, reference])
      await right(createBulk(each, [{ price: '0.1' }, { price: '0.03' }])(models.item))
    const expected = await right(toArray(reference)(found))
    expect(expected).to.have.length(1)
    expect(await right(toArray(client)(found))).to.deep.equal(expected)
  })
})
