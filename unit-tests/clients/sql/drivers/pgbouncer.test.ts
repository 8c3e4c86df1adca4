/**
 * PostgreSQL behind PgBouncer in transaction mode, which gives each transaction another connection.
 *
 * Planted and caught: statements with names.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import pg from 'pg'
import {
  autoId,
  create,
  createBulk,
  deleteRows,
  field,
  filter,
  getOrCreate,
  schema,
  toArray,
  transaction,
  update,
} from 'queryset-ts'
import { openDatabase } from '../../../../property-tests/support/databases.js'
import { createSchema } from '../../../../src/clients/sql/schema/createSchema.js'
import { pgDriver } from '../../../../src/clients/sql/drivers/pg.js'
import type { Driver } from '../../../../src/clients/sql/Driver.js'
import { sqlClient } from '../../../../src/clients/sql/sqlClient.js'
import { right } from '../../../support/answers.js'

const { pipe } = fn

const models = schema({
  counter: {
    id: autoId,
    name: field.text({ maxLength: 40, unique: true }),
    n: field.int(),
    m: field.int({ max: 99 }),
  },
})

const times = <A>(n: number, make: (i: number) => A): ReadonlyArray<A> =>
  Array.from({ length: n }, (_, i) => make(i))

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
    })
  })

/** As root PgBouncer refuses to run, unless it is told another user. */
const pooler = async (folder: string, port: number, server: URL): Promise<ChildProcess> => {
  const user = server.username === '' ? 'postgres' : server.username
  const config = join(folder, 'pgbouncer.ini')
  await writeFile(join(folder, 'users.txt'), `"${user}" "${server.password}"\n`)
  await writeFile(
    config,
    [
      '[databases]',
      `* = host=${server.hostname} port=${server.port === '' ? '5432' : server.port}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${String(port)}`,
      'unix_socket_dir =',
      'auth_type = trust',
      `auth_file = ${join(folder, 'users.txt')}`,
      'pool_mode = transaction',
      'default_pool_size = 4',
    ].join('\n'),
  )
  spawnSync('chmod', ['-R', 'a+rX', folder])
  const asOther = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  return spawn('pgbouncer', [...asOther, config], { stdio: 'ignore' })
}

const answers = async (driver: Driver): Promise<boolean> => {
  for (let tries = 0; tries < 50; tries += 1) {
    if (E.isRight(await driver.query('select 1', [])())) return true
    await new Promise((done) => setTimeout(done, 100))
  }
  return false
}

describe('pgDriver behind PgBouncer in transaction mode', function () {
  this.timeout(60_000)

  it('reads, writes and runs transactions with `prepare: false`', async function () {
    const there = spawnSync('pgbouncer', ['--version']).status === 0
    const direct = await openDatabase('postgres', 'pgbouncer')
    if (!there || typeof direct === 'string') {
      console.log(`      skipped: ${typeof direct === 'string' ? direct : 'there is no pgbouncer'}`)
      if (typeof direct !== 'string') await direct.close()
      return this.skip()
    }
    await right(createSchema(models, direct))
    const server = new URL(process.env['TEST_POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres')
    const folder = await mkdtemp(join(tmpdir(), 'pgbouncer-'))
    const port = await freePort()
    const child = await pooler(folder, port, server)
    const url = new URL(server.href)
    url.hostname = '127.0.0.1'
    url.port = String(port)
    url.pathname = '/qs_pgbouncer'
    const driver = pgDriver(new pg.Pool({ connectionString: url.href, max: 12 }), { prepare: false })
    try {
      expect(await answers(driver)).to.equal(true)
      const client = sqlClient(models, driver)
      const rows = times(20, (i) => ({ name: `row ${String(i)}`, n: 0, m: 0 }))
      await right(pipe(models.counter, createBulk(client, rows)))
      const got = await Promise.all(
        times(12, () => right(pipe(models.counter, getOrCreate(client, { name: 'only' }, { n: 0, m: 0 })))),
      )
      expect(got.filter(({ created }) => created)).to.have.length(1)
      const only = pipe(
        models.counter,
        filter((c) => c.name.eq('only')),
      )
      await Promise.all(
        times(12, (i) =>
          right(
            transaction(client, (inside) =>
              i % 2 === 0
                ? pipe(
                    only,
                    update(inside, (c) => ({ n: c.n.plus(1) })),
                  )
                : pipe(
                    only,
                    update(inside, (c) => ({ m: c.m.plus(1) })),
                  ),
            ),
          ),
        ),
      )
      const [row] = await right(pipe(only, toArray(client)))
      expect(row).to.include({ n: 6, m: 6 })
      const undone = await transaction(client, (inside) =>
        pipe(models.counter, create(inside, { name: 'only', n: 1, m: 1 })),
      )()
      expect(E.isLeft(undone) && undone.left._tag).to.equal('Conflict')
      expect(await right(pipe(only, deleteRows(client)))).to.deep.include({ counter: 1 })
      expect(await right(pipe(models.counter, toArray(client)))).to.have.length(20)
    } finally {
      await driver.close()
      child.kill()
      await direct.close()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
