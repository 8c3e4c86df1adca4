/**
 * A kysely instance as a driver, over PostgreSQL, SQLite and MariaDB.
 *
 * Planted and caught: columns of one name that aren't told apart, since kysely gives rows as objects; a session that keeps
 * NO_BACKSLASH_ESCAPES, in which the values that mysql2 escapes by backslashes become a part of the statement.
 */
import { expect } from 'chai'
import { Kysely, MysqlDialect, PostgresDialect } from 'kysely'
import { createPool } from 'mysql2'
import pg from 'pg'
import {
  autoId,
  belongsTo,
  createBulk,
  field,
  filter,
  orderBy,
  pipe,
  schema,
  selectRelated,
  toArray,
  updateBulk,
  values,
} from 'queryset-ts'
import { mariadbServer, postgresUrl } from '../../../../property-tests/support/databases.js'
import { kyselyOnSqlite } from '../../../../property-tests/support/otherDrivers.js'
import type { Driver } from '../../../../src/clients/sql/Driver.js'
import { kyselyDriver } from '../../../../src/clients/sql/drivers/kysely.js'
import { createSchema } from '../../../../src/clients/sql/schema/createSchema.js'
import { sqlClient } from '../../../../src/clients/sql/sqlClient.js'
import { left, right } from '../../../support/answers.js'

const models = schema({
  artist: { id: autoId, name: field.text() },
  track: { id: autoId, name: field.text(), artist: belongsTo('artist') },
})

const artists = [
  { id: 1, name: 'Abba' },
  { id: 2, name: 'Queen' },
]
const tracks = [
  { id: 1, name: 'Waterloo', artist: 1 },
  { id: 2, name: 'Innuendo', artist: 2 },
]

/** What ends a text, or a statement, in one mode or another. */
const hostile = [
  "\\' or 1=1 -- ",
  "' or 1=1 -- ",
  '\\',
  "\\'",
  '\\\\',
  '" or ""="',
  "'; drop table artist; -- ",
]

const overPostgres = async (): Promise<Driver | null> => {
  const url = await postgresUrl('kysely')
  if (url === null) return null
  const types = { getTypeParser: () => (value: string) => value }
  const pool = new pg.Pool({ connectionString: url, types, max: 2 })
  return kyselyDriver(new Kysely({ dialect: new PostgresDialect({ pool }) }), 'postgres')
}

const overMariadb = async (): Promise<Driver | null> => {
  const server = await mariadbServer('kysely')
  if (server === null) return null
  const pool = createPool({ ...server, dateStrings: true, connectionLimit: 2 })
  pool.on('connection', (connection) => {
    connection.query(
      "set session sql_mode = concat_ws(',', @@sql_mode, 'NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES')",
    )
  })
  return kyselyDriver(new Kysely({ dialect: new MysqlDialect({ pool }) }), 'mariadb')
}

const opens = {
  PostgreSQL: overPostgres,
  sqlite: () => kyselyOnSqlite(true),
  'MariaDB without escapes by backslashes': overMariadb,
}

Object.entries(opens).forEach(([title, open]) => {
  describe(`kysely over ${title}`, () => {
    const opened: { driver: Driver | null } = { driver: null }

    before(async function () {
      opened.driver = await open()
      if (opened.driver === null) {
        console.log('      skipped: the server is not up')
        return this.skip()
      }
      await right(createSchema(models, opened.driver))
      const client = sqlClient(models, opened.driver)
      await right(pipe(models.artist, createBulk(client, artists)))
      await right(pipe(models.track, createBulk(client, tracks)))
    })

    after(async () => {
      if (opened.driver !== null) await opened.driver.close()
    })

    const asked = () => {
      if (opened.driver === null) throw new Error('there is no driver')
      return sqlClient(models, opened.driver)
    }

    it('tells columns of one name apart', async () => {
      const named = pipe(
        models.track,
        orderBy((t) => [t.id.asc()]),
        values((t) => ({ key: t.artist.id, track: t.name, artist: t.artist.name, id: t.id, again: t.name })),
      )
      expect(await right(pipe(named, toArray(asked())))).to.deep.equal([
        { key: 1, track: 'Waterloo', artist: 'Abba', id: 1, again: 'Waterloo' },
        { key: 2, track: 'Innuendo', artist: 'Queen', id: 2, again: 'Innuendo' },
      ])
    })

    it('gives rows with those that they belong to', async () => {
      const related = pipe(
        models.track,
        orderBy((t) => [t.id.asc()]),
        selectRelated((t) => t.artist),
      )
      expect(await right(pipe(related, toArray(asked())))).to.deep.equal(
        tracks.map((track, i) => ({ ...track, artist: artists[i] })),
      )
    })

    hostile.forEach((name) => {
      it(`writes and reads ${JSON.stringify(name)} as it is`, async () => {
        const client = asked()
        const [made] = await right(pipe(models.artist, createBulk(client, [{ name }])))
        const found = () =>
          right(
            pipe(
              models.artist,
              filter((a) => a.name.eq(name)),
              toArray(client),
            ),
          )
        expect(await found()).to.deep.equal([{ id: made?.id, name }])
        await right(pipe(models.artist, updateBulk(client, [[made?.id ?? 0, { name: `${name}!` }]])))
        expect(await found()).to.deep.equal([])
      })
    })
  })
})

describe('kysely over sqlite, without the functions of the library', () => {
  it('says that they are to be registered', async function () {
    const driver = await kyselyOnSqlite(false)
    if (driver === null) {
      console.log('      skipped: Node has no node:sqlite (22.16 and newer)')
      return this.skip()
    }
    await right(createSchema(models, driver))
    const named = pipe(
      models.artist,
      filter((a) => a.name.iexact('abba')),
      toArray(sqlClient(models, driver)),
    )
    const error = await left(named)
    await driver.close()
    expect(error._tag).to.equal('ClientFailed')
    expect(error.message).to.contain("pass it to 'registerFunctions' of queryset-ts/sql/sqlite")
  })
})
