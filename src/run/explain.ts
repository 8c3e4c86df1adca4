import { either as E } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Client } from '../client/Client.js'
import { printQuery } from '../query/print.js'
import type { AnyQueryset, Queryset } from '../queryset/Queryset.js'
import { plan, type Plan } from './plan.js'

/**
 * A plan, and how it reads.
 *
 * @since 0.1.0
 */
export interface Explanation {
  readonly plan: Plan
  readonly text: string
}

/**
 * What a queryset will ask of a client: the query, how its rows are fetched, and how many requests and rows that
 * takes at most. Nothing is asked.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { either as E } from 'fp-ts'
 * import { autoId, explain, field, filter, schema, slice } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const explained = pipe(models.genre, filter((g) => g.name.eq('Rock')), slice(0, 5), explain(memory(models, {})))
 * if (E.isRight(explained)) console.log(explained.right.text)
 * // => ask 'memory' in one request, 5 rows at most:
 * //      from genre
 * //      where name.eq('Rock')
 * //      order by id asc
 * //      rows 0 to 5
 *
 * @since 0.1.0
 */
export const explain =
  (client: Client) =>
  <R, A, M>(queryset: Queryset<R, A, M>): E.Either<QueryError, Explanation> =>
    E.map((planned: Plan): Explanation => ({ plan: planned, text: describe(planned) }))(
      plan(client, queryset as AnyQueryset),
    )

const describe = (planned: Plan): string => {
  const { walk, requests, rows } = planned
  const how =
    walk.by === 'once'
      ? 'in one request'
      : `${String(walk.size)} rows a request, by ${walk.by}${requests === null ? '' : `, ${String(requests)} requests at most`}`
  return [
    `ask '${planned.client}' ${how}${rows === null ? '' : `, ${String(rows)} rows at most`}:`,
    ...printQuery(planned.pushed).map((line) => `  ${line}`),
  ].join('\n')
}
