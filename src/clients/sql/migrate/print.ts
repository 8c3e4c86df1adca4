/**
 * Migrations as text.
 *
 * @since 0.2.0
 */
import type { DialectName, SqlValue } from '../Driver.js'
import { piecesOf, valuesAt, type Sql } from '../Sql.js'
import { diff } from './diff.js'
import type { Migration } from './migrate.js'
import { statementsOf } from './statements.js'
import { demandOf, describeStep, lossOf } from './Step.js'

/**
 * The steps of a migration, one on each line. Their losses and demands are below them.
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
 * A migration as a SQL script, for people. Use `migrate` to run it.
 *
 * @since 0.2.0
 */
export const sqlOf = ({ statements }: Migration): string =>
  statements.map((each) => `${asSql(each)};\n`).join('')

const asSql = (statement: Sql): string => {
  const { texts, values } = pieces(statement)
  return texts.map((text, i) => (i === 0 ? text : `${literal(values[i - 1] ?? null)}${text}`)).join('')
}

const pieces = (
  statement: Sql,
): { readonly texts: ReadonlyArray<string>; readonly values: ReadonlyArray<SqlValue> } => {
  const { texts, params } = piecesOf(statement)
  return { texts, values: valuesAt(params, new Date().toISOString()) }
}

const literal = (value: SqlValue): string => {
  if (value === null) return 'null'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return `'${text.replaceAll("'", "''")}'`
}

/**
 * A migration as a module for kysely's Migrator, with its reverse. Values that the migration loses are not restored.
 *
 * @since 0.2.0
 */
export const kyselyOf = (dialect: DialectName, { from, to, steps, statements }: Migration): string => {
  const after = [...from.filter(({ name }) => !to.some((table) => table.name === name)), ...to]
  const known = new Set(from.map(({ name }) => name))
  const back = diff(after, from, { keep: (table) => known.has(table) })
  const run = (all: ReadonlyArray<Sql>): string =>
    all.map((each) => `  await sql\`${asTemplate(each)}\`.execute(db)\n`).join('')
  return `import { sql, type Kysely } from 'kysely'

${steps.map((step) => `// ${describeStep(step).replaceAll(/[\r\n]/gu, ' ')}\n`).join('')}export const up = async (db: Kysely<unknown>): Promise<void> => {
${run(statements)}}

export const down = async (db: Kysely<unknown>): Promise<void> => {
${run(statementsOf(dialect, after, back))}}
`
}

const asTemplate = (statement: Sql): string => {
  const { texts, values } = pieces(statement)
  const escaped = texts.map((text) => text.replaceAll(/[\\`]|\$\{/gu, '\\$&'))
  return escaped
    .map((text, i) => (i === 0 ? text : `\${${JSON.stringify(values[i - 1] ?? null)}}${text}`))
    .join('')
}
