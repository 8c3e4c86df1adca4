/**
 * Migrations as text.
 *
 * @since 0.2.0
 */
import type { DialectName, SqlValue } from '../Driver.js'
import { piecesOf, valuesAt, type Sql } from '../Sql.js'
import { diff } from './diff.js'
import { settingsOf } from '../drivers/session.js'
import { literal } from './literal.js'
import type { Migration } from './migrate.js'
import { statementsOf } from './statements.js'
import { demandOf, describeStep, lossOf } from './Step.js'

/**
 * The steps of a migration, one on each line. Their losses and demands are below them.
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
export const stepsOf = ({ steps }: Migration): string =>
  steps.length === 0
    ? 'nothing to do'
    : steps
        .flatMap((step) => {
          const [loss, demand] = [lossOf(step), demandOf(step)]
          return [
            describeStep(step),
            ...(loss === null ? [] : [`  loses ${loss}`]),
            ...(demand === null ? [] : [`  needs: ${demand}`]),
          ]
        })
        .join('\n')

/**
 * A migration as a SQL script, for people and for the engines' command line tools. Use `migrate` to run it from a program.
 * The script begins with the settings that `migrate` has, so it makes the same tables and values in any session.
 *
 * @example
 * import { autoId, field, schema } from 'queryset-ts'
 * import { driverOf, onlyOne, sqlError, planMigration, sqlOf } from 'queryset-ts/sql'
 * const models = schema({ genre: { id: autoId, name: field.text({ maxLength: 40 }) } })
 * // A database that has no tables, and forgets what it is told.
 * const driver = driverOf(
 *   onlyOne(
 *     { dialect: 'sqlite', errorOf: () => sqlError('failed', 'it failed'), close: () => Promise.resolve() },
 *     { query: () => Promise.resolve({ rows: [], affected: 0 }) },
 *   ),
 * )
 * const migration = await planMigration(models, driver)()
 * if (migration._tag === 'Right') console.log(sqlOf(migration.right).includes('create table "genre"')) // => true
 *
 * @since 0.2.0
 */
export const sqlOf = ({ dialect, statements }: Migration): string => {
  const { before, after } = around[dialect]
  return statements.length === 0
    ? ''
    : [...before, ...statements.map((each) => asSql(dialect, each)), ...after]
        .map((each) => `${each};\n`)
        .join('')
}

/** The settings of a script. SQLite would refuse to drop a table that others point to, or delete their rows. */
const around: {
  readonly [D in DialectName]: Readonly<Record<'before' | 'after', ReadonlyArray<string>>>
} = {
  postgres: {
    before: ["set client_encoding = 'UTF8'", "set TimeZone = 'UTC'", "set DateStyle = 'ISO, YMD'"],
    after: [],
  },
  sqlite: { before: ['pragma foreign_keys = off'], after: ['pragma foreign_keys = on'] },
  mariadb: { before: [settingsOf('mariadb')], after: [] },
  mysql: { before: [settingsOf('mysql')], after: [] },
}

const asSql = (dialect: DialectName, statement: Sql): string => {
  const { texts, values } = pieces(statement)
  return texts
    .map((text, i) => (i === 0 ? text : `${literal(dialect, values[i - 1] ?? null)}${text}`))
    .join('')
}

const pieces = (
  statement: Sql,
): { readonly texts: ReadonlyArray<string>; readonly values: ReadonlyArray<SqlValue> } => {
  const { texts, params } = piecesOf(statement)
  return { texts, values: valuesAt(params, new Date().toISOString()) }
}

/**
 * A migration as a module for kysely's Migrator, with its reverse. Values that the migration loses are not restored.
 *
 * @example
 * import { autoId, field, schema } from 'queryset-ts'
 * import { driverOf, onlyOne, sqlError, kyselyOf, planMigration } from 'queryset-ts/sql'
 * const models = schema({ genre: { id: autoId, name: field.text({ maxLength: 40 }) } })
 * // A database that has no tables, and forgets what it is told.
 * const driver = driverOf(
 *   onlyOne(
 *     { dialect: 'sqlite', errorOf: () => sqlError('failed', 'it failed'), close: () => Promise.resolve() },
 *     { query: () => Promise.resolve({ rows: [], affected: 0 }) },
 *   ),
 * )
 * const migration = await planMigration(models, driver)()
 * if (migration._tag === 'Right') console.log(kyselyOf(migration.right).startsWith('import { sql, type Kysely }')) // => true
 *
 * @since 0.2.0
 */
export const kyselyOf = ({ dialect, from, to, steps, statements }: Migration): string => {
  const after = [...from.filter(({ name }) => !to.some((table) => table.name === name)), ...to]
  const known = new Set(from.map(({ name }) => name))
  const back = diff(after, from, { keep: (table) => known.has(table) })
  const run = (all: ReadonlyArray<Sql>): string =>
    all.map((each) => `  await sql\`${asTemplate(each)}\`.execute(db)\n`).join('')
  return `import { sql, type Kysely } from 'kysely'

${steps.map((step) => `// ${describeStep(step).replaceAll(/[\r\n\u2028\u2029]/gu, ' ')}\n`).join('')}export const up = async (db: Kysely<unknown>): Promise<void> => {
${run(statements)}}

export const down = async (db: Kysely<unknown>): Promise<void> => {
${run(statementsOf(dialect, after, back))}}
`
}

const asTemplate = (statement: Sql): string => {
  const { texts, values } = pieces(statement)
  const escaped = texts.map((text) => text.replaceAll(/[\\`]|\$\{/gu, '\\$&').replaceAll('\r', '\\r'))
  return escaped
    .map((text, i) => (i === 0 ? text : `\${${JSON.stringify(values[i - 1] ?? null)}}${text}`))
    .join('')
}
