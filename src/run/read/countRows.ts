import { either as E, type taskEither as TE } from 'fp-ts'
import { meterFor } from '../../value/Meter.js'
import type { QueryError } from '../../value/QueryError.js'
import { ask, isCount } from '../../client/ask.js'
import type { Client } from '../../client/Client.js'
import { derive } from '../../client/derive.js'
import { budgetOf } from '../../client/within.js'
import type { Query } from '../../query/Query.js'
import type { AnyQueryset } from '../../queryset/Queryset.js'
import { planCount, planCountOf, type CountPlan } from '../../plan/planCount.js'
import { fetchRows } from './fetchRows.js'

/**
 * The number of rows of a query.
 *
 * @since 0.1.0
 */
export const countRows =
  (client: Client, query: Query): TE.TaskEither<QueryError, number> =>
  async () => {
    const counting = planCount(client, query)
    return E.isLeft(counting) ? counting : counted(client, query, counting.right)
  }

/**
 * The number of rows of a queryset.
 *
 * @since 0.2.0
 */
export const countOf =
  (client: Client, queryset: AnyQueryset): TE.TaskEither<QueryError, number> =>
  async () => {
    const counting = planCountOf(client, queryset)
    return E.isLeft(counting) ? counting : counted(client, counting.right.query, counting.right)
  }

const counted = async (
  client: Client,
  query: Query,
  { asked, plan }: CountPlan,
): Promise<E.Either<QueryError, number>> => {
  const meter = meterFor(client.name, budgetOf(client, query))
  if (asked !== null) return ask(client.name, 'count', () => derive(client).count(asked, meter), isCount)()
  /* eslint-disable-next-line functional/no-let -- counted by the loop below */
  let rows = 0
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a page, in bounded memory */
  for await (const page of fetchRows(client, plan, meter)) {
    if (E.isLeft(page)) return page
    rows += page.right.length
  }
  return E.right(rows)
}
