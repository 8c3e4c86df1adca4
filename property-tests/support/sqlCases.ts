/** SQL clients for the laws kit: each case has tables of its own. */
import { either as E, taskEither as TE } from 'fp-ts'
import { schemaOf } from 'queryset-ts'
import { sqlClient, type Answered, type DialectName, type Driver } from 'queryset-ts/sql'
import type { Factory, Io } from '../../src/laws.js'
import { sqlError } from '../../src/clients/sql/SqlError.js'
import { createStatements } from '../../src/clients/sql/schema/ddl.js'
import { dialectOf } from '../../src/clients/sql/dialects.js'
import { unsendable } from '../../src/clients/sql/writes/unsendable.js'
import { runStatements } from '../../src/clients/sql/schema/runStatements.js'
import { textOf } from '../../src/clients/sql/Sql.js'
import { tablesOf } from '../../src/clients/sql/schema/tablesOf.js'
import { inMemory, storeClient } from '../../src/clients/reference/storeClient.js'
import type { Store } from '../../src/engine/Store.js'
import type { Schema } from '../../src/schema/Schema.js'
import { modelsOf } from './rightClients.js'
import { done, fillRows } from './sqlDatabases.js'

/** Empties a database. */
export const emptied = async (driver: Driver): Promise<void> => {
  const run = (text: string) => done(driver.query(text, [], { prepare: false }))
  const names = async (text: string): Promise<ReadonlyArray<string>> =>
    (await run(text)).rows.map((row) => String(row[0]))
  switch (driver.dialect) {
    case 'postgres':
      await run('drop schema public cascade')
      await run('create schema public')
      return
    case 'sqlite': {
      await run('pragma foreign_keys = off')
      const tables = await names(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'",
      )
      for (const name of tables) await run(`drop table "${name.replaceAll('"', '""')}"`)
      await run('pragma foreign_keys = on')
      return
    }
    default: {
      const tables = await names(
        'select table_name from information_schema.tables where table_schema = database()',
      )
      await done(
        driver.transaction({}, (tx) => async () => {
          await done(tx.query('set foreign_key_checks = 0', [], { prepare: false }))
          const names = tables.map((name) => `\`${name.replaceAll('`', '``')}\``)
          if (names.length > 0) await done(tx.query(`drop table ${names.join(', ')}`, [], { prepare: false }))
          return tx.query('set foreign_key_checks = 1', [], { prepare: false })()
        }),
      )
    }
  }
}

/**
 * A driver that sends U+FEFE for a byte order mark, and reads it so. PGlite loses the mark at the beginning of a text; the
 * character before it sorts in the same place.
 */
export const withoutByteOrderMarks = (driver: Driver): Driver => {
  const replaced = (from: string, to: string) => {
    const within = <A>(value: A): A =>
      typeof value === 'string'
        ? // Text stays text, and lists stay lists.
          (value.replaceAll(from, to) as A)
        : Array.isArray(value)
          ? (value.map(within) as A)
          : value
    return within
  }
  const [sent, read] = [replaced('\ufeff', '\ufefe'), replaced('\ufefe', '\ufeff')]
  const { stream } = driver
  return {
    ...driver,
    ...(stream === undefined
      ? {}
      : {
          stream: async function* (text, params, options) {
            for await (const batch of stream(text, sent(params), options))
              yield E.map((rows: Answered['rows']) => read(rows))(batch)
          },
        }),
    query: (text, params, options) =>
      TE.map((answer: Answered) => ({ ...answer, rows: read(answer.rows) }))(
        driver.query(text, sent(params), options),
      ),
    transaction: (options, program) =>
      driver.transaction(options, (tx) => program(withoutByteOrderMarks(tx))),
  }
}

/** Whether a text of these rows is too long for its column: MariaDB and MySQL limit the texts of an index. */
const areTooLong = (dialect: DialectName, schema: Schema, { rows }: Store): boolean =>
  tablesOf(dialect, schema).some(({ name: table, columns }) =>
    columns.some(({ name, type: { maxLength } }) =>
      (rows.get(table) ?? []).some((row) => {
        const value = row[name]
        return maxLength !== null && typeof value === 'string' && [...value].length > maxLength
      }),
    ),
  )

/** Whether a decimal of these rows has more digits than a column of MariaDB's. The client refuses to write it. */
const haveTooManyDigits = (dialect: DialectName, { models }: Schema, { rows }: Store): boolean =>
  [...models.values()].some(
    (model) => unsendable(dialectOf(dialect), model, rows.get(model.name) ?? []) !== null,
  )

/** Whether the tables of MariaDB or MySQL can't hold rows that other databases can. */
const cannotHold = (dialect: DialectName, schema: Schema, rows: Store): boolean =>
  (dialect === 'mariadb' || dialect === 'mysql') &&
  (areTooLong(dialect, schema, rows) || haveTooManyDigits(dialect, schema, rows))

/** Drops all tables of a database, and makes those of a schema. */
const remade = async (driver: Driver, schema: Schema): Promise<void> => {
  const statements = createStatements(driver.dialect, schema)
  if (driver.dialect === 'postgres') {
    // In one statement, which saves waiting for an answer to each.
    const all = ['drop schema public cascade', 'create schema public', ...statements.map(textOf)]
    await done(driver.query(`do $case$ begin ${all.join('; ')}; end $case$`, [], { prepare: false }))
    return
  }
  await emptied(driver)
  // A foreign key that is added to an empty table has nothing to be checked against. MariaDB would copy the table.
  await done(runStatements(driver, statements, driver.dialect === 'sqlite' ? false : 'unchecked'))
}

/** A driver that waits at the check's points, before and after each statement, and loses its connection where the check says so. */
const hooked = (driver: Driver, io: Io): Driver => ({
  ...driver,
  query: (text, params, options) => async () => {
    try {
      await io()
    } catch {
      return E.left(sqlError('lost', 'the connection was lost'))
    }
    const answer = await driver.query(text, params, options)()
    try {
      await io()
    } catch {
      return E.left(sqlError('lost', 'the connection was lost', { unknown: true }))
    }
    return answer
  },
  transaction: (options, program) => driver.transaction(options, (tx) => program(hooked(tx, io))),
})

/**
 * A client over rows of a schema, in a database that has nothing else. Rows that it can't hold are those of a reference.
 * Without `cursors` it streams by pages.
 */
export const sqlFactory =
  (driver: Driver, cursors = true): Factory =>
  async (resolved: Schema, rows: Store, io: Io) => {
    if (cannotHold(driver.dialect, resolved, rows)) return storeClient('reference', resolved, inMemory(rows))
    await remade(driver, resolved)
    const models = modelsOf(resolved)
    await fillRows(driver, models, Object.fromEntries(rows.rows))
    return {
      // The law 'a transaction is by itself' asks for what READ COMMITTED doesn't give.
      ...sqlClient(models, hooked(driver, io), {
        statement: { prepare: false },
        transaction: { isolation: 'serializable' },
        cursors,
      }),
      name: schemaOf(models).models.size > 0 ? driver.dialect : 'empty',
    }
  }
