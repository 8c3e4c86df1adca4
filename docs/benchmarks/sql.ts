/**
 * How much slower the SQL client is than `pg` alone, beside kysely and drizzle, on PostgreSQL:
 * `bash .config/bench.sh sql`.
 *
 * All must give the same rows first. They take turns, and of several turns the quickest counts.
 */
import { deepStrictEqual } from 'node:assert'
import { asc, eq, gt, sql as drizzleSql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { bigint, pgTable, text } from 'drizzle-orm/pg-core'
import { either as E, function as fn, type taskEither as TE } from 'fp-ts'
import { Kysely, PostgresDialect, type Generated } from 'kysely'
import pg from 'pg'
import {
  autoId,
  createBulk,
  field,
  filter,
  fold,
  get,
  orderBy,
  schema,
  slice,
  toArray,
  type QueryError,
} from '../../src/index.js'
import { createSchema, sqlClient } from '../../src/sql.js'
import { pgDriver } from '../../src/sqlPg.js'
import { openDatabase } from '../../property-tests/support/databases.js'
import { compileRows } from '../../src/clients/sql/compile.js'
import { targetOf } from '../../src/clients/sql/sqlClient.js'

const { pipe } = fn
const size = 10_000

const models = schema({ track: { id: autoId, name: field.text(), milliseconds: field.int() } })
type Track = { readonly id: number; readonly name: string; readonly milliseconds: number }
const given = Array.from({ length: size }, (_, i) => ({
  name: `track ${String(i)}`,
  milliseconds: (i * 7919) % 400_000,
}))

const value = async <A>(task: TE.TaskEither<QueryError, A>): Promise<A> => {
  const answer = await task()
  if (E.isLeft(answer)) throw new Error(answer.left.message)
  return answer.right
}

/** `build` makes the text of the page's statement anew, without asking. */
interface Contender {
  readonly name: string
  readonly get: (id: number) => Promise<Track>
  readonly page: (above: number) => Promise<ReadonlyArray<Track>>
  readonly list: () => Promise<ReadonlyArray<Track>>
  readonly insert: () => Promise<ReadonlyArray<Track>>
  readonly build: (above: number) => unknown
}

const created = await openDatabase('postgres', 'bench')
if (typeof created === 'string') throw new Error(created)
await created.close()
const url = new URL(process.env['TEST_POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres')
url.pathname = '/qs_bench'
pg.types.setTypeParser(pg.types.builtins.INT8, Number)
const pool = new pg.Pool({ connectionString: url.href, max: 2 })
const driver = pgDriver(pool)
const client = sqlClient(models, driver)
await createSchema(models, driver)()

const library: Contender = (() => {
  const above = (n: number) =>
    pipe(
      models.track,
      filter((t) => t.milliseconds.gt(n)),
      orderBy((t) => [t.milliseconds.asc(), t.id.asc()]),
      slice(0, 20),
    )
  const target = targetOf(models, driver)
  return {
    name: 'queryset-ts',
    get: (id) =>
      value(
        pipe(
          models.track,
          get(client, (t) => t.id.eq(id)),
        ),
      ),
    page: (n) => value(pipe(above(n), toArray(client))),
    list: () =>
      value(
        pipe(
          models.track,
          orderBy((t) => [t.id.asc()]),
          toArray(client),
        ),
      ),
    insert: () => value(pipe(models.track, createBulk(client, given))),
    build: (n) =>
      pipe(
        above(n),
        fold,
        E.chain((query) => compileRows(target, query)),
      ),
  }
})()

const raw: Contender = {
  name: 'pg',
  get: async (id) => {
    const { rows } = await pool.query<Track>({
      name: 'get',
      text: 'select id, name, milliseconds from track where id = $1',
      values: [id],
    })
    const [row] = rows
    if (row === undefined) throw new Error('no row')
    return row
  },
  page: async (n) =>
    (
      await pool.query<Track>({
        name: 'page',
        text: 'select id, name, milliseconds from track where milliseconds > $1 order by milliseconds, id limit 20',
        values: [n],
      })
    ).rows,
  list: async () =>
    (await pool.query<Track>({ name: 'list', text: 'select id, name, milliseconds from track order by id' }))
      .rows,
  insert: async () => {
    const places = given.map((_, i) => `($${String(2 * i + 1)}, $${String(2 * i + 2)})`).join(', ')
    const values = given.flatMap(({ name, milliseconds }) => [name, milliseconds])
    const text = `insert into track (name, milliseconds) values ${places} returning id, name, milliseconds`
    return (await pool.query<Track>({ text, values })).rows
  },
  build: () => null,
}

const byKysely: Contender = (() => {
  const db = new Kysely<{ track: { id: Generated<number>; name: string; milliseconds: number } }>({
    dialect: new PostgresDialect({ pool }),
  })
  const columns = ['id', 'name', 'milliseconds'] as const
  const above = (n: number) =>
    db
      .selectFrom('track')
      .select(columns)
      .where('milliseconds', '>', n)
      .orderBy('milliseconds')
      .orderBy('id')
      .limit(20)
  return {
    name: 'kysely',
    get: (id) => db.selectFrom('track').select(columns).where('id', '=', id).executeTakeFirstOrThrow(),
    page: (n) => above(n).execute(),
    list: () => db.selectFrom('track').select(columns).orderBy('id').execute(),
    insert: () => db.insertInto('track').values(given).returning(columns).execute(),
    build: (n) => above(n).compile(),
  }
})()

const byDrizzle: Contender = (() => {
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
    get: async (id) => {
      const [row] = await one.execute({ id })
      if (row === undefined) throw new Error('no row')
      return row
    },
    page: (n) => page.execute({ n }),
    list: () => all.execute(),
    insert: () => db.insert(track).values(given).returning(),
    build: (n) => above(n).toSQL(),
  }
})()

const contenders = [raw, library, byKysely, byDrizzle]
const first = await library.insert()
const undo = () => pool.query('delete from track where id > $1', [size])

/** What differs between two inserts is the keys alone. */
const unkeyed = (rows: ReadonlyArray<Track>) => rows.map(({ name, milliseconds }) => ({ name, milliseconds }))
for (const each of contenders) {
  deepStrictEqual({ ...(await each.get(5)) }, { ...first[4] }, each.name)
  deepStrictEqual([...(await each.page(300_000))], [...(await raw.page(300_000))], each.name)
  deepStrictEqual([...(await each.list())], [...first], each.name)
  deepStrictEqual(unkeyed(await each.insert()), given, each.name)
  await undo()
}

const steps: ReadonlyArray<readonly [string, number, (each: Contender, i: number) => unknown]> = [
  ['get by key', 200, (each, i) => each.get(1 + (i % size))],
  ['filter, order, 20 rows', 60, (each, i) => each.page(390_000 + i)],
  ['list of 10,000', 5, (each) => each.list()],
  ['insert of 10,000', 1, (each) => each.insert()],
  ['build the statement of 20 rows', 200, (each, i) => each.build(i)],
]
const turns = 7
console.log(`| milliseconds | ${contenders.map(({ name }) => name).join(' | ')} |`)
console.log(`|---|${contenders.map(() => '---').join('|')}|`)
for (const [title, times, step] of steps) {
  const least = contenders.map(() => Infinity)
  for (let turn = 0; turn < turns; turn += 1)
    for (const [at, each] of contenders.entries()) {
      const start = performance.now()
      for (let i = 0; i < times; i += 1) await step(each, i)
      least[at] = Math.min(least[at] ?? Infinity, (performance.now() - start) / times)
      if (title.startsWith('insert')) await undo()
    }
  const base = least[0] ?? 1
  const cells = least.map((ms, at) =>
    title.startsWith('build')
      ? at === 0
        ? '–'
        : ms.toFixed(3)
      : `${ms.toFixed(2)} (${(ms / base).toFixed(2)})`,
  )
  console.log(`| ${title} | ${cells.join(' | ')} |`)
}
await pool.end()
