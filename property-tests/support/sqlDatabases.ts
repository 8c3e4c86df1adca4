/** Rows for the databases that tests of the SQL client run on. */
import { either as E, option as O, type taskEither as TE } from 'fp-ts'
import { schemaOf } from 'queryset-ts'
import { createSchema, dropSchema, type Answered, type DialectName, type Driver } from 'queryset-ts/sql'
import type { Dialect } from '../../src/clients/sql/Dialect.js'
import { dialectOf } from '../../src/clients/sql/dialects.js'
import { placeholderOf } from '../../src/clients/sql/schema/runStatements.js'
import { ident, join, param, render, sql, valuesAt, type Sql } from '../../src/clients/sql/Sql.js'
import type { AnyModels } from '../../src/queryset/schema.js'
import { openDatabase, type DatabaseName } from './databases.js'
import { canonical } from '../../src/value/canonical.js'
import type { Json, Kind, Row } from '../../src/value/Value.js'

/** What a program gives, where it must not fail. */
export const done = async <A>(program: TE.TaskEither<unknown, A>): Promise<A> => {
  const result = await program()
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

/** A database that holds nothing. */
export const openEngine = async (engine: DatabaseName, purpose: string): Promise<Driver> => {
  const opened = await openDatabase(engine, purpose)
  if (typeof opened === 'string') throw new Error(opened)
  return opened
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

/** MySQL keeps the types of a prepared statement's parameters, although the tables have been made anew since. */
const given = (dialect: Dialect, kind: Kind, value: Json): Sql => {
  const bound = param(dialect.encode(kind, value))
  return dialect.name === 'mysql' ? sql`cast(${bound} as char)` : bound
}

/** Fills empty tables with rows, those that others point to first. */
export const fillRows = async (
  driver: Driver,
  models: AnyModels,
  data: { readonly [model: string]: ReadonlyArray<object> },
): Promise<void> => {
  const inserts = insertsOf(driver.dialect, models, data)
  const isMysql = driver.dialect === 'mariadb' || driver.dialect === 'mysql'
  if (inserts.length > 0)
    await done(
      driver.transaction({}, (tx) => async () => {
        if (isMysql) await run(tx, sql`set foreign_key_checks = 0`)
        for (const each of driver.dialect === 'postgres' ? together(inserts) : inserts) await run(tx, each)
        if (isMysql) await run(tx, sql`set foreign_key_checks = 1`)
        return E.right(null)
      }),
    )
  // The others count on by themselves.
  if (driver.dialect === 'postgres') await countOn(driver, models)
}

const run = (driver: Driver, statement: Sql): Promise<Answered> => {
  const { text, params } = render(placeholderOf(driver.dialect), statement)
  return done(driver.query(text, valuesAt(params, ''), { prepare: false }))
}

const insertsOf = (
  dialectName: DialectName,
  models: AnyModels,
  data: { readonly [model: string]: ReadonlyArray<object> },
): ReadonlyArray<Sql> => {
  const dialect = dialectOf(dialectName)
  return [...schemaOf(models).models.values()].flatMap((model) => {
    const rows = (data[model.name] ?? []) as ReadonlyArray<Row>
    const columns = [...model.columns.values()]
    const size = Math.max(1, Math.floor(mostValues / columns.length))
    const names = columns.map(({ name }) => ident(dialect.quote, name))
    return Array.from({ length: Math.ceil(rows.length / size) }, (_, i): Sql => {
      const values = rows
        .slice(i * size, (i + 1) * size)
        .map(
          (row) =>
            sql`(${join(columns.map(({ name, kind }) => given(dialect, kind, O.getOrElse((): Json => null)(canonical(kind, row[name] ?? null)))))})`,
        )
      return sql`insert into ${ident(dialect.quote, model.name)} (${join(names)}) values ${join(values)}`
    })
  })
}

/** Small inserts as one statement, which saves waiting for an answer to each. PostgreSQL can. */
const together = (inserts: ReadonlyArray<Sql>): ReadonlyArray<Sql> => {
  const size = inserts.reduce((sum, insert) => sum + render('dollar', insert).params.length, 0)
  if (inserts.length < 2 || size > mostValues) return inserts
  const parts = inserts.map((insert, i) => sql`${ident('"', `insert ${String(i)}`)} as (${insert})`)
  return [sql`with ${join(parts)} select 1`]
}

/** Lets keys that are counted up go on after the greatest, where rows were undone too. */
export const countOn = async (driver: Driver, models: AnyModels): Promise<void> => {
  if (driver.dialect === 'sqlite') return
  const { quote } = dialectOf(driver.dialect)
  const counters = [...schemaOf(models).models.values()].flatMap((model): ReadonlyArray<Sql> => {
    const key = model.columns.get(model.primaryKey)
    if (key?.auto !== true) return []
    const [table, column] = [ident(quote, model.name), ident(quote, key.name)]
    if (driver.dialect !== 'postgres') return [sql`alter table ${table} auto_increment = 1`]
    const counter = sql`pg_get_serial_sequence(${param(`"${model.name}"`)}, ${param(key.name)})`
    return [
      sql`setval(${counter}, greatest((select max(${column}) from ${table}), 1), (select max(${column}) >= 1 from ${table}) is true)`,
    ]
  })
  if (driver.dialect !== 'postgres') for (const counter of counters) await run(driver, counter)
  else if (counters.length > 0) await run(driver, sql`select ${join(counters)}`)
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
