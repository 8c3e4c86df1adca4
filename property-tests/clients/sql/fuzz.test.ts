/**
 * Hostile values and names in reads and writes, on every database: they do what they do in memory, and nothing else.
 *
 * Planted and found: a text that is put between quotes in the statement. Found too: a name that ends in a line break, which
 * MariaDB refuses.
 */
import { expect } from 'chai'
import { either as E, type taskEither as TE } from 'fp-ts'
import fc from 'fast-check'
import {
  annotate,
  coalesce,
  concat,
  create,
  createBulk,
  deleteRows,
  distinctOn,
  exclude,
  field,
  filter,
  getOrCreate,
  groupBy,
  orderBy,
  pipe,
  schema,
  slice,
  toArray,
  union,
  update,
  updateBulk,
  updateOrCreate,
  value,
  values,
  type FullWritableClient,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'
import { createSchema, sqlClient, type Driver } from 'queryset-ts/sql'
import { dialectOf } from '../../../src/clients/sql/dialects.js'
import { isName } from '../../../src/clients/sql/Sql.js'
import type { TableNames } from '../../../src/clients/sql/schema/tablesOf.js'
import { fuzzPlaces } from '../../support/fuzzPlaces.js'
import { hostile } from '../../support/hostile.js'
import { isLong, parameters, titled } from '../../support/runs.js'
import { emptied } from '../../support/sqlCases.js'
import { done } from '../../support/sqlDatabases.js'

const numbers = fc.constantFrom(0, -1, 1, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER)

/** In every value, and never in a name: an error that has it tells a value. */
const mark = 'zqx'
const marked = hostile.map((text) => mark + text)

const models = schema({
  note: {
    id: field.int({ primaryKey: true }),
    name: field.text({ maxLength: 120, unique: true }),
    body: field.nullable(field.text()),
    data: field.nullable(field.json()),
    n: field.int(),
  },
})
const { note } = models

const rows = [1, 2, 3].map((id) => ({ id, name: `bystander ${String(id)}`, body: 'b', data: null, n: id }))

/** The reads and writes of two texts and a number. */
const work = (
  a: string,
  b: string,
  n: number,
): ReadonlyArray<(client: FullWritableClient) => TE.TaskEither<unknown, unknown>> => [
  (client) => pipe(note, create(client, { id: 10, name: a, body: b, data: { [a]: [b, n] }, n })),
  (client) =>
    pipe(
      note,
      createBulk(client, [
        { id: 11, name: `${a}1`, body: null, data: [b], n },
        { id: 12, name: `${a}2`, body: b, data: { [b]: null }, n: 0 },
      ]),
    ),
  (client) =>
    pipe(
      note,
      createBulk(client, [{ id: 13, name: a, body: a, data: b, n: 0 }], {
        updateConflicts: { uniqueFields: ['name'], updateFields: ['body', 'data'] },
      }),
    ),
  (client) => pipe(note, create(client, { id: 14, name: a, body: b, data: null, n })),
  (client) =>
    pipe(
      note,
      filter((r) => r.name.eq(a)),
      toArray(client),
    ),
  (client) =>
    pipe(
      note,
      exclude((r) => r.body.eq(b)),
      orderBy((r) => [r.id.asc()]),
      toArray(client),
    ),
  (client) =>
    pipe(
      note,
      filter((r) => r.name.in([a, b])),
      toArray(client),
    ),
  (client) =>
    pipe(
      note,
      filter((r) => r.name.contains(b)),
      orderBy((r) => [r.id.asc()]),
      toArray(client),
    ),
  (client) =>
    pipe(
      note,
      filter((r) => r.name.startswith(a)),
      orderBy((r) => [r.id.asc()]),
      toArray(client),
    ),
  (client) =>
    pipe(
      note,
      filter((r) => r.body.iendswith(b)),
      orderBy((r) => [r.id.asc()]),
      toArray(client),
    ),
  (client) =>
    pipe(
      note,
      filter((r) => r.name.iexact(a)),
      toArray(client),
    ),
  (client) =>
    pipe(
      note,
      filter((r) => r.name.range(a, b)),
      orderBy((r) => [r.id.asc()]),
      toArray(client),
    ),
  (client) =>
    pipe(
      note,
      filter((r) => r.n.lte(n)),
      orderBy((r) => [r.id.asc()]),
      toArray(client),
    ),
  (client) =>
    pipe(
      note,
      annotate((r) => ({ made: concat(r.name, a), less: r.name.replace(a, b) })),
      orderBy((r) => [r.made.asc(), r.id.desc()]),
      toArray(client),
    ),
  (client) =>
    pipe(
      note,
      values((r) => ({ said: coalesce(r.body, b), text: value(a, 'text') })),
      orderBy((r) => [r.said.asc()]),
      slice(0, 3),
      toArray(client),
    ),
  (client) =>
    pipe(
      note,
      groupBy(
        (r) => ({ same: concat(r.body, b) }),
        (group) => ({ most: group.max((r) => r.name) }),
      ),
      orderBy((r) => [r.same.asc()]),
      toArray(client),
    ),
  (client) =>
    pipe(
      note,
      filter((r) => r.name.gt(b)),
      union(
        pipe(
          note,
          filter((r) => r.name.lt(a)),
        ),
      ),
      distinctOn((r) => [r.name]),
      orderBy((r) => [r.id.asc()]),
      toArray(client),
    ),
  (client) =>
    pipe(
      note,
      filter((r) => r.name.eq(a)),
      update(client, (r) => ({ body: concat(r.name, b), n: 5 })),
    ),
  (client) =>
    pipe(
      note,
      updateBulk(client, [
        [11, { body: a, data: { [b]: a } }],
        [12, { body: b }],
      ]),
    ),
  (client) => pipe(note, getOrCreate(client, { name: `${a}3` }, { id: 15, body: b, data: null, n: 0 })),
  (client) => pipe(note, updateOrCreate(client, { id: 15, name: `${a}3` }, { body: a, data: null, n: 1 })),
  (client) =>
    pipe(
      note,
      filter((r) => r.name.startswith(a)),
      deleteRows(client),
    ),
]

const everything = (client: FullWritableClient) =>
  done(
    pipe(
      note,
      orderBy((r) => [r.id.asc()]),
      toArray(client),
    ),
  )

const tagOf = (u: unknown): unknown => (typeof u === 'object' && u !== null ? Reflect.get(u, '_tag') : u)

/** What a refusal must not be: the engine's own, which says that the statement was wrong. */
const soundly = (error: unknown): void => {
  const told = JSON.stringify(error, (key, each: unknown) => (key === 'params' ? undefined : each))
  expect(told, 'a value in an error').not.to.include(mark)
  expect(tagOf(error), told).to.be.oneOf(['Conflict', 'Invalid', 'Unsupported'])
}

/** Does everything on a database and in memory. */
const compared = async (driver: Driver, names: TableNames, a: string, b: string, n: number) => {
  const client = sqlClient(models, driver, { names }) as unknown as FullWritableClient
  const beside = memory(models, { note: rows }) as unknown as FullWritableClient
  const dialect = dialectOf(driver.dialect)
  const all = [...rows.map(({ id }) => id), 10, 11, 12, 13, 14, 15]
  await done(
    pipe(
      note,
      filter((r) => r.id.in(all)),
      deleteRows(client),
    ),
  )
  await done(pipe(note, createBulk(client, rows)))
  const sent = dialect.sendable('text', a + b)
  for (const [i, step] of work(a, b, n).entries()) {
    const given = await step(client)()
    if (E.isLeft(given)) soundly(given.left)
    // What a database can't hold is refused there alone, and changes nothing.
    if (!sent) continue
    const meant = await step(beside)()
    const where = `step ${String(i)} of ${JSON.stringify([a, b, n])}`
    if (E.isRight(meant)) expect(given, where).to.deep.equal(meant)
    else expect(E.isLeft(given) && tagOf(given.left), where).to.equal(tagOf(meant.left))
  }
  const left = await everything(client)
  if (sent) expect(left).to.deep.equal(await everything(beside))
  else expect(left.filter(({ id }) => id < 10)).to.deep.equal(rows)
}

/** A long run has 120 texts on each server, each in more than 20 reads and writes. PGlite is slow. */
const shareOn = (title: string): number =>
  isLong ? (title === 'pglite' ? 0.003 : 0.01) : title === 'pglite' ? 0.01 : 0.02

for (const { title, open } of fuzzPlaces('fuzz'))
  describe(`hostile values on ${title}`, function () {
    const share = shareOn(title)
    this.timeout(isLong ? 3_600_000 : 120_000)

    it(titled('are values, whatever the names of tables and columns', share), async function () {
      const driver = await open()
      if (typeof driver === 'string') {
        console.log(`      skipped: ${driver}`)
        return this.skip()
      }
      const { quote } = dialectOf(driver.dialect)
      const cases = fc.array(fc.tuple(marked, marked, numbers), { minLength: 3, maxLength: 3 })
      await fc.assert(
        fc.asyncProperty(hostile, hostile, cases, async (table, column, given) => {
          const named: TableNames = { table: () => `t${table}`, column: (_, own) => own + column }
          const all = [`t${table}`, ...['id', 'name', 'body', 'data', 'n'].map((each) => each + column)]
          const plain: TableNames = { table: (model) => model, column: (_, own) => own }
          const names = all.every((each) => isName(each, quote)) ? named : plain
          await emptied(driver)
          await done(createSchema(models, driver, names))
          for (const [a, b, n] of given) await compared(driver, names, a, b, n)
        }),
        parameters(share),
      )
      await driver.close()
    })
  })
