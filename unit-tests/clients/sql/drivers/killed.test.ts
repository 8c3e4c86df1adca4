/**
 * Connections that the server ends, on real servers: a statement tells it, and the process goes on.
 *
 * Planted and caught: a pool of `pg` and one of `mariadb` whose `error` events have no listener.
 */
import { EventEmitter } from 'node:events'
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import { createPool as createMysql2Pool } from 'mysql2/promise'
import type { Driver } from 'queryset-ts/sql'
import { mariadbServer, noMariadb, openDatabase } from '../../../../property-tests/support/databases.js'
import { mariadbDriver } from '../../../../src/clients/sql/drivers/mariadb.js'
import { mysql2Driver } from '../../../../src/clients/sql/drivers/mysql2.js'
import { pgDriver } from '../../../../src/clients/sql/drivers/pg.js'

interface Server {
  readonly own: string
  readonly kill: (id: string) => string
  readonly sleep: string
  readonly open: () => Promise<Driver | string>
}

const mysql = {
  own: 'select connection_id()',
  kill: (id: string) => `kill ${id}`,
  sleep: 'select sleep(20)',
}

const servers: { readonly [name: string]: Server } = {
  pg: {
    own: 'select pg_backend_pid()',
    kill: (id) => `select pg_terminate_backend(${id})`,
    sleep: 'select pg_sleep(20)',
    open: () => openDatabase('postgres', 'killed'),
  },
  mariadb: { ...mysql, open: () => openDatabase('mariadb', 'killed') },
  mysql2: {
    ...mysql,
    open: async () => {
      const server = await mariadbServer('killed_mysql2')
      if (server === null) return noMariadb
      return mysql2Driver(createMysql2Pool({ ...server, connectionLimit: 5 }), { dialect: 'mariadb' })
    },
  },
  'mysql2 to MySQL': { ...mysql, open: () => openDatabase('mysql', 'killed') },
}

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))

for (const [name, { own, kill, sleep, open }] of Object.entries(servers))
  describe(`a killed connection of ${name}`, function () {
    this.timeout(30_000)
    let driver: Driver
    const opened = { is: false }
    const thrown: Array<unknown> = []
    const kept: { listeners: ReadonlyArray<NodeJS.UncaughtExceptionListener> } = { listeners: [] }
    const catching = (cause: unknown): void => {
      thrown.push(cause)
    }

    before(async function () {
      const found = await open()
      if (typeof found === 'string') {
        console.log(`      skipped: ${found}`)
        return this.skip()
      }
      driver = found
      opened.is = true
    })

    beforeEach(() => {
      thrown.length = 0
      kept.listeners = process.listeners('uncaughtException')
      process.removeAllListeners('uncaughtException')
      process.on('uncaughtException', catching)
    })

    afterEach(() => {
      process.removeListener('uncaughtException', catching)
      kept.listeners.forEach((each) => process.on('uncaughtException', each))
    })

    after(async () => {
      if (opened.is) await driver.close()
    })

    const ask = async (on: Driver, text: string): Promise<unknown> => {
      const answer = await on.query(text, [], { prepare: false })()
      if (E.isLeft(answer)) throw new Error(answer.left.message)
      return answer.right.rows[0]?.[0]
    }

    /** Ends a connection by another one, and waits until the first has heard of it. */
    const end = async (id: unknown): Promise<void> => {
      await driver.transaction({}, (tx) => tx.query(kill(String(id)), [], { prepare: false }))()
      await pause(200)
    }

    it('is replaced if nobody used it', async () => {
      await driver.transaction({}, (tx) => async () => {
        // The transaction has another connection of the pool.
        const id = await ask(driver, own)
        const killed = await tx.query(kill(String(id)), [], { prepare: false })()
        await pause(200)
        return killed
      })()
      const again = await driver.query(own, [], { prepare: false })()
      if (E.isLeft(again)) expect(again.left.kind).to.equal('lost')
      expect(E.isRight(await driver.query(own, [], { prepare: false })())).to.equal(true)
      expect(thrown).to.deep.equal([])
    })

    it('is told by the statement that ran on it', async () => {
      const answer = await driver.transaction({}, (tx) => async () => {
        const id = await ask(tx, own)
        const [slept] = await Promise.all([
          tx.query(sleep, [], { prepare: false })(),
          pause(100).then(() => end(id)),
        ])
        return slept
      })()
      expect(answer).to.have.nested.property('left.kind', 'lost')
      expect(answer).to.have.nested.property('left.unknown', false)
      expect(thrown).to.deep.equal([])
    })

    it('is told by the next statement of its transaction', async () => {
      const answer = await driver.transaction({}, (tx) => async () => {
        await end(await ask(tx, own))
        return tx.query(own, [], { prepare: false })()
      })()
      expect(answer).to.have.nested.property('left.kind', 'lost')
      expect(thrown).to.deep.equal([])
    })
  })

describe('errors that a pool tells', () => {
  const poolThat = () =>
    Object.assign(new EventEmitter(), {
      connect: () => Promise.reject(new Error('no server')),
      getConnection: () => Promise.reject(new Error('no server')),
      end: () => Promise.resolve(),
    })

  for (const [name, make] of Object.entries({ pg: pgDriver, mariadb: mariadbDriver }))
    it(`are heard once by the drivers over a pool of ${name}`, () => {
      const pool = poolThat()
      make(pool)
      make(pool)
      expect(pool.emit('error', new Error('the connection broke'))).to.equal(true)
      expect(pool.listenerCount('error')).to.equal(1)
    })
})
