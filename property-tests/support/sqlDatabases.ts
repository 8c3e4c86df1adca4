/** The databases that tests of the SQL client run on, each in a database of its own. */
import { either as E, option as O, type taskEither as TE } from 'fp-ts'
import { schemaOf } from 'queryset-ts'
import { createSchema, dropSchema, type Driver } from 'queryset-ts/sql'
import { dialectOf } from '../../src/clients/sql/dialects.js'
import { ident, join, param, render, sql, valuesAt } from '../../src/clients/sql/Sql.js'
import type { AnyModels } from '../../src/queryset/schema.js'
import { canonical } from '../../src/value/canonical.js'
import type { Json, Row } from '../../src/value/Value.js'

export type Engine = 'postgres' | 'pglite' | 'sqlite' | 'mariadb'

/** What a program gives, where it must not fail. */
export const done = async <A>(program: TE.TaskEither<unknown, A>): Promise<A> => {
  const result = await program()
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

const postgresUrl = process.env['TEST_POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const mysqlUrl = process.env['TEST_MYSQL_URL'] ?? 'mysql://root@127.0.0.1:3306/mysql'

const postgres = async (database: string): Promise<Driver> => {
  const { default: pg } = await import('pg')
  const { pgDriver } = await import('queryset-ts/sql/pg')
  const admin = new pg.Client({ connectionString: postgresUrl })
  await admin.connect()
  const name = admin.escapeIdentifier(database)
  await admin.query(`drop database if exists ${name} with (force)`)
  await admin.query(`create database ${name} template template0 encoding 'UTF8'`)
  await admin.end()
  const url = new URL(postgresUrl)
  url.pathname = `/${database}`
  return pgDriver(new pg.Pool({ connectionString: url.href, max: 10 }))
}

const pglite = async (): Promise<Driver> => {
  const { PGlite } = await import('@electric-sql/pglite')
  const { pgliteDriver } = await import('queryset-ts/sql/pglite')
  return pgliteDriver(await PGlite.create())
}

const sqlite = async (): Promise<Driver> => {
  const { nodeSqliteDriver } = await import('queryset-ts/sql/sqlite')
  // Node has it from 22 on, and the types of 20 don't know it.
  const module: string = 'node:sqlite'
  const { DatabaseSync } = (await import(module)) as {
    readonly DatabaseSync: new (path: string) => Parameters<typeof nodeSqliteDriver>[0]
  }
  return nodeSqliteDriver(new DatabaseSync(':memory:'))
}

const mariadb = async (database: string): Promise<Driver> => {
  const { createPool } = await import('mariadb')
  const { mariadbDriver } = await import('queryset-ts/sql/mariadb')
  const url = new URL(mysqlUrl)
  const at = {
    host: url.hostname,
    port: Number(url.port === '' ? 3306 : url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  }
  const admin = createPool({ ...at, connectionLimit: 1 })
  await admin.query(`drop database if exists \`${database}\``)
  await admin.query(`create database \`${database}\` character set utf8mb4`)
  await admin.end()
  return mariadbDriver(createPool({ ...at, database, connectionLimit: 10 }))
}

/** A new, empty database. */
export const openEngine = (engine: Engine, database: string): Promise<Driver> => {
  switch (engine) {
    case 'postgres':
      return postgres(database)
    case 'pglite':
      return pglite()
    case 'sqlite':
      return sqlite()
    case 'mariadb':
      return mariadb(database)
  }
}

/** How many values a statement has at most. */
const mostValues = 5000

/** Makes the tables of models, and fills them with rows. */
export const loadRows = async (
  driver: Driver,
  models: AnyModels,
  data: { readonly [model: string]: ReadonlyArray<object> },
): Promise<void> => {
  await done(dropSchema(models, driver))
  await done(createSchema(models, driver))
  await fillRows(driver, models, data)
}

/** Fills empty tables with rows, those that others point to first. */
export const fillRows = async (
  driver: Driver,
  models: AnyModels,
  data: { readonly [model: string]: ReadonlyArray<object> },
): Promise<void> => {
  const dialect = dialectOf(driver.dialect)
  await done(
    driver.transaction({}, (tx) => async () => {
      if (driver.dialect === 'mariadb') await done(tx.query('set foreign_key_checks = 0', []))
      for (const model of schemaOf(models).models.values()) {
        const rows = (data[model.name] ?? []) as ReadonlyArray<Row>
        const columns = [...model.columns.values()]
        const size = Math.max(1, Math.floor(mostValues / columns.length))
        for (let i = 0; i < rows.length; i += size) {
          const values = rows
            .slice(i, i + size)
            .map(
              (row) =>
                sql`(${join(columns.map(({ name, kind }) => param(dialect.encode(kind, O.getOrElse((): Json => null)(canonical(kind, row[name] ?? null))))))})`,
            )
          const names = columns.map(({ name }) => ident(dialect.quote, name))
          const { text, params } = render(
            dialect.placeholder,
            sql`insert into ${ident(dialect.quote, model.name)} (${join(names)}) values ${join(values)}`,
          )
          await done(tx.query(text, valuesAt(params, ''), { prepare: false }))
        }
      }
      if (driver.dialect === 'mariadb') await done(tx.query('set foreign_key_checks = 1', []))
      return E.right(null)
    }),
  )
  await countOn(driver, models)
}

/** Lets keys that are counted up go on after the greatest. */
export const countOn = async (driver: Driver, models: AnyModels): Promise<void> => {
  const { quote } = dialectOf(driver.dialect)
  for (const model of schemaOf(models).models.values()) {
    const key = model.columns.get(model.primaryKey)
    if (key?.auto !== true) continue
    const [table, column] = [ident(quote, model.name), ident(quote, key.name)]
    const { text, params } = render(
      driver.dialect === 'postgres' ? 'dollar' : 'question',
      driver.dialect === 'postgres'
        ? sql`select setval(pg_get_serial_sequence(${param(`"${model.name}"`)}, ${param(key.name)}), coalesce((select max(${column}) from ${table}), 0) + 1, false)`
        : driver.dialect === 'sqlite'
          ? sql`select 1`
          : sql`alter table ${table} auto_increment = 1`,
    )
    await done(driver.query(text, valuesAt(params, ''), { prepare: false }))
  }
}

/** A driver whose writes are undone when it is closed. */
export const undoing = async (
  driver: Driver,
): Promise<{ readonly driver: Driver; readonly close: () => Promise<void> }> => {
  const { promise: over, resolve: end } = withResolvers<null>()
  const { promise: begun, resolve: begin } = withResolvers<Driver>()
  const whole = driver.transaction({}, (tx) => async () => {
    begin(tx)
    await over
    return E.left('undone' as const)
  })()
  const tx = await begun
  return {
    // After a refusal PostgreSQL takes nothing more, unless what was refused stands by itself.
    driver: {
      ...tx,
      query: (text, params, options) =>
        tx.transaction({}, (inner): ReturnType<Driver['query']> => inner.query(text, params, options)),
    },
    close: async () => {
      end(null)
      await whole
    },
  }
}

const withResolvers = <A>(): { readonly promise: Promise<A>; readonly resolve: (value: A) => void } => {
  const made: { resolve: (value: A) => void } = { resolve: () => undefined }
  const promise = new Promise<A>((resolve) => {
    made.resolve = resolve
  })
  return {
    promise,
    resolve: (value) => {
      made.resolve(value)
    },
  }
}
