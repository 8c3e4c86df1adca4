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
import { stepsOf, type AnyQueryset, type Form } from '../queryset/Queryset.js'

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
  readonly forms: Forms
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
        forms: formsOf(queryset),
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
 * How the rows of a queryset are given, and those that come with them, by relation.
 *
 * @since 0.1.0
 */
export interface Forms {
  readonly form: Form
  readonly related: { readonly [relation: string]: Forms }
}

/**
 * The forms that a queryset's steps ask for.
 *
 * @since 0.1.0
 */
export const formsOf = (queryset: AnyQueryset): Forms => {
  const steps = stepsOf(queryset)
  const last = steps.findLast(({ _tag }) => _tag === 'values' || _tag === 'groupBy')
  return {
    form: last?._tag === 'values' ? last.form : 'record',
    related: Object.fromEntries(
      steps.flatMap((step) =>
        step._tag === 'prefetchRelated' ? [[step.relation, formsOf(step.query)] as const] : [],
      ),
    ),
  }
}
