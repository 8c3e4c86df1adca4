/** Writers that get in each other's way, on real servers. */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  autoId,
  belongsTo,
  count,
  create,
  createBulk,
  field,
  filter,
  getOrCreate,
  schema,
  toArray,
  update,
  type QueryError,
} from 'queryset-ts'
import { openDatabase } from '../../../property-tests/support/databases.js'
import type { Driver } from '../../../src/clients/sql/Driver.js'
import { dialectOf } from '../../../src/clients/sql/dialects.js'
import { createSchema } from '../../../src/clients/sql/schema/createSchema.js'
import { dropSchema } from '../../../src/clients/sql/schema/dropSchema.js'
import { sqlClient } from '../../../src/clients/sql/sqlClient.js'
import { left, right } from '../../support/answers.js'

const { pipe } = fn

const models = schema({
  counter: {
    id: autoId,
    name: field.text({ maxLength: 40, unique: true }),
    n: field.int(),
    m: field.int({ max: 1000 }),
  },
})

const times = <A>(n: number, make: (i: number) => A): ReadonlyArray<A> =>
  Array.from({ length: n }, (_, i) => make(i))

for (const name of ['postgres', 'mariadb', 'mysql'] as const)
  describe(`many writers on ${name}`, function () {
    this.timeout(60_000)
    let driver: Driver
    const opened = { is: false }

    before(async function () {
      const found = await openDatabase(name, 'concurrency')
      if (typeof found === 'string') {
        console.log(`      skipped: ${found}`)
        this.skip()
      }
      if (dialectOf(name).name !== name) this.skip()
      driver = found
      opened.is = true
    })

    beforeEach(async () => {
      await right(dropSchema(models, driver))
      await right(createSchema(models, driver))
    })

    after(async () => {
      if (opened.is) await driver.close()
    })

    it('make one row with getOrCreate', async () => {
      const client = sqlClient(models, driver)
      const got = await Promise.all(
        times(32, () => right(pipe(models.counter, getOrCreate(client, { name: 'only' }, { n: 0, m: 0 })))),
      )
      expect(new Set(got.map(({ row }) => row.id)).size).to.equal(1)
      expect(got.filter(({ created }) => created)).to.have.length(1)
      expect(await right(pipe(models.counter, count(client)))).to.equal(1)
    })

    // MariaDB has the other writer wait for a serializable transaction.
    for (const [isolation, runs] of name === 'postgres'
      ? ([
          ['serializable', 2],
          ['read committed', 1],
        ] as const)
      : ([['read committed', 1]] as const))
      it(`meet in a ${isolation} transaction a row that was made meanwhile`, async () => {
        const client = sqlClient(models, driver, { transaction: { isolation } })
        const tries = { count: 0 }
        const row = { name: 'only', n: 5, m: 0 }
        const got = await right(
          client.transaction((inside) => {
            tries.count += 1
            return pipe(
              models.counter,
              count(inside),
              TE.chain(() =>
                tries.count === 1 ? pipe(models.counter, create(client, row)) : TE.right(null),
              ),
              TE.chain(() => pipe(models.counter, getOrCreate(inside, { n: 5 }, { name: 'only', m: 0 }))),
            )
          }),
        )
        expect(got.created).to.equal(false)
        expect(tries.count).to.equal(runs)
      })

    // Planted and caught: transactions that are serializable unless something else is said, whose conflicts are tried again.
    it('run the program of a transaction once that ends in a conflict', async () => {
      const client = sqlClient(models, driver)
      const row = { name: 'only', n: 0, m: 0 }
      await right(pipe(models.counter, create(client, row)))
      const tries = { count: 0 }
      const error = await left(
        client.transaction((inside) => {
          tries.count += 1
          return 'createBulk' in inside ? inside.createBulk('counter', [row]) : TE.right([])
        }),
      )
      expect(error._tag).to.equal('Conflict')
      expect(tries.count).to.equal(1)
    })

    // Planted and caught: reads in a transaction that lock no rows. Of 16 increments some were lost.
    it('lose no increment in transactions that see what others commit', async () => {
      const client = sqlClient(models, driver)
      await right(pipe(models.counter, create(client, { name: 'a', n: 0, m: 0 })))
      const tries = { count: 0 }
      await Promise.all(
        times(16, () =>
          right(
            client.transaction((inside) => {
              tries.count += 1
              return pipe(
                models.counter,
                update(inside, (c) => ({ m: c.m.plus(1) })),
              )
            }),
          ),
        ),
      )
      const [row] = await right(pipe(models.counter, toArray(client)))
      expect(row).to.include({ m: 16 })
      expect(tries.count).to.equal(16)
    })

    it('lose no increment, neither in one statement nor by key', async () => {
      const client = sqlClient(models, driver)
      await right(pipe(models.counter, create(client, { name: 'a', n: 0, m: 0 })))
      await Promise.all(
        times(64, () =>
          right(
            pipe(
              models.counter,
              update(client, (c) => ({ n: c.n.plus(1) })),
            ),
          ),
        ),
      )
      // A field with limits is checked by the library, which has to read it first.
      await Promise.all(
        times(16, () =>
          right(
            pipe(
              models.counter,
              update(client, (c) => ({ m: c.m.plus(1) })),
            ),
          ),
        ),
      )
      const [row] = await right(pipe(models.counter, toArray(client)))
      expect(row).to.include({ n: 64, m: 16 })
    })

    it('run a transaction anew after a serialization failure or a deadlock', async () => {
      const client = sqlClient(models, driver)
      await right(
        pipe(
          models.counter,
          createBulk(client, [
            { name: 'a', n: 0, m: 0 },
            { name: 'b', n: 0, m: 0 },
          ]),
        ),
      )
      const tries = { count: 0 }
      const both = (first: string, second: string) =>
        client.transaction((inside) => {
          tries.count += 1
          const add = (which: string) =>
            pipe(
              models.counter,
              filter((c) => c.name.eq(which)),
              update(inside, (c) => ({ n: c.n.plus(1) })),
            )
          return pipe(
            add(first),
            TE.chain(() => TE.fromTask(() => new Promise((done) => setTimeout(done, 50)))),
            TE.chain(() => add(second)),
          )
        })
      await Promise.all([right(both('a', 'b')), right(both('b', 'a'))])
      const rows = await right(pipe(models.counter, toArray(client)))
      expect(rows.map(({ n }) => n)).to.deep.equal([2, 2])
      expect(tries.count).to.be.greaterThan(2)
    })

    it('are told what became of a bulk write whose connection was killed, or that it is not known', async () => {
      const client = sqlClient(models, driver)
      const blocker = driver.transaction({}, (tx) => async () => {
        await right(
          tx.query(
            name === 'postgres'
              ? 'lock table "counter" in exclusive mode'
              : "insert into counter (name, n, m) values ('row 1', 0, 0)",
            [],
          ),
        )
        const written = pipe(
          models.counter,
          createBulk(
            client,
            times(10, (i) => ({ name: `row ${String(i)}`, n: i, m: 0 })),
          ),
          left,
        )
        await new Promise((done) => setTimeout(done, 200))
        await kill(driver, name)
        return E.left(await written)
      })
      const error = await left(blocker as TE.TaskEither<QueryError, unknown>)
      // On MySQL the rows are created in a transaction, which asks for their keys. So it is known that nothing is left of it.
      if (name === 'mysql') {
        expect(error._tag === 'ClientFailed' && error.cause).to.include({ kind: 'lost', unknown: false })
        expect(await right(pipe(models.counter, count(client)))).to.equal(0)
      } else expect(error._tag).to.equal('Incomplete')
      if (error._tag === 'Incomplete') {
        expect(error.items.map(({ _tag }) => _tag)).to.deep.equal(times(10, () => 'unknown'))
        expect(JSON.stringify(error)).not.to.include('row 3')
      }
    })
  })

describe('a COMMIT that is not answered', () => {
  const parts = schema({ whole: { id: autoId }, part: { id: autoId, whole: belongsTo('whole') } })

  // Planted and caught: an error of COMMIT that says that nothing was written.
  it('leaves it unknown whether the transaction was done, on PostgreSQL', async function () {
    const driver = await openDatabase('postgres', 'commit')
    if (typeof driver === 'string') {
      console.log(`      skipped: ${driver}`)
      return this.skip()
    }
    await right(createSchema(parts, driver))
    const client = sqlClient(parts, driver)
    const { id } = await right(pipe(parts.whole, create(client, {})))
    // The foreign key is checked at COMMIT, which then waits for the other transaction.
    const blocker = driver.transaction({}, (tx) => async () => {
      await right(tx.query('delete from "whole"', []))
      const written = client.transaction((inside) => pipe(parts.part, create(inside, { whole: id })))()
      await new Promise((done) => setTimeout(done, 300))
      await kill(driver, 'postgres')
      return E.left(await written)
    })
    const answer = await blocker()
    const told = E.isLeft(answer) && answer.left._tag === 'Left' ? answer.left.left : null
    expect(told?._tag === 'ClientFailed' && told.cause).to.include({ kind: 'lost', unknown: true })
    await driver.close()
  })
})

/** Kills the connections that wait for a lock. */
const kill = async (driver: Driver, name: 'postgres' | 'mariadb' | 'mysql'): Promise<void> => {
  if (name === 'postgres') {
    await right(
      driver.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        [],
      ),
    )
    return
  }
  const { rows } = await right(
    driver.query(
      "select id from information_schema.processlist where db = database() and info like 'insert into `counter`%'",
      [],
      { prepare: false },
    ),
  )
  for (const [id] of rows) await right(driver.query(`kill ${String(id)}`, [], { prepare: false }))
}
