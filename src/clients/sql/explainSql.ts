/**
 * How a queryset is answered: the library's plan, the statement, and the engine's plan for it.
 *
 * @since 0.2.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Client } from '../../client/Client.js'
import { explain, type Explanation } from '../../plan/explain.js'
import type { Queryset } from '../../queryset/Queryset.js'
import { compileRows, type Target } from './compile.js'
import type { DialectName } from './Dialect.js'
import type { Answered, Driver } from './Driver.js'
import { failed } from './failed.js'
import { explaining, valuesAt } from './Sql.js'
import type { SqlError } from './SqlError.js'

/**
 * The library's plan with the engine's plan beneath it.
 *
 * - `text` has all of it, to read.
 * - `sql` is the statement that asks for the rows, with placeholders for its constants.
 * - `engine` is the engine's plan as the engine tells it, a line an entry: `EXPLAIN` of PostgreSQL, `EXPLAIN QUERY PLAN`
 *   of SQLite, `EXPLAIN FORMAT=JSON` of MariaDB, `EXPLAIN FORMAT=TREE` of MySQL.
 *
 * @since 0.2.0
 */
export interface SqlExplanation<A = unknown> extends Explanation<A> {
  readonly sql: string
  readonly engine: ReadonlyArray<string>
}

/**
 * Explains what a queryset asks of a database. The statement is planned, and isn't run.
 *
 * @since 0.2.0
 */
export const explainOn =
  (target: Target, driver: Driver, client: Client) =>
  <R, A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<QueryError, SqlExplanation<A>> => {
    const explained = explain(client)(queryset)
    if (E.isLeft(explained)) return TE.left(explained.left)
    const { plan, text } = explained.right
    const compiled = compileRows(target, plan.pushed)
    if (E.isLeft(compiled)) return TE.left(compiled.left)
    const statement = compiled.right
    const asked = driver.query(
      explaining(hows[target.dialect.name], statement),
      valuesAt(statement.params, new Date().toISOString()),
      // It is asked once.
      { prepare: false },
    )
    return TE.bimap(
      (error: SqlError) => failed(target.name, 'explain', error),
      ({ rows }: Answered): SqlExplanation<A> => {
        const engine = target.dialect.name === 'sqlite' ? indentedLines(rows) : textLines(rows)
        const beneath = [
          'as the statement',
          indented(statement.text),
          'which the engine plans so:',
          ...engine.map(indented),
        ]
        return { plan, text: [text, ...beneath].join('\n'), sql: statement.text, engine }
      },
    )(asked)
  }

const hows = {
  postgres: 'explain',
  sqlite: 'explain query plan',
  mariadb: 'explain format=json',
  mysql: 'explain format=tree',
} as const satisfies { readonly [D in DialectName]: string }

const indented = (line: string): string => `  ${line}`

const textLines = (rows: Answered['rows']): ReadonlyArray<string> =>
  rows.flatMap(([line]) => String(line).split('\n'))

/** SQLite tells the number of each line, and that of the line that it belongs to. */
const indentedLines = (rows: Answered['rows']): ReadonlyArray<string> => {
  const depths = new Map<string, number>()
  return rows.map(([id, parent, , line]) => {
    const depth = (depths.get(String(parent)) ?? -1) + 1
    depths.set(String(id), depth)
    return `${'  '.repeat(depth)}${String(line)}`
  })
}
