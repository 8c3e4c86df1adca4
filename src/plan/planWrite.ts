import { either as E } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Model } from '../schema/Schema.js'
import { checkMutation } from '../query/checkMutation.js'
import { rowsToWrite, type Mutation } from '../query/Mutation.js'
import { doesAtOnce } from '../client/atOnce.js'
import type { Guard } from '../client/Budget.js'
import type { WritableClient } from '../client/Client.js'
import { guardOf, lessGuarded } from '../client/together.js'
import { planQuery } from './planQuery.js'
import { type Plan } from './Plan.js'
import { total } from '../value/total.js'

/**
 * How a mutation will be carried out. Nothing has been requested or written yet.
 *
 * - `guard` is how it is guarded against other writers.
 * - `whole` says whether the client receives all of it in one call.
 * - `find` is the plan that finds the rows of an update or a delete first, or `null` if that isn't needed. Further
 *   lookups, of unique values and of rows that are deleted too, depend on these rows.
 *
 * @since 0.2.0
 */
export interface WritePlan {
  readonly client: string
  readonly mutation: Mutation
  readonly guard: Guard
  readonly whole: boolean
  readonly find: Plan | null
}

const typedPlanWrite =
  (client: WritableClient) =>
  (mutation: Mutation): E.Either<QueryError, WritePlan> =>
    E.flatMap(checkMutation(client.schema, mutation), (model: Model): E.Either<QueryError, WritePlan> => {
      const planned = { client: client.name, mutation }
      if (doesAtOnce(client, mutation))
        return E.right({ ...planned, guard: 'atomic', whole: true, find: null })
      const refused = lessGuarded(client)
      if (refused !== null) return E.left(refused)
      const byKey = { ...planned, guard: guardOf(client), whole: false }
      if (mutation._tag === 'insert') return E.right({ ...byKey, find: null })
      const set = mutation._tag === 'update' ? mutation.set : []
      return E.map((find: Plan): WritePlan => ({ ...byKey, find }))(
        planQuery(client, rowsToWrite(mutation.query, model.primaryKey, set)),
      )
    })

/**
 * Plans a mutation for a client: whether it is sent whole, and how it is guarded. If the mutation has a mistake, or if
 * the client's guard is weaker than its budget asks for, the result is a `Left`. `explainWrite` turns the plan into
 * text.
 *
 * @example
 * import { either as E } from 'fp-ts'
 * import { autoId, field, foldUpdate, pipe, planWrite, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ counter: { id: autoId, n: field.int() } })
 * const { name, schema: known, list, create, update, delete: remove } = memory(models, {})
 * const increment = pipe(models.counter, foldUpdate((c) => ({ n: c.n.plus(1) })))
 * const planned = pipe(increment, E.chain(planWrite({ name, schema: known, list, create, update, delete: remove })))
 * if (E.isRight(planned)) console.log(planned.right.whole, planned.right.guard) // => false by turns
 *
 * @since 0.2.0
 */
export const planWrite = total('planWrite', 2, 'answer', typedPlanWrite)
