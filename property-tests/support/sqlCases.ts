/** SQL clients for the laws kit: each case has tables of its own. */
import { schemaOf } from 'queryset-ts'
import { sqlClient, type Driver } from 'queryset-ts/sql'
import type { Factory } from '../../src/laws.js'
import { createStatements } from '../../src/clients/sql/schema/ddl.js'
import { runStatements } from '../../src/clients/sql/schema/runStatements.js'
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
          for (const name of tables)
            await done(tx.query(`drop table \`${name.replaceAll('`', '``')}\``, [], { prepare: false }))
          return tx.query('set foreign_key_checks = 1', [], { prepare: false })()
        }),
      )
    }
  }
}

/** A client over rows of a schema, in a database that has nothing else. */
export const sqlFactory =
  (driver: Driver): Factory =>
  async (resolved: Schema, rows: Store) => {
    await emptied(driver)
    await done(runStatements(driver, createStatements(driver.dialect, resolved)))
    const models = modelsOf(resolved)
    await fillRows(driver, models, Object.fromEntries(rows.rows))
    return {
      ...sqlClient(models, driver, { statement: { prepare: false } }),
      name: schemaOf(models).models.size > 0 ? driver.dialect : 'empty',
    }
  }
