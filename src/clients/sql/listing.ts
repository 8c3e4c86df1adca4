/**
 * Lists the rows of queries.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { nowText } from '../../value/now.js'
import type { QueryError } from '../../value/QueryError.js'
import type { Query } from '../../query/Query.js'
import type { Filled } from '../../query/template.js'
import type { Client, Page } from '../../client/Client.js'
import { fitting, type Fitted, type ListFitted } from '../../client/fitting.js'
import type { Compiled, Target } from './compile.js'
import type { Answered, Driver, StatementOptions } from './Driver.js'
import { failed } from './failed.js'
import { rowFrom } from './outputs.js'
import { readRows } from './readers.js'
import type { Compiler } from './shaped.js'
import type { Statement } from './Sql.js'

/** The rows of a statement, as the driver gives them. */
interface Given<A> {
  readonly statement: A
  readonly rows: Answered['rows']
}

/**
 * Sends the statements of queries, and passes what the driver gives through `finish`.
 *
 * @since 0.2.0
 */
export const asking =
  ({ name }: Target, driver: Driver, options: StatementOptions) =>
  async <A extends Statement, B>(
    operation: string,
    { ready }: Compiler<A>,
    asked: Query | Filled,
    finish: (given: Given<A>, now: string) => B,
  ): Promise<E.Either<QueryError, B>> => {
    const now = nowText()
    const made = ready(asked, now)
    if (E.isLeft(made)) return made
    const { statement, values } = made.right
    const answer = await driver.query(statement.text, values, options)()
    return E.isLeft(answer)
      ? E.left(failed(name, operation, answer.left))
      : E.right(finish({ statement, rows: answer.right.rows }, now))
  }

/**
 * A `list` that also reads rows by their shape.
 *
 * @since 0.2.0
 */
export const listing = (
  { dialect }: Target,
  compiler: Compiler<Compiled>,
  ask: ReturnType<typeof asking>,
): Client['list'] => {
  const pageOf = ({ slice }: Query, { statement, rows }: Given<Compiled>, now: string): Page => ({
    rows: rows.map((raw) => rowFrom(dialect, statement.parts, raw, now)),
    total: slice === null ? rows.length : null,
  })
  const list: Client['list'] = (query) => () =>
    ask('list', compiler, query, (given, now) => pageOf(query, given, now))
  const listFitted: ListFitted = (asked, shape) =>
    ask('list', compiler, asked, (given, now): Fitted => {
      const { statement, rows } = given
      const query = 'template' in asked ? asked.template.query : asked
      const isMore = rows.length > (query.slice?.limit ?? Infinity)
      const fitted = isMore ? null : readRows(dialect, statement.parts, shape, rows)
      return fitted === null ? pageOf(query, given, now) : { fitted }
    })
  return fitting(list, listFitted)
}
