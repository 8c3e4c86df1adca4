import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Row } from '../../value/Value.js'
import type { Client, Page } from '../../client/Client.js'
import type { Query } from '../../query/Query.js'
import { fetchRows } from '../../run/read/fetchRows.js'
import { planQuery } from '../../plan/planQuery.js'

/**
 * The rows of a query that is too large to be asked as it is, by questions that aren't: `client` is asked these. `null`
 * where it can't be asked otherwise.
 *
 * @since 0.2.0
 */
export const answeredInParts = async (
  client: Client,
  query: Query,
): Promise<E.Either<QueryError, Page> | null> => {
  const planned = planQuery(client, query)
  if (E.isLeft(planned)) return planned
  if (planned.right.residual === null) return null
  const rows: Array<Row> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a page */
  for await (const page of fetchRows(client, planned.right)) {
    if (E.isLeft(page)) return page
    page.right.forEach((row) => rows.push(row))
  }
  return E.right({ rows, total: null })
}
