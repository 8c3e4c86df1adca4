import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import { ask, isCount } from '../client/ask.js'
import type { Client } from '../client/Client.js'
import { derive } from '../client/derive.js'
import { fold } from '../query/fold.js'
import type { Query } from '../query/Query.js'
import type { Queryset } from '../queryset/Queryset.js'
import { fetchRows } from './fetchRows.js'
import { planQuery, type Plan } from './plan.js'

/**
 * How many rows a queryset has.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, count, filter, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = memory(models, { genre: [{ id: 1 }, { id: 2 }, { id: 3 }] })
 * console.log(await pipe(models.genre, filter((g) => g.id.gt(1)), count(client))()) // => { _tag: 'Right', right: 2 }
 *
 * @since 0.1.0
 */
export const count =
  (client: Client) =>
  <R, A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<QueryError, number> =>
  async () => {
    const planned = E.flatMap(fold(queryset), (query: Query) =>
      planQuery(client, { ...query, related: [], fields: null }),
    )
    return E.isLeft(planned) ? planned : countOf(client, planned.right)
  }

const countOf = async (client: Client, planned: Plan): Promise<E.Either<QueryError, number>> => {
  if (planned.residual === null)
    return ask(client.name, 'count', () => derive(client).count(planned.query), isCount)()
  const counted = { rows: 0 }
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a page */
  for await (const page of fetchRows(client, planned)) {
    if (E.isLeft(page)) return page
    counted.rows += page.right.length
  }
  return E.right(counted.rows)
}
