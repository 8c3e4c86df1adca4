import { either as E, taskEither as TE } from 'fp-ts'
import type { DialectName, Driver } from '../Driver.js'
import { render, sql, valuesAt, type Placeholder, type Sql } from '../Sql.js'
import { sqlError, type SqlError } from '../SqlError.js'

/** @since 0.2.0 */
export const placeholderOf = (dialect: DialectName): Placeholder =>
  dialect === 'postgres' ? 'dollar' : 'question'

/**
 * Runs a statement.
 *
 * @since 0.2.0
 */
export const runStatement = (driver: Driver, statement: Sql): ReturnType<Driver['query']> => {
  const { text, params } = render(placeholderOf(driver.dialect), statement)
  return driver.query(text, valuesAt(params, new Date().toISOString()), { prepare: false })
}

/**
 * Runs statements one after the other on one connection: together or not at all, unless the engine can't do that with changes
 * of the schema (MariaDB and MySQL can't). Where `unchecked` says so, SQLite, MariaDB and MySQL don't look at foreign keys
 * meanwhile; SQLite may look at them at the end.
 *
 * @since 0.2.0
 */
export const runStatements = (
  driver: Driver,
  statements: ReadonlyArray<Sql>,
  unchecked: false | 'unchecked' | 'checked at the end' = false,
): TE.TaskEither<SqlError, void> => {
  const all =
    (tx: Driver, some: ReadonlyArray<Sql>): TE.TaskEither<SqlError, void> =>
    async () => {
      /* eslint-disable-next-line functional/no-loop-statements -- one after the other */
      for (const statement of some) {
        const run = await runStatement(tx, statement)()
        if (E.isLeft(run)) return run
      }
      return E.right(undefined)
    }
  const { dialect } = driver
  if (unchecked === false || dialect === 'postgres')
    return driver.transaction({}, (tx) => all(tx, statements))
  if (dialect === 'sqlite')
    // Within a transaction it would do nothing.
    return async () => {
      const off = await all(driver, [sql`pragma foreign_keys = off`])()
      if (E.isLeft(off)) return off
      const run = await driver.transaction({}, (tx) => async () => {
        const done = await all(tx, statements)()
        return E.isLeft(done) || unchecked === 'unchecked' ? done : keysLead(tx)
      })()
      const on = await all(driver, [sql`pragma foreign_keys = on`])()
      return E.isLeft(run) ? run : on
    }
  return driver.transaction({}, (tx) => async () => {
    const run = await all(tx, [sql`set foreign_key_checks = 0`, ...statements])()
    const on = await all(tx, [sql`set foreign_key_checks = 1`])()
    return E.isLeft(run) ? run : on
  })
}

/** Whether each foreign key leads to a row. */
const keysLead = async (tx: Driver): Promise<E.Either<SqlError, void>> => {
  const stray = await tx.query('select "table" from pragma_foreign_key_check limit 1', [])()
  if (E.isLeft(stray)) return stray
  const [row] = stray.right.rows
  return row === undefined
    ? E.right(undefined)
    : E.left(sqlError('foreignKey', 'a foreign key leads to no row', { table: String(row[0]) }))
}
