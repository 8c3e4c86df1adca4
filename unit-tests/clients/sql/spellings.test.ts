/**
 * Questions whose spelling differs between the engines, beside the same in memory.
 *
 * Found on MySQL, and planted again: a time that is bound as `cast(? as time)`; assignments of one update that read the new
 * value of another; a number that is converted to text by a pattern with `\1`; the empty pattern; related rows by
 * `json_arrayagg`, without an order; keys of several new rows that are asked for on another connection. Found on MariaDB
 * and MySQL: `\v` and `\s`, which match a line's end and U+0085 in PCRE and ICU. Found on all: a constant beyond the integers
 * on the left, which was asked for a value instead of the column; `nullIf` of a float and a decimal, which are compared as
 * floats; a slice that is reversed when the keys of its order are no longer columns. On MySQL, JSON that mysql2 parses and
 * the library parses again, and dates of combined rows that are asked whether they are null; on MariaDB, `ceil` of a large
 * float, which DISTINCT cuts to 17 digits.
 */
import { expect } from 'chai'
import {
  autoId,
  belongsTo,
  cast,
  createBulk,
  difference,
  distinct,
  field,
  filter,
  greatest,
  not,
  nullIf,
  orderBy,
  pipe,
  prefetchRelated,
  reverse,
  schema,
  slice,
  toArray,
  update,
  value,
  values,
  type Client,
  type WritableClient,
} from 'queryset-ts'
import { right } from '../../support/answers.js'
import { onEachDatabase } from './onEachDatabase.js'

const models = schema({
  shop: { id: autoId, name: field.text({ maxLength: 40 }) },
  visit: {
    id: autoId,
    shop: belongsTo('shop', { relatedName: 'visits' }),
    note: field.text(),
    at: field.nullable(field.time()),
    made: field.datetime(),
    price: field.decimal(),
    stars: field.nullable(field.int()),
    units: field.decimal({ maxDigits: 6, decimalPlaces: 0 }),
    weight: field.float(),
    data: field.json(),
    open: field.boolean(),
    paid: field.boolean(),
  },
})

const notes = ['a\u000bb', 'a\nb', 'a\u0085b', 'a&&b', 'a-z', '', '1e3', 'ß & ς']
const times = ['12:00:00', '09:30:00', null, '23:59:59'] as const
const prices = ['0', '100', '0.10', '-12.500', '1000000', '0.000001', '7', '12345678901234567890'] as const
const visits = notes.map((note, i) => ({
  shop: 1 + (i % 2),
  note,
  at: times[i % times.length] ?? null,
  made: '2020-01-01T12:00:00.000Z' as const,
  price: prices[i] ?? '0',
  units: 100 * i,
  weight: i === 0 ? 1e21 : i + 0.5,
  // A text that looks like JSON.
  data: i === 0 ? '"a"' : { n: i },
  stars: i % 4 === 0 ? null : i,
  open: i % 2 === 0,
  paid: i % 3 === 0,
}))

const filled = async (client: WritableClient): Promise<ReadonlyArray<number>> => {
  await right(pipe(models.shop, createBulk(client, [{ name: 'first' }, { name: 'second' }])))
  const rows = await right(pipe(models.visit, createBulk(client, visits)))
  return rows.map(({ id }) => id)
}

const patterns = ['\\v', '[\\v]', '^a\\sb$', '^[a&&]+b$', '[+--]', '^$', '', 'B']

const answers = async (client: Client) => ({
  patterns: await Promise.all(
    patterns.flatMap((pattern) => [
      right(
        pipe(
          models.visit,
          filter((v) => v.note.regex(pattern)),
          values((v) => ({ id: v.id })),
          orderBy((v) => [v.id.asc()]),
          toArray(client),
        ),
      ),
      right(
        pipe(
          models.visit,
          filter((v) => v.note.iregex(pattern)),
          values((v) => ({ id: v.id })),
          orderBy((v) => [v.id.asc()]),
          toArray(client),
        ),
      ),
    ]),
  ),
  contains: await Promise.all(
    ['', '&&', 'Σ', 'A'].map((part) =>
      right(
        pipe(
          models.visit,
          filter((v) => v.note.icontains(part)),
          orderBy((v) => [v.id.asc()]),
          toArray(client),
        ),
      ),
    ),
  ),
  times: await right(
    pipe(
      models.visit,
      filter((v) => not(v.at.range('09:30', '12:00'))),
      orderBy((v) => [v.id.asc()]),
      toArray(client),
    ),
  ),
  texts: await right(
    pipe(
      models.visit,
      values((v) => ({ id: v.id, price: cast(v.price, 'text'), units: cast(v.units, 'text') })),
      orderBy((v) => [v.id.asc()]),
      toArray(client),
    ),
  ),
  rounded: await right(
    pipe(
      models.visit,
      values((v) => ({ up: v.weight.ceil(), down: v.weight.floor() })),
      distinct,
      orderBy((v) => [v.up.asc()]),
      toArray(client),
    ),
  ),
  nearly: await right(
    pipe(
      models.visit,
      values((v) => ({ id: v.id, other: nullIf(v.price.minus(value(0)), v.price) })),
      orderBy((v) => [v.id.asc()]),
      toArray(client),
    ),
  ),
  missing: await right(
    pipe(
      models.visit,
      values((v) => ({ made: v.made })),
      difference(
        pipe(
          models.visit,
          values((v) => ({ made: v.made })),
        ),
      ),
      filter((v) => v.made.isNull()),
      toArray(client),
    ),
  ),
  reversed: await right(
    pipe(
      models.visit,
      orderBy((v) => [v.note.asc()]),
      values((v) => ({ at: v.at })),
      distinct,
      slice(0, 2),
      reverse,
      toArray(client),
    ),
  ),
  greatest: await right(
    pipe(
      models.visit,
      filter((v) => v.note.lte(greatest(value('a'), 'a', 'I'))),
      orderBy((v) => [v.id.asc()]),
      toArray(client),
    ),
  ),
  beyond: await Promise.all(
    ['9007199254740992', '-9007199254740992', '1.5'].flatMap((number) => [
      right(
        pipe(
          models.visit,
          filter((v) => value(number, 'decimal').gte(v.stars)),
          orderBy((v) => [v.id.asc()]),
          toArray(client),
        ),
      ),
      right(
        pipe(
          models.visit,
          filter((v) => not(value(number, 'decimal').lt(v.stars))),
          orderBy((v) => [v.id.asc()]),
          toArray(client),
        ),
      ),
    ]),
  ),
  related: await right(
    pipe(
      models.shop,
      orderBy((s) => [s.id.asc()]),
      prefetchRelated(
        (s) => s.visits,
        orderBy((v) => [v.at.desc(), v.id.desc()]),
      ),
      toArray(client),
    ),
  ),
})

describe('spellings of SQL', function () {
  this.timeout(60_000)

  onEachDatabase('mean the same', 'spellings', models, async (client, reference) => {
    await filled(client)
    await filled(reference)
    expect(await answers(client)).to.deep.equal(await answers(reference))
  })

  onEachDatabase('assign what columns had before', 'spellings', models, async (client, reference) => {
    const swapped = async (on: WritableClient) => {
      await filled(on)
      await right(
        pipe(
          models.visit,
          update(on, (v) => ({ open: v.paid, paid: v.open })),
        ),
      )
      return right(
        pipe(
          models.visit,
          orderBy((v) => [v.id.asc()]),
          toArray(on),
        ),
      )
    }
    expect(await swapped(client)).to.deep.equal(await swapped(reference))
  })

  onEachDatabase('give each of many new rows its key', 'spellings', models, async (client) => {
    await right(pipe(models.shop, createBulk(client, [{ name: 'shop' }])))
    // More writers at the same time than the pool has connections: each has the keys of its own rows.
    const writers = Array.from({ length: 60 }, (_, i) => `writer ${String(i)}`)
    const made = await Promise.all(
      writers.map((writer) =>
        right(
          pipe(
            models.visit,
            createBulk(
              client,
              Array.from({ length: 20 }, (_, i) => ({
                shop: 1,
                note: `${writer} ${String(i)}`,
                at: null,
                made: '2020-01-01T12:00:00.000Z' as const,
                price: 1,
                units: 1,
                weight: 1,
                data: {},
                open: true,
                paid: false,
              })),
            ),
          ),
        ),
      ),
    )
    const stored = await right(
      pipe(
        models.visit,
        values((v) => ({ id: v.id, note: v.note })),
        toArray(client),
      ),
    )
    const given = made.flat().map(({ id, note }) => ({ id, note }))
    const byId = (a: { readonly id: number }, b: { readonly id: number }): number => a.id - b.id
    expect([...given].sort(byId)).to.deep.equal([...stored].sort(byId))
  })
})
