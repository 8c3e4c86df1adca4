/**
 * Sessions of MariaDB and MySQL: their settings are sent once a connection, and again where the pool resets its connections.
 *
 * Planted and caught: connections that are told apart by what wraps them; a pool that is thought to keep the settings;
 * statements of mysql2 that all stay prepared; floats that mysql2 reads from text.
 */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import { createPool } from 'mariadb'
import { createPool as createMysql2Pool } from 'mysql2/promise'
import type { Driver } from 'queryset-ts/sql'
import {
  mariadbServer,
  mysqlServer,
  noMariadb,
  noMysql,
  type MariadbServer,
} from '../../../../property-tests/support/databases.js'
import { mariadbDriver } from '../../../../src/clients/sql/drivers/mariadb.js'
import { mysql2Driver } from '../../../../src/clients/sql/drivers/mysql2.js'

interface Counted {
  readonly title: string
  readonly dialect: 'mariadb' | 'mysql'
  readonly open: (server: MariadbServer, reset: boolean) => Driver
}

const byMysql2 =
  (dialect: 'mariadb' | 'mysql') =>
  (server: MariadbServer, reset: boolean): Driver =>
    mysql2Driver(createMysql2Pool({ ...server, connectionLimit: 1, resetOnRelease: reset }), { dialect })

const packages: ReadonlyArray<Counted> = [
  {
    title: 'mariadb',
    dialect: 'mariadb',
    open: (server, reset) =>
      mariadbDriver(
        createPool({ ...server, connectionLimit: 1, resetAfterUse: reset, noControlAfterUse: false }),
      ),
  },
  { title: 'mysql2', dialect: 'mariadb', open: byMysql2('mariadb') },
  { title: 'mysql2 to MySQL', dialect: 'mysql', open: byMysql2('mysql') },
]

const ask = async (driver: Driver, text: string): Promise<ReadonlyArray<unknown>> => {
  const answer = await driver.query(text, [], { prepare: false })()
  if (E.isLeft(answer)) throw new Error(answer.left.message)
  return answer.right.rows[0] ?? []
}

/** Gives what a session has counted. */
const counting =
  (driver: Driver) =>
  async (name: string): Promise<number> =>
    Number((await ask(driver, `show session status like '${name}'`))[1])

const settings = 'select @@time_zone, @@collation_connection, @@group_concat_max_len, @@'
const isolation = { mariadb: 'tx_isolation', mysql: 'transaction_isolation' }
const collation = { mariadb: 'utf8mb4_nopad_bin', mysql: 'utf8mb4_0900_bin' }

for (const { title, dialect, open } of packages)
  describe(`a session by ${title}`, function () {
    this.timeout(30_000)
    let server: MariadbServer

    before(async function () {
      const found = await (dialect === 'mysql' ? mysqlServer : mariadbServer)('session')
      if (found === null) {
        console.log(`      skipped: ${dialect === 'mysql' ? noMysql : noMariadb}`)
        return this.skip()
      }
      server = found
    })

    for (const reset of [false, true])
      it(`has its settings, of a pool that ${reset ? 'resets' : 'keeps'} connections`, async () => {
        const driver = open(server, reset)
        const seen = []
        for (let i = 0; i < 4; i += 1)
          seen.push((await ask(driver, `${settings}${isolation[dialect]}`)).map(String))
        await driver.close()
        const expected = ['+00:00', collation[dialect], '1073741824', 'READ-COMMITTED']
        expect(seen).to.deep.equal([expected, expected, expected, expected])
      })

    it('is set up by one statement, whatever number of statements follow', async () => {
      const driver = open(server, false)
      const count = counting(driver)
      const before = [await count('Com_set_option'), await count('Com_select')]
      for (let i = 0; i < 10; i += 1) await ask(driver, 'select 1')
      const after = [await count('Com_set_option'), await count('Com_select')]
      await driver.close()
      expect(after.map((each, i) => each - (before[i] ?? 0))).to.deep.equal([0, 10])
    })

    it('reads floats to the last digit, prepared or not', async () => {
      const driver = open(server, false)
      const floats = [91.21677477306463, 0.1, -1.7976931348623157e308, 123456789.12345679, 5e-324]
      for (const prepare of [false, true]) {
        const texts = floats.map((each) => `${String(each)}${String(each).includes('e') ? '' : 'e0'}`)
        const answer = await driver.query(`select ${texts.join(', ')}, cast(null as double)`, [], {
          prepare,
        })()
        expect(E.isRight(answer) && answer.right.rows[0]).to.deep.equal([...floats, null])
      }
      await driver.close()
    })

    if (title !== 'mariadb')
      it("keeps at most 500 statements prepared, and none with 'prepare: false'", async () => {
        const driver = open(server, false)
        const count = counting(driver)
        const kept = async () => (await count('Com_stmt_prepare')) - (await count('Com_stmt_close'))
        const send = async (i: number, prepare: boolean) => {
          const answer = await driver.query(`select ? + ${String(i)}`, [1], { prepare })()
          expect(E.isRight(answer) && Number(answer.right.rows[0]?.[0])).to.equal(i + 1)
        }
        for (let i = 0; i < 20; i += 1) await send(i, false)
        expect(await kept()).to.equal(0)
        for (let i = 0; i < 600; i += 1) await send(i, true)
        expect(await kept()).to.equal(500)
        await driver.close()
      })
  })
