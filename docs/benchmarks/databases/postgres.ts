/** PostgreSQL through `pg` alone, the SQL client, kysely, drizzle and, where it is installed, Prisma. */
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { asc, eq, gt, sql as drizzleSql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { bigint, pgTable, text } from 'drizzle-orm/pg-core'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { openDatabase } from '../../../property-tests/support/databases.js'
import { createSchema } from '../../../src/sql.js'
import { pgDriver } from '../../../src/sqlPg.js'
import { given, size, theOne, type Contender, type Engine, type Track } from './Contender.js'
import { byKysely } from './kysely.js'
import { library, models } from './library.js'

const rawPg = (pool: pg.Pool): Contender => {
  const ask = async (statement: pg.QueryConfig) => (await pool.query<Track>(statement)).rows
  const columns = 'select id, name, milliseconds from track'
  return {
    name: 'pg',
    get: async (id) =>
      theOne((await ask({ name: 'get', text: `${columns} where id = $1`, values: [id] }))[0]),
    page: (n) =>
      ask({
        name: 'page',
        text: `${columns} where milliseconds > $1 order by milliseconds, id limit 20`,
        values: [n],
      }),
    list: () => ask({ name: 'list', text: `${columns} order by id` }),
    insert: () => {
      const places = given.map((_, i) => `($${String(2 * i + 1)}, $${String(2 * i + 2)})`).join(', ')
      return ask({
        text: `insert into track (name, milliseconds) values ${places} returning id, name, milliseconds`,
        values: given.flatMap(({ name, milliseconds }) => [name, milliseconds]),
      })
    },
    build: null,
  }
}

const byDrizzle = (pool: pg.Pool): Contender => {
  const db = drizzle(pool)
  const track = pgTable('track', {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
    name: text('name').notNull(),
    milliseconds: bigint('milliseconds', { mode: 'number' }).notNull(),
  })
  const above = (n: number | ReturnType<typeof drizzleSql.placeholder>) =>
    db
      .select()
      .from(track)
      .where(gt(track.milliseconds, n))
      .orderBy(asc(track.milliseconds), asc(track.id))
      .limit(20)
  const one = db
    .select()
    .from(track)
    .where(eq(track.id, drizzleSql.placeholder('id')))
    .prepare('d_get')
  const page = above(drizzleSql.placeholder('n')).prepare('d_page')
  const all = db.select().from(track).orderBy(asc(track.id)).prepare('d_list')
  return {
    name: 'drizzle, prepared',
    get: async (id) => theOne((await one.execute({ id }))[0]),
    page: (n) => page.execute({ n }),
    list: () => all.execute(),
    insert: () =>
      db
        .insert(track)
        .values([...given])
        .returning(),
    build: (n) => above(n).toSQL(),
  }
}

/** What is used of the client that Prisma generates. */
interface PrismaClient {
  readonly track: {
    readonly findUniqueOrThrow: (asked: object) => Promise<Track>
    readonly findMany: (asked: object) => Promise<ReadonlyArray<Track>>
    readonly createManyAndReturn: (asked: object) => Promise<ReadonlyArray<Track>>
  }
  readonly $disconnect: () => Promise<void>
}

const prismaAt = '.bench/prisma/client.mjs'

const openPrisma = async (url: string): Promise<PrismaClient | null> => {
  if (!existsSync(prismaAt)) {
    console.log('Prisma is left out: `bash docs/benchmarks/peers/prisma.sh` installs it.\n')
    return null
  }
  const { open } = (await import(pathToFileURL(prismaAt).href)) as {
    readonly open: (url: string) => PrismaClient
  }
  return open(url)
}

const byPrisma = ({ track }: PrismaClient): Contender => ({
  name: 'Prisma',
  get: (id) => track.findUniqueOrThrow({ where: { id } }),
  page: (n) =>
    track.findMany({
      where: { milliseconds: { gt: n } },
      orderBy: [{ milliseconds: 'asc' }, { id: 'asc' }],
      take: 20,
    }),
  list: () => track.findMany({ orderBy: { id: 'asc' } }),
  insert: () => track.createManyAndReturn({ data: given }),
  build: null,
})

export const postgres = async (): Promise<Engine> => {
  const created = await openDatabase('postgres', 'bench')
  if (typeof created === 'string') throw new Error(created)
  await created.close()
  const url = new URL(process.env['TEST_POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres')
  url.pathname = '/qs_bench'
  pg.types.setTypeParser(pg.types.builtins.INT8, Number)
  const pool = new pg.Pool({ connectionString: url.href, max: 2 })
  const driver = pgDriver(pool)
  await createSchema(models, driver)()
  const prisma = await openPrisma(url.href)
  return {
    name: 'PostgreSQL',
    contenders: [
      rawPg(pool),
      library(driver),
      byKysely(new Kysely({ dialect: new PostgresDialect({ pool }) })),
      byDrizzle(pool),
      ...(prisma === null ? [] : [byPrisma(prisma)]),
    ],
    undo: () => pool.query('delete from track where id > $1', [size]),
    close: async () => {
      await prisma?.$disconnect()
      await pool.end()
    },
  }
}
