/**
 * Plans: what will be asked of a client, before anything is.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Client } from '../client/Client.js'
import { walkOf, type Walk } from '../client/pages.js'
import { fold } from '../query/fold.js'
import type { Query } from '../query/Query.js'
import type { AnyQueryset, Form } from '../queryset/Queryset.js'

/**
 * How a queryset will be answered: the query that the client is asked, and the walk through its rows. `requests`
 * and `rows` are how many at most, `null` where that depends on the data.
 *
 * @since 0.1.0
 */
export interface Plan {
  readonly client: string
  readonly pushed: Query
  readonly walk: Walk
  readonly form: Form
  readonly requests: number | null
  readonly rows: number | null
}

/**
 * Plans a queryset for a client. `size` is how many rows to fetch at a time where the client has no limit.
 *
 * @since 0.1.0
 */
export const plan = (
  client: Client,
  queryset: AnyQueryset,
  size: number | null = null,
): E.Either<QueryError, Plan> =>
  E.chain((query: Query) =>
    E.map((walk: Walk): Plan => {
      const rows = query.slice?.limit ?? null
      return {
        client: client.name,
        pushed: query,
        walk,
        form: formOf(queryset),
        rows,
        requests:
          walk.by === 'once'
            ? 1
            : rows === null || walk.size === null
              ? null
              : Math.max(1, Math.ceil(rows / walk.size)),
      }
    })(walkOf(client, query, smaller(client.maxPerRequest ?? null, size))),
  )(fold(queryset))

const smaller = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b)

/**
 * How the rows of a queryset are given.
 *
 * @since 0.1.0
 */
export const formOf = (queryset: AnyQueryset): Form => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let at: AnyQueryset | null = queryset
  /* eslint-disable-next-line functional/no-loop-statements -- a queryset can have any number of steps */
  while (at !== null && at.step?._tag !== 'values' && at.step?._tag !== 'groupBy') at = at.source
  return at?.step?._tag === 'values' ? at.step.form : 'record'
}
