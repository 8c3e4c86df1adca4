import type { either as E } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import { optionsOf } from '../value/optionsOf.js'
import { total } from '../value/total.js'
import type { Client } from '../client/Client.js'
import type { Queryset } from '../queryset/Queryset.js'
import type { Plan } from './Plan.js'
import { planOf } from './planQuery.js'
import { planStream, sizeFor } from './planStream.js'

/**
 * What a plan is for. `size` is the number of rows at a time, as `stream` has it. Without it, all rows are wanted at once.
 *
 * @since 0.2.0
 */
export interface PlanOptions {
  readonly size?: number
}

const typedPlan =
  (client: Client, options: PlanOptions = {}) =>
  <R, A, M>(queryset: Queryset<R, A, M>): E.Either<QueryError, Plan<A>> => {
    const { size } = optionsOf(options)
    const planned =
      size === undefined ? planOf(client, queryset) : planStream(client, queryset, sizeFor(size))
    // The plan reads rows by the shape that the queryset's type describes.
    return planned as E.Either<QueryError, Plan<A>>
  }

/**
 * Plans a queryset for a client: what the client will be asked, what will be done here, and the largest number of
 * requests and rows. Nothing is requested. `run` carries out a plan. `explain` gives it as text. With `size`, it is the plan
 * of `stream` with that size.
 *
 * If the queryset has a mistake, or costs more than the client's budget allows, the result is a `Left`.
 *
 * @example
 * import { either as E } from 'fp-ts'
 * import { autoId, pipe, plan, schema, slice } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const planned = pipe(models.genre, slice(0, 5), plan(memory(models, {})))
 * if (E.isRight(planned)) console.log(planned.right.requests, planned.right.rows, planned.right.residual) // => 1 5 null
 *
 * @since 0.1.0
 */
export const plan = total('plan', 2, 'answer', typedPlan)
