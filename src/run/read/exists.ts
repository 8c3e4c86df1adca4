import { total } from '../../value/total.js'
import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError, ReadError } from '../../value/QueryError.js'
import type { Client } from '../../client/Client.js'
import { existsIn } from '../../expression/predicates.js'
import type { Predicate } from '../../expression/Ref.js'
import { isQueryset } from '../../expression/toRef.js'
import { fold } from '../../query/fold.js'
import type { Query } from '../../query/Query.js'
import type { AnyQueryset, Queryset } from '../../queryset/Queryset.js'
import { meterFor } from '../../value/Meter.js'
import { allAtOnce } from '../../client/pages/pages.js'
import { budgetOf } from '../../client/within.js'
import { isExact } from '../../client/Support.js'
import { bare, inPages } from '../../plan/planCount.js'
import { planningAgain, rowsAgain } from '../../plan/planAgain.js'
import { fetchRows } from './fetchRows.js'
import { reading } from './reading.js'
import { planQuery } from '../../plan/planQuery.js'
import { type Plan } from '../../plan/Plan.js'

/**
 * Given a client: whether a queryset has any rows. Given a queryset, as a predicate: whether it has any rows, evaluated
 * for each row. Its callbacks can refer to the row around it.
 *
 * @example
 * import { autoId, belongsTo, exists, filter, pipe, schema, toArray } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ artist: { id: autoId }, album: { id: autoId, artist: belongsTo('artist') } })
 * const client = memory(models, { artist: [{ id: 1 }, { id: 2 }], album: [{ id: 1, artist: 2 }] })
 * console.log(await pipe(models.album, exists(client))()) // => { _tag: 'Right', right: true }
 * const recorded = pipe(models.artist, filter((a) => exists(pipe(models.album, filter((al) => al.artist.eq(a.id))))))
 * console.log(await pipe(recorded, toArray(client))()) // => { _tag: 'Right', right: [ { id: 2 } ] }
 *
 * @since 0.1.0
 */
export function exists<R, A, M>(query: Queryset<R, A, M>): Predicate
export function exists(
  client: Client,
): <R, A, M>(queryset: Queryset<R, A, M>) => TE.TaskEither<ReadError, boolean>
export function exists(given: Client | AnyQueryset): unknown {
  return isQueryset(given) ? existsIn(given) : hasRows(given)
}

const hasRow =
  (client: Client) =>
  (queryset: AnyQueryset): TE.TaskEither<QueryError, boolean> =>
  async () => {
    const planned = anyOf(client, queryset)
    if (E.isLeft(planned)) return planned
    const plan = planned.right
    // Most clients give a single row, which needs no generators.
    if (isForOne(plan)) {
      const rows = await allAtOnce(client, plan.walk, meterFor(client.name, budgetOf(client, plan.query)))
      return E.isLeft(rows) ? rows : E.right(rows.right.length > 0)
    }
    /* eslint-disable-next-line functional/no-loop-statements -- one turn a page, until there is a row */
    for await (const page of fetchRows(client, plan)) {
      if (E.isLeft(page)) return page
      if (page.right.length > 0) return E.right(true)
    }
    return E.right(false)
  }

/** Whether a plan asks for a single row, in one request. */
const isForOne = ({ residual, walk }: Plan): boolean =>
  residual === null && walk.by === 'once' && walk.most !== 0 && walk.query.slice?.limit === 1

const hasRows = total(
  'exists',
  2,
  'program',
  (client: Client) => (queryset: AnyQueryset) => reading(client, 'list')(hasRow(client)(queryset)),
)

const { plan: anyOf } = planningAgain<Plan>({
  ...rowsAgain,
  make: (client, queryset) =>
    E.flatMap(fold(queryset), (query: Query) =>
      // The first row is enough, so no page is requested ahead.
      E.map((plan: Plan): Plan => ({ ...plan, walk: { ...plan.walk, concurrency: 1 } }))(
        planAny(client, query),
      ),
    ),
})

/**
 * Any row is enough. If the client can give a single row, one is requested without an order. Otherwise rows are fetched
 * until there is one.
 */
const planAny = (client: Client, query: Query): E.Either<QueryError, Plan> => {
  const all = bare(query.slice === null ? undivided(query) : query)
  const { offset, limit } = all.slice ?? { offset: 0, limit: null }
  const slice = { offset, limit: Math.min(limit ?? 1, 1) }
  const any: Query = { ...all, order: [], reverse: false, slice }
  return isExact(client, any)
    ? planQuery(client, any)
    : inPages(client, all.slice === null ? all : { ...all, slice })
}

/** Groups and distinct rows exist if rows exist. A group of all rows exists in any case. */
const undivided = (query: Query): Query => ({
  ...query,
  distinct: false,
  distinctOn: null,
  group: query.group?.keys.length === 0 ? query.group : null,
})
