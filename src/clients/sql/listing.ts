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
import { fitting, type ListFitted } from '../../client/fitting.js'
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
 * Sends the statements of queries.
 *
 * @since 0.2.0
 */
export const asking =
  ({ name }: Target, driver: Driver, options: StatementOptions) =>
  async <A extends Statement>(
    operation: string,
    { ready }: Compiler<A>,
    asked: Query | Filled,
    now: string,
  ): Promise<E.Either<QueryError, Given<A>>> => {
    const made = ready(asked, now)
    if (E.isLeft(made)) return made
    const { statement, values } = made.right
    const answer = await driver.query(statement.text, values, options)()
    return E.isLeft(answer)
      ? E.left(failed(name, operation, answer.left))
      : E.right({ statement, rows: answer.right.rows })
  }

/**
 * A `list` that also reads rows by their shape.
 *
 * @since 0.2.0
 */
export const listing = (
  target: Target,
  driver: Driver,
  compiler: Compiler<Compiled>,
  options: StatementOptions,
): Client['list'] => {
  const { dialect } = target
  const ask = asking(target, driver, options)
  const pageOf = ({ slice }: Query, { statement, rows }: Given<Compiled>, now: string): Page => ({
    rows: rows.map((raw) => rowFrom(dialect, statement.parts, raw, now)),
    total: slice === null ? rows.length : null,
  })
  const list: Client['list'] = (query) => async () => {
    const now = nowText()
    const given = await ask('list', compiler, query, now)
    return E.isLeft(given) ? given : E.right(pageOf(query, given.right, now))
  }
  const listFitted: ListFitted = async (asked, shape) => {
    const now = nowText()
    const given = await ask('list', compiler, asked, now)
    if (E.isLeft(given)) return given
    const { statement, rows } = given.right
    const query = 'template' in asked ? asked.template.query : asked
    const fitted =
      rows.length > (query.slice?.limit ?? Infinity) ? null : readRows(dialect, statement.parts, shape, rows)
    return E.right(fitted === null ? pageOf(query, given.right, now) : { fitted })
  }
  return fitting(list, listFitted)
}
