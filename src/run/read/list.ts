import { either as E, ord as O, taskEither as TE } from 'fp-ts'
import type { QueryError, ReadError } from '../../value/QueryError.js'
import type { Client } from '../../client/Client.js'
import { fold } from '../../query/fold.js'
import type { Query } from '../../query/Query.js'
import type { AnyQueryset, Queryset, Step } from '../../queryset/Queryset.js'
import { byCost } from '../../plan/Cost.js'
import { countRows } from './countRows.js'
import { formsOf } from '../../plan/formsOf.js'
import { planOf, planQuery } from '../../plan/planQuery.js'
import { type Plan } from '../../plan/Plan.js'
import { gather } from '../run.js'
import { reading } from './reading.js'
import { unsliced } from './unsliced.js'
import { total } from '../../value/total.js'

const typedList =
  (client: Client) =>
  <R, A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<ReadError, Listed<A>> =>
  () =>
    // The rows are read by the shape that the queryset's type describes.
    reading(client, 'list')(() => listed(client, queryset))() as Promise<E.Either<ReadError, Listed<A>>>

/**
 * The rows of a queryset, and the total number of rows without its last slice. A table shows a page and a total in this
 * way.
 *
 * The total is requested only if the rows don't reveal it. They do if the page isn't full, or if the client can't
 * slice, so that all rows are fetched anyway.
 *
 * @example
 * import { autoId, list, pipe, schema, slice } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = memory(models, { genre: [{ id: 1 }, { id: 2 }, { id: 3 }] })
 * const page = await pipe(models.genre, slice(0, 1), list(client))()
 * console.log(page._tag === 'Right' && page.right) // => { rows: [ { id: 1 } ], total: 3 }
 *
 * @since 0.1.0
 */
export const list = total('list', 2, 'program', typedList)

interface Listed<A> {
  readonly rows: ReadonlyArray<A>
  readonly total: number
}

type SliceStep = Extract<Step, { readonly _tag: 'slice' }>

const listed = async (
  client: Client,
  queryset: AnyQueryset,
): Promise<E.Either<QueryError, Listed<unknown>>> => {
  const whole = fold(unsliced(queryset))
  const planned = planOf(client, queryset)
  if (E.isLeft(whole)) return whole
  if (E.isLeft(planned)) return planned
  const { step } = queryset
  if (step?._tag !== 'slice')
    return E.map((rows: ReadonlyArray<unknown>) => ({ rows, total: rows.length }))(
      await gather(client, planned.right),
    )
  const all = whole.right.slice === null ? allFor(client, queryset, planned.right) : null
  return all === null
    ? counted(client, planned.right, whole.right, step)
    : E.map((rows: ReadonlyArray<unknown>) => ({
        rows: rows.slice(step.start, step.stop ?? undefined),
        total: rows.length,
      }))(await gather(client, all))
}

/**
 * The plan for all rows, if it fetches as many as the plan for the slice. The client then does nothing for the slice.
 */
const allFor = (
  client: Client,
  queryset: AnyQueryset,
  { query, pushed, residual, ...cost }: Plan,
): Plan | null => {
  if (residual === null || residual.sieve !== null || pushed.slice !== null) return null
  // The order in which a slice is taken is kept.
  const all = planQuery(client, { ...query, slice: null }, formsOf(queryset))
  return E.isRight(all) && O.leq(byCost)(all.right, cost) ? all.right : null
}

/** The rows of the slice, and the total, which is counted if the slice doesn't reveal it. */
const counted = async (
  client: Client,
  planned: Plan,
  whole: Query,
  { start, stop }: SliceStep,
): Promise<E.Either<QueryError, Listed<unknown>>> => {
  const rows = await gather(client, planned)
  if (E.isLeft(rows)) return rows
  const { length } = rows.right
  const isLast = (stop === null || length < stop - start) && (length > 0 || start === 0)
  const total = isLast ? E.right(start + length) : await countRows(client, whole)()
  return E.map((n: number) => ({ rows: rows.right, total: n }))(total)
}
