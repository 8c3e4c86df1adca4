/**
 * Many new rows, which SQLite takes by statements of a few hundred values. Their keys are those that SQLite gave them,
 * whatever else is in the table. Seen to fail with each of these faults planted: keys that are counted on although a
 * trigger made rows in between, rows written before one that is refused, and rows that are kept from a transaction that was
 * run again.
 */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import { autoId, count, createBulk, deleteRows, field, orderBy, schema, toArray } from 'queryset-ts'
import { openDatabase } from '../../../../property-tests/support/databases.js'
import type { Driver } from '../../../../src/clients/sql/Driver.js'
import { createSchema } from '../../../../src/clients/sql/schema/createSchema.js'
import { sqlClient, type SqlClient } from '../../../../src/clients/sql/sqlClient.js'
import { right } from '../../../support/answers.js'
import { onEachDatabase } from '../onEachDatabase.js'

const { pipe } = fn

const models = schema({
  track: {
    id: autoId,
    name: field.text({ unique: true, maxLength: 40 }),
    length: field.int(),
    speed: field.nullable(field.float()),
    live: field.boolean(),
    price: field.nullable(field.decimal({ maxDigits: 20, decimalPlaces: 3 })),
    out: field.nullable(field.date()),
    at: field.nullable(field.datetime()),
    more: field.nullable(field.json()),
  },
})

const speeds = [0.1, 1e-300, 5e-324, 1.7976931348623157e308, 123456789.12345679, -3, null]

const given = Array.from({ length: 777 }, (_, i) => ({
  name: `track "${String(i)}" é\u{1f600}`,
  length: i % 3 === 0 ? Number.MAX_SAFE_INTEGER - i : -i,
  speed: speeds[i % speeds.length] ?? null,
  live: i % 2 === 0,
  price: i % 5 === 0 ? null : ('12345678901234567.125' as const),
  out: i % 4 === 0 ? null : ('2024-02-29' as const),
  at: i % 6 === 0 ? null : ('2024-02-29T12:34:56.789Z' as const),
  more: i % 7 === 0 ? null : { a: [i, 'x', null, 1.5], b: {} },
}))

const tracks = pipe(
  models.track,
  orderBy((t) => [t.id.asc()]),
)

describe('many new rows', function () {
  this.timeout(120_000)

  onEachDatabase('are stored as they are given', 'many_rows', models, async (client, reference) => {
    const made = await right(pipe(models.track, createBulk(client, given)))
    const expected = await right(pipe(models.track, createBulk(reference, given)))
    expect(made).to.deep.equal(expected)
    expect(await right(toArray(client)(tracks))).to.deep.equal(expected)
    const again = given.slice(0, 60).map((row, i) => ({ ...row, id: 5000 + i, name: `again ${String(i)}` }))
    const more = given.slice(0, 60).map((row, i) => ({ ...row, name: `more ${String(i)}` }))
    const both = [...again, ...more]
    expect(await right(pipe(models.track, createBulk(client, both)))).to.deep.equal(
      await right(pipe(models.track, createBulk(reference, both))),
    )
    expect(await right(toArray(client)(tracks))).to.deep.equal(await right(toArray(reference)(tracks)))
  })

  const onSqlite = (
    title: string,
    purpose: string,
    test: (client: SqlClient, run: (text: string) => Promise<unknown>, driver: Driver) => Promise<void>,
  ): void => {
    it(title, async function () {
      const driver: Driver | string = await openDatabase('sqlite', purpose)
      if (typeof driver === 'string') {
        console.log(`      skipped: ${driver}`)
        return this.skip()
      }
      const run = (text: string) => right(driver.query(text, []))
      try {
        await right(createSchema(models, driver))
        await test(sqlClient(models, driver), run, driver)
      } finally {
        await driver.close()
      }
    })
  }

  const keysAreRight = async (client: SqlClient, rows: typeof given): Promise<void> => {
    const made = await right(pipe(models.track, createBulk(client, rows)))
    const stored = new Map((await right(toArray(client)(tracks))).map((row) => [row.id, row]))
    expect(made.map(({ name }) => name)).to.deep.equal(rows.map(({ name }) => name))
    made.forEach((row) => {
      expect(stored.get(row.id)).to.deep.equal(row)
    })
  }

  onSqlite(
    'have the keys that SQLite gave where a trigger makes rows too',
    'many_trigger',
    async (client, run) => {
      await run(
        `create trigger t after insert on track when new.name not like 'log%' begin
         insert into track (name, length, live) values ('log ' || new.name, 0, 0);
       end`,
      )
      await keysAreRight(client, given.slice(0, 200))
      expect(await right(count(client)(models.track))).to.equal(400)
    },
  )

  onSqlite(
    'have keys where the greatest rows were deleted, and others made',
    'many_gap',
    async (client, run) => {
      await keysAreRight(client, given.slice(0, 100))
      await right(deleteRows(client)(models.track))
      await run("update sqlite_sequence set seq = 7 where name = 'track'")
      await run("insert into track (id, name, length, live) values (500, 'x', 0, 0)")
      await run("update sqlite_sequence set seq = 9 where name = 'track'")
      await keysAreRight(client, given.slice(0, 100))
    },
  )

  onSqlite('have keys in a table that keeps no counter', 'many_plain', async (client, run) => {
    await run('drop table track')
    await run(
      'create table track (id integer primary key, name text, length integer, speed real, live integer, price text, out text, at text, more text)',
    )
    await keysAreRight(client, given.slice(0, 100))
    await keysAreRight(client, given.slice(100, 300))
  })

  onSqlite('come once where their transaction runs again', 'many_again', async (_, __, driver) => {
    const twice: Driver = {
      ...driver,
      transaction: (options, program) => async () => {
        const first = await driver.transaction(options, (tx) =>
          TE.flatMap(() => TE.left('a conflict'))(TE.mapLeft(String)(program(tx))),
        )()
        expect(first).to.deep.equal(E.left('a conflict'))
        return driver.transaction(options, program)()
      },
    }
    for (const rows of [given.slice(0, 3), given.slice(3, 103)])
      expect(await right(pipe(models.track, createBulk(sqlClient(models, twice), rows)))).to.have.length(
        rows.length,
      )
  })

  onSqlite('leave nothing where one is refused, within a transaction too', 'many_refused', async (client) => {
    const rows = [...given, { ...given[0], name: given[700]?.name ?? '' }] as typeof given
    const refused = await pipe(models.track, createBulk(client, rows))()
    expect(E.isLeft(refused) && refused.left._tag).to.equal('Conflict')
    expect(await right(count(client)(models.track))).to.equal(0)
    const inside = client.transaction((tx) => async () => {
      const again = await pipe(models.track, createBulk(tx, rows))()
      expect(E.isLeft(again) && again.left._tag).to.equal('Conflict')
      return E.right(await right(count(tx)(models.track)))
    })
    expect(await right(inside)).to.equal(0)
    expect(await right(count(client)(models.track))).to.equal(0)
  })
})
