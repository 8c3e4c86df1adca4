/** Rows for the databases that tests of the SQL client run on. */
import { either as E, option as O, type taskEither as TE } from 'fp-ts'
import { schemaOf } from 'queryset-ts'
import { createSchema, dropSchema, type Driver } from 'queryset-ts/sql'
import type { Dialect } from '../../src/clients/sql/Dialect.js'
import { dialectOf } from '../../src/clients/sql/dialects.js'
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
  const dialect = dialectOf(driver.dialect)
  await done(
    driver.transaction({}, (tx) => async () => {
      if (driver.dialect === 'mariadb' || driver.dialect === 'mysql')
        await done(tx.query('set foreign_key_checks = 0', []))
      for (const model of schemaOf(models).models.values()) {
        const rows = (data[model.name] ?? []) as ReadonlyArray<Row>
        const columns = [...model.columns.values()]
        const size = Math.max(1, Math.floor(mostValues / columns.length))
        for (let i = 0; i < rows.length; i += size) {
          const values = rows
            .slice(i, i + size)
            .map(
              (row) =>
                sql`(${join(columns.map(({ name, kind }) => given(dialect, kind, O.getOrElse((): Json => null)(canonical(kind, row[name] ?? null)))))})`,
            )
          const names = columns.map(({ name }) => ident(dialect.quote, name))
          const { text, params } = render(
            dialect.placeholder,
            sql`insert into ${ident(dialect.quote, model.name)} (${join(names)}) values ${join(values)}`,
          )
          await done(tx.query(text, valuesAt(params, ''), { prepare: false }))
        }
      }
      if (driver.dialect === 'mariadb' || driver.dialect === 'mysql')
        await done(tx.query('set foreign_key_checks = 1', []))
      return E.right(null)
    }),
  )
  // MariaDB and SQLite count on by themselves.
  if (driver.dialect === 'postgres') await countOn(driver, models)
}

/** Lets keys that are counted up go on after the greatest, where rows were undone too. */
export const countOn = async (driver: Driver, models: AnyModels): Promise<void> => {
  if (driver.dialect === 'sqlite') return
  const { quote } = dialectOf(driver.dialect)
  for (const model of schemaOf(models).models.values()) {
    const key = model.columns.get(model.primaryKey)
    if (key?.auto !== true) continue
    const [table, column] = [ident(quote, model.name), ident(quote, key.name)]
    const counter = sql`pg_get_serial_sequence(${param(`"${model.name}"`)}, ${param(key.name)})`
    const { text, params } =
      driver.dialect === 'postgres'
        ? render(
            'dollar',
            sql`select setval(${counter}, greatest((select max(${column}) from ${table}), 1), (select max(${column}) >= 1 from ${table}) is true)`,
          )
        : render('question', sql`alter table ${table} auto_increment = 1`)
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
