/** Statements that are cancelled, on a pool that has no connection to send the request by. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import pg from 'pg'
import { pgDriver } from '../../../src/clients/sql/drivers/pg.js'
import { driverOf } from '../../../src/clients/sql/driverOf.js'
import { onlyOne } from '../../../src/clients/sql/Pool.js'
import { sqlError } from '../../../src/clients/sql/SqlError.js'

describe('a request to cancel', () => {
  // Caught, planted: waiting for the request until it is delivered. A pool of one connection then never answered.
  it('that can not be delivered gives up the statement, and its connection', async () => {
    const released: Array<boolean> = []
    const pool = onlyOne(
      { dialect: 'sqlite', errorOf: () => sqlError('failed', 'it failed'), close: () => Promise.resolve() },
      { query: () => new Promise(() => undefined), cancel: () => new Promise(() => undefined) },
    )
    const driver = driverOf({
      ...pool,
      acquire: async () => {
        const connection = await pool.acquire()
        return {
          ...connection,
          release: (broken) => {
            released.push(broken)
          },
        }
      },
    })
    const answer = await driver.query('select 1', [], { timeout: 10 })()
    expect(E.isLeft(answer) && [answer.left.kind, answer.left.unknown]).to.deep.equal(['cancelled', true])
    expect(released).to.deep.equal([true])
  })

  it('ends in time on PostgreSQL, over a pool of one connection', async function () {
    const url = process.env['TEST_POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'
    const pool = new pg.Pool({ connectionString: url, max: 1 })
    const up = await pool.query('select 1').then(
      () => true,
      () => false,
    )
    if (!up) {
      console.log('      skipped: no PostgreSQL is up')
      await pool.end()
      this.skip()
    }
    const driver = pgDriver(pool)
    const start = Date.now()
    const answer = await driver.query('select pg_sleep(20)', [], { timeout: 50 })()
    expect(E.isLeft(answer) && answer.left.kind).to.equal('cancelled')
    expect(Date.now() - start).to.be.lessThan(8000)
    const next = await driver.query('select 1', [])()
    expect(next._tag).to.equal('Right')
    await driver.close()
  }).timeout(20_000)
})
