/** SQLite through `node:sqlite` alone, the SQL client, kysely and drizzle. Needs Node 22.16. */
import { asc, eq, gt, sql as drizzleSql } from 'drizzle-orm'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { drizzle } from 'drizzle-orm/sqlite-proxy'
import { Kysely, SqliteDialect } from 'kysely'
import { likeBetterSqlite, type SqliteDatabase } from '../../../property-tests/support/otherDrivers.js'
import { createSchema } from '../../../src/sql.js'
import { nodeSqliteDriver, type NodeSqliteDatabase } from '../../../src/sqlSqlite.js'
import { given, size, theOne, type Contender, type Engine, type Track } from './Contender.js'
import { byKysely, type Tables } from './kysely.js'
import { library, models } from './library.js'

interface Statement extends ReturnType<SqliteDatabase['prepare']> {
  readonly get: (...params: ReadonlyArray<unknown>) => unknown
  readonly setReturnArrays: (on: boolean) => void
}

interface Database extends SqliteDatabase {
  readonly prepare: (text: string) => Statement
  readonly exec: (text: string) => void
}

const raw = (db: Database): Contender => {
  const columns = 'select id, name, milliseconds from track'
  const one = db.prepare(`${columns} where id = ?`)
  const page = db.prepare(`${columns} where milliseconds > ? order by milliseconds, id limit 20`)
  const all = db.prepare(`${columns} order by id`)
  // SQLite takes 32,766 parameters at most.
  const places = given.map(() => '(?, ?)').join(', ')
  const insert = db.prepare(
    `insert into track (name, milliseconds) values ${places} returning id, name, milliseconds`,
  )
  return {
    name: 'node:sqlite',
    get: (id) => theOne(one.get(id)) as Track,
    page: (n) => page.all(n) as ReadonlyArray<Track>,
    list: () => all.all() as ReadonlyArray<Track>,
    insert: () =>
      insert.all(...given.flatMap(({ name, milliseconds }) => [name, milliseconds])) as ReadonlyArray<Track>,
    build: null,
  }
}

const kyselyOn = (db: Database) =>
  new Kysely<Tables>({ dialect: new SqliteDialect({ database: likeBetterSqlite(db, false) }) })

const byDrizzle = (db: Database): Contender => {
  const statements = new Map<string, Statement>()
  const prepared = (text: string): Statement => {
    const known = statements.get(text)
    if (known !== undefined) return known
    const statement = db.prepare(text)
    statement.setReturnArrays(true)
    statements.set(text, statement)
    return statement
  }
  const drizzled = drizzle((sql, params, method) =>
    Promise.resolve({
      rows: (method === 'get'
        ? (prepared(sql).get(...(params as ReadonlyArray<unknown>)) ?? [])
        : prepared(sql).all(...(params as ReadonlyArray<unknown>))) as Array<unknown>,
    }),
  )
  const track = sqliteTable('track', {
    id: integer('id').primaryKey(),
    name: text('name').notNull(),
    milliseconds: integer('milliseconds').notNull(),
  })
  const above = (n: number | ReturnType<typeof drizzleSql.placeholder>) =>
    drizzled
      .select()
      .from(track)
      .where(gt(track.milliseconds, n))
      .orderBy(asc(track.milliseconds), asc(track.id))
      .limit(20)
  const one = drizzled
    .select()
    .from(track)
    .where(eq(track.id, drizzleSql.placeholder('id')))
    .prepare()
  const page = above(drizzleSql.placeholder('n')).prepare()
  const all = drizzled.select().from(track).orderBy(asc(track.id)).prepare()
  return {
    name: 'drizzle, prepared',
    get: async (id) => theOne(await one.get({ id })),
    page: (n) => page.all({ n }),
    list: () => all.all(),
    insert: () =>
      drizzled
        .insert(track)
        .values([...given])
        .returning(),
    build: (n) => above(n).toSQL(),
  }
}

export const sqlite = async (): Promise<Engine | null> => {
  // Node 20 doesn't have it, and its types don't know it.
  const module: string = 'node:sqlite'
  const loaded: unknown = await import(module).catch(() => null)
  if (loaded === null) return null
  const { DatabaseSync } = loaded as {
    readonly DatabaseSync: new (path: string) => Database & NodeSqliteDatabase
  }
  const db = new DatabaseSync(':memory:')
  const driver = nodeSqliteDriver(db)
  await createSchema(models, driver)()
  return {
    name: 'SQLite',
    contenders: [raw(db), library(driver), byKysely(kyselyOn(db)), byDrizzle(db)],
    undo: () => {
      db.exec(`delete from track where id > ${String(size)}`)
    },
    close: () => {
      db.close()
    },
  }
}
