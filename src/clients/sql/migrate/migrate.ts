import { either as E, taskEither as TE } from 'fp-ts'
import { autoId, field as fields } from '../../../schema/Field.js'
import { schema, schemaOf, type AnyModels } from '../../../queryset/schema.js'
import type { DialectName, Driver } from '../Driver.js'
import { introspect } from '../introspect/introspect.js'
import { createStatements, quoteOf } from '../schema/ddl.js'
import { runStatements } from '../schema/runStatements.js'
import { sameNames, tablesOf, type TableNames } from '../schema/tablesOf.js'
import type { Tables } from '../schema/Tables.js'
import { ident, join, param, sql, type Sql } from '../Sql.js'
import type { SqlError } from '../SqlError.js'
import { diff, type DiffOptions } from './diff.js'
import { statementsOf } from './statements.js'
import { demandOf, describeStep, lossOf, type Step } from './Step.js'

/**
 * The changes that a database needs to hold some models.
 *
 * - `steps` can be described by `describeStep`, and printed by `sqlOf` and `kyselyOf`.
 * - `losses` describes the data that is lost.
 * - `demands` describes conditions on the existing rows. If they aren't met, the migration fails and changes nothing.
 *   (MariaDB and MySQL keep the steps before the one that failed.)
 *
 * @since 0.2.0
 */
export interface Migration {
  readonly dialect: DialectName
  readonly from: Tables
  readonly to: Tables
  readonly steps: ReadonlyArray<Step>
  readonly statements: ReadonlyArray<Sql>
  readonly losses: ReadonlyArray<string>
  readonly demands: ReadonlyArray<string>
}

/**
 * Options of a migration.
 *
 * - `names` are the names of tables and columns, if they differ from those of the models.
 * - `allowLoss` allows the steps to lose data.
 * - `renamed` and `keep` are those of `diff`.
 *
 * @since 0.2.0
 */
export interface MigrateOptions extends DiffOptions {
  readonly names?: TableNames
  readonly allowLoss?: boolean
}

/**
 * A migration would lose data, and that wasn't allowed. Nothing was changed.
 *
 * @since 0.2.0
 */
export interface MigrationRefused {
  readonly _tag: 'MigrationRefused'
  readonly losses: ReadonlyArray<string>
  readonly message: string
  readonly hint: string
}

/**
 * The table in which migrations are recorded.
 *
 * @since 0.2.0
 */
export const journal = 'queryset_migration'

const records = schema({
  [journal]: { id: autoId, applied: fields.text({ maxLength: 24 }), steps: fields.text() },
})

/**
 * Plans the changes that a database needs to hold some models. Nothing is changed.
 *
 * @example
 * import { autoId, field, schema } from 'queryset-ts'
 * import { driverOf, onlyOne, sqlError, planMigration, stepsOf } from 'queryset-ts/sql'
 * const models = schema({ genre: { id: autoId, name: field.text({ maxLength: 40 }) } })
 * // A database that has no tables, and forgets what it is told.
 * const driver = driverOf(
 *   onlyOne(
 *     { dialect: 'sqlite', errorOf: () => sqlError('failed', 'it failed'), close: () => Promise.resolve() },
 *     { query: () => Promise.resolve({ rows: [], affected: 0 }) },
 *   ),
 * )
 * const migration = await planMigration(models, driver)()
 * if (migration._tag === 'Right') console.log(stepsOf(migration.right)) // => make the table genre
 *
 * @since 0.2.0
 */
export const planMigration = (
  models: AnyModels,
  driver: Driver,
  options: MigrateOptions = {},
): TE.TaskEither<SqlError, Migration> =>
  TE.map((there: Tables) => migrationFrom(models, driver, there, options))(introspect(driver))

const migrationFrom = (
  models: AnyModels,
  { dialect }: Driver,
  there: Tables,
  { names = sameNames, renamed, keep }: MigrateOptions,
): Migration => {
  const from = there.filter(({ name }) => name !== journal)
  const to = tablesOf(dialect, schemaOf(models), names)
  const steps = diff(from, to, {
    ...(renamed === undefined ? {} : { renamed }),
    ...(keep === undefined ? {} : { keep }),
  })
  return {
    dialect,
    from,
    to,
    steps,
    statements: statementsOf(dialect, from, steps),
    losses: steps.flatMap((step) => lossOf(step) ?? []),
    demands: steps.flatMap((step) => demandOf(step) ?? []),
  }
}

/**
 * Changes a database so that it holds some models, and records the steps in the table `queryset_migration`.
 *
 * PostgreSQL and SQLite do all steps or none. MariaDB and MySQL can't undo a change of a table. If a migration fails there,
 * the steps before the failed one are done, and the next migration continues from there. Steps that lose data are refused
 * unless `allowLoss` is set.
 *
 * @example
 * import { PGlite } from '@electric-sql/pglite'
 * import { autoId, field, schema } from 'queryset-ts'
 * import { describeStep, migrate } from 'queryset-ts/sql'
 * import { pgliteDriver } from 'queryset-ts/sql/pglite'
 * const models = schema({ genre: { id: autoId, name: field.text({ maxLength: 40 }) } })
 * const driver = pgliteDriver(new PGlite())
 * const done = await migrate(models, driver)()
 * if (done._tag === 'Right') console.log(done.right.steps.map(describeStep)) // => [ 'make the table genre' ]
 * await driver.close()
 *
 * @since 0.2.0
 */
export const migrate =
  (
    models: AnyModels,
    driver: Driver,
    options: MigrateOptions = {},
  ): TE.TaskEither<SqlError | MigrationRefused, Migration> =>
  async () => {
    const there = await introspect(driver)()
    if (E.isLeft(there)) return there
    const migration = migrationFrom(models, driver, there.right, options)
    const { steps, losses, statements } = migration
    if (losses.length > 0 && options.allowLoss !== true) return E.left(refusedFor(losses))
    if (steps.length === 0) return E.right(migration)
    const known = there.right.some(({ name }) => name === journal)
    const recorded = [
      ...(known ? [] : createStatements(driver.dialect, schemaOf(records))),
      record(driver, steps),
    ]
    return E.map(() => migration)(
      await runStatements(driver, [...statements, ...recorded], 'checked at the end')(),
    )
  }

const refusedFor = (losses: ReadonlyArray<string>): MigrationRefused => ({
  _tag: 'MigrationRefused',
  losses,
  message: `the migration would lose ${losses.join('; ')}`,
  hint: 'Allow it with `allowLoss`, or by the command with `--allow-loss`; say with `renamed` what has another name now.',
})

const record = ({ dialect }: Driver, steps: ReadonlyArray<Step>): Sql => {
  const q = quoteOf(dialect)
  const names = join(['applied', 'steps'].map((name) => ident(q, name)))
  const values = [new Date().toISOString(), JSON.stringify(steps.map(describeStep))].map((each) =>
    param(each),
  )
  return sql`insert into ${ident(q, journal)} (${names}) values (${join(values)})`
}
