/**
 * Printed migrations: a script that is run in a session of any mode makes the tables and rows that `migrate` makes, with
 * hostile defaults and names.
 *
 * Planted and found: a backslash that is printed as it is, on MariaDB and on PostgreSQL without standard strings; a script
 * for MariaDB without its settings, which reads it in another character set. Found: tables of SQLite whose keys are ints
 * that the model doesn't count up, which each migration dropped and made again.
 */
import type { PGlite } from '@electric-sql/pglite'
import { expect } from 'chai'
import fc from 'fast-check'
import { createPool } from 'mariadb'
import pg from 'pg'
import { createBulk, field, orderBy, pipe, schema, toArray, type FullWritableClient } from 'queryset-ts'
import { migrate, planMigration, sqlClient, sqlOf, type Driver, type TableNames } from 'queryset-ts/sql'
import { dialectOf } from '../../../src/clients/sql/dialects.js'
import { mariadbDriver } from '../../../src/clients/sql/drivers/mariadb.js'
import { nodeSqliteDriver } from '../../../src/clients/sql/drivers/nodeSqlite.js'
import { pgDriver } from '../../../src/clients/sql/drivers/pg.js'
import { pgliteDriver } from '../../../src/clients/sql/drivers/pglite.js'
import { introspect } from '../../../src/clients/sql/introspect/introspect.js'
import { isName } from '../../../src/clients/sql/Sql.js'
import { mariadbServer, mysqlServer, nodeSqlite, postgresUrl, sharedPglite } from '../../support/databases.js'
import { hostile } from '../../support/hostile.js'
import { isLong, parameters, titled } from '../../support/runs.js'
import { emptied } from '../../support/sqlCases.js'
import { done } from '../../support/sqlDatabases.js'

/** A database, and a session of it that runs whole scripts. */
interface Place {
  readonly driver: Driver
  readonly run: (script: string) => Promise<unknown>
  readonly close: () => Promise<unknown>
}

const onPostgres = (setting: 'on' | 'off') => async (): Promise<Place | null> => {
  const url = await postgresUrl('printed')
  if (url === null) return null
  const driver = pgDriver(new pg.Pool({ connectionString: url, max: 4 }))
  const options = `-c standard_conforming_strings=${setting} -c timezone=Asia/Tokyo -c datestyle=SQL,DMY`
  const pool = new pg.Pool({ connectionString: url, max: 1, options })
  return {
    driver,
    run: (script) => pool.query(script),
    close: () => Promise.all([driver.close(), pool.end()]),
  }
}

const onMariadb =
  (modes: string, dialect: 'mariadb' | 'mysql' = 'mariadb') =>
  async (): Promise<Place | null> => {
    const server = await (dialect === 'mysql' ? mysqlServer : mariadbServer)('printed')
    if (server === null) return null
    const driver = mariadbDriver(createPool({ ...server, connectionLimit: 4 }), { dialect })
    const initSql = `set names latin1, sql_mode = '${modes}'`
    const pool = createPool({ ...server, connectionLimit: 1, multipleStatements: true, initSql })
    return {
      driver,
      run: (script) => pool.query(script),
      close: () => Promise.all([driver.close(), pool.end()]),
    }
  }

const onSqlite = async (): Promise<Place | null> => {
  const db = await nodeSqlite()
  if (db === null) return null
  const driver = nodeSqliteDriver(db)
  const run = (script: string) =>
    Promise.resolve().then(() => {
      db.exec(script)
    })
  return { driver, run, close: () => driver.close() }
}

const onPglite = (): Promise<Place> => {
  const db: PGlite = sharedPglite()
  const driver = pgliteDriver(db)
  return Promise.resolve({ driver, run: (script) => db.exec(script), close: () => Promise.resolve() })
}

const places: { readonly [title: string]: () => Promise<Place | null> } = {
  pglite: onPglite,
  sqlite: onSqlite,
  'postgres with standard strings': onPostgres('on'),
  'postgres without standard strings': onPostgres('off'),
  'mariadb without modes': onMariadb(''),
  'mariadb with ANSI quotes': onMariadb('ANSI_QUOTES'),
  'mariadb with plain backslashes': onMariadb('ANSI_QUOTES,NO_BACKSLASH_ESCAPES'),
  'mysql without modes': onMariadb('', 'mysql'),
  'mysql with plain backslashes': onMariadb('ANSI_QUOTES,NO_BACKSLASH_ESCAPES', 'mysql'),
}

const before = schema({
  note: {
    id: field.int({ primaryKey: true }),
    name: field.nullable(field.text()),
    when: field.nullable(field.datetime()),
  },
})

const rows = [
  { id: 1, name: null, when: '2024-02-03T04:05:06.789Z' },
  { id: 2, name: 'it is longer than the text that is to be', when: null },
] as const

interface Defaults {
  readonly text: string
  readonly json: string
  readonly float: number
  readonly when: string
}

const defaults: fc.Arbitrary<Defaults> = fc.record({
  text: hostile.map((text) => text.slice(0, 20)),
  json: hostile,
  // The library makes -0 into 0.
  float: fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (n === 0 ? 0 : n)),
  when: fc.constantFrom('1999-12-31T23:59:59.999Z', '2024-05-06T00:00:00.000Z'),
})

const after = (given: Defaults) =>
  schema({
    note: {
      id: field.int({ primaryKey: true }),
      name: field.text({ maxLength: 20, default: given.text }),
      when: field.datetime({ default: given.when }),
      body: field.text({ default: given.text }),
      data: field.json({ default: { [given.json]: [given.json] } }),
      size: field.float({ default: given.float }),
    },
    other: { id: field.int({ primaryKey: true }), name: field.text({ maxLength: 30, unique: true }) },
  })

/** An empty database with some rows of the first models. */
const begun = async (driver: Driver, names: TableNames): Promise<void> => {
  await emptied(driver)
  await done(migrate(before, driver, { names }))
  await done(
    pipe(
      before.note,
      createBulk(sqlClient(before, driver, { names }) as unknown as FullWritableClient, rows),
    ),
  )
}

const what = async (driver: Driver, names: TableNames, models: ReturnType<typeof after>) => ({
  tables: (await done(introspect(driver))).filter(({ name }) => name !== 'queryset_migration'),
  rows: await done(
    pipe(
      models.note,
      orderBy((r) => [r.id.asc()]),
      toArray(sqlClient(models, driver, { names })),
    ),
  ),
})

for (const [title, open] of Object.entries(places))
  describe(`a printed migration on ${title}`, function () {
    const share = isLong ? 0.05 : 0.1
    this.timeout(isLong ? 1_200_000 : 120_000)

    it(titled('makes what is made by migrate', share), async function () {
      const place = await open()
      if (place === null) {
        console.log(`      skipped: ${title} isn't there`)
        return this.skip()
      }
      const { driver, run } = place
      const { quote, sendable } = dialectOf(driver.dialect)
      try {
        await fc.assert(
          fc.asyncProperty(hostile, defaults, async (affix, given) => {
            fc.pre(sendable('text', given.text + given.json))
            const table = (model: string) => `${model}${affix}.`
            const names: TableNames = isName(table('other'), quote)
              ? { table, column: (_, column) => column }
              : { table: (model) => model, column: (_, column) => column }
            const models = after(given)
            await begun(driver, names)
            await done(migrate(models, driver, { names, allowLoss: true }))
            const migrated = await what(driver, names, models)

            await begun(driver, names)
            await run(sqlOf(await done(planMigration(models, driver, { names }))))
            expect(await what(driver, names, models)).to.deep.equal(migrated)
            expect(migrated.rows.map(({ body, data, size }) => [body, data, size])).to.deep.equal(
              rows.map(() => [given.text, { [given.json]: [given.json] }, given.float]),
            )
          }),
          parameters(share),
        )
      } finally {
        await place.close()
      }
    })
  })
