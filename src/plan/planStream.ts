import { either as E } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import { cursorOf } from '../client/pages/cursor.js'
import type { Client } from '../client/Client.js'
import { fold } from '../query/fold.js'
import type { Query } from '../query/Query.js'
import { shapeOf, type Shape } from '../query/shape.js'
import type { AnyQueryset } from '../queryset/Queryset.js'
import { formsOf } from './formsOf.js'
import type { Plan } from './Plan.js'
import { planOf, planQuery, wholePlan, withinBudget } from './planQuery.js'

/**
 * Plans a queryset whose rows are read one after the other, with `size` rows in memory. A client with `stream` is asked
 * once, if it answers the whole query. Otherwise rows are fetched page by page.
 *
 * @since 0.2.0
 */
export const planStream = (client: Client, queryset: AnyQueryset, size: number): E.Either<QueryError, Plan> =>
  E.flatMap(fold(queryset), (query: Query) =>
    E.flatMap(shapeOf(client.schema, query), (shape: Shape) => {
      const walk = cursorOf(client, query, shape, size)
      if (walk === null) return planOf(client, queryset, size)
      const asking = { client, query, shape, forms: formsOf(queryset), size, inner: planQuery }
      return withinBudget(client, wholePlan(asking, walk))
    }),
  )

/**
 * The number of rows to hold at a time.
 *
 * @since 0.2.0
 */
export const sizeFor = (size: unknown): number =>
  typeof size === 'number' && size >= 1 ? Math.floor(size) : 1
