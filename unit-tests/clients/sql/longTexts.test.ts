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
import { right } from '../../support/answers.js'
import { onEachDatabase } from './onEachDatabase.js'

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

describe('long texts', function () {
  this.timeout(60_000)

  onEachDatabase(
    'are sorted, grouped and compared to the end',
    'long_texts',
    models,
    async (client, reference) => {
      await right(pipe(models.note, createBulk(client, notes)))
      await right(pipe(models.note, createBulk(reference, notes)))
      expect(await answers(client)).to.deep.equal(await answers(reference))
    },
  )
})
