/**
 * Texts that differ only after thousands of characters are sorted, grouped and compared as in memory.
 *
 * Planted and caught: a session of MariaDB with the default `max_sort_length`, which sorts by the first 256 characters,
 * and one with a small `sort_buffer_size`, which refuses to sort by several texts.
 */
import { expect } from 'chai'
import {
  autoId,
  createBulk,
  distinct,
  field,
  groupBy,
  orderBy,
  pipe,
  schema,
  toArray,
  values,
  type Client,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'
import { databaseNames, openDatabase } from '../../../property-tests/support/databases.js'
import { createSchema } from '../../../src/clients/sql/schema/createSchema.js'
import { dropSchema } from '../../../src/clients/sql/schema/dropSchema.js'
import { sqlClient } from '../../../src/clients/sql/sqlClient.js'
import { right } from '../../support/answers.js'

const models = schema({ note: { id: autoId, text: field.text(), other: field.nullable(field.text()) } })

const longText = (i: number): string => `${'x'.repeat(16_000)}${String((i * 7) % 10)}`
const notes = Array.from({ length: 20 }, (_, i) => ({
  text: longText(i),
  other: i % 3 === 0 ? null : longText(i + 1),
}))

const answers = async (client: Client) => ({
  sorted: await right(
    pipe(
      models.note,
      orderBy((n) => [n.text.desc(), n.other.asc(), n.id.asc()]),
      values((n) => ({ id: n.id })),
      toArray(client),
    ),
  ),
  distinct: (
    await right(
      pipe(
        models.note,
        values((n) => ({ text: n.text })),
        distinct,
        orderBy((n) => [n.text.asc()]),
        toArray(client),
      ),
    )
  ).map(({ text }) => text.slice(-1)),
  groups: (
    await right(
      pipe(
        models.note,
        groupBy(
          (n) => ({ text: n.text }),
          (g) => ({ n: g.count(), last: g.max((row) => row.other) }),
        ),
        orderBy((g) => [g.text.desc()]),
        toArray(client),
      ),
    )
  ).map(({ text, n, last }) => [text.slice(-1), n, last?.slice(-1)]),
})

for (const name of databaseNames)
  describe(`long texts on ${name}`, function () {
    this.timeout(60_000)

    it('are sorted, grouped and compared to the end', async function () {
      const driver = await openDatabase(name, 'long_texts')
      if (typeof driver === 'string') {
        console.log(`      skipped: ${driver}`)
        return this.skip()
      }
      await right(createSchema(models, driver))
      const client = sqlClient(models, driver)
      const reference = memory(models, {})
      await right(pipe(models.note, createBulk(client, notes)))
      await right(pipe(models.note, createBulk(reference, notes)))
      expect(await answers(client)).to.deep.equal(await answers(reference))
      await right(dropSchema(models, driver))
      await driver.close()
    })
  })
