import type { either as E } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Client } from '../client/Client.js'
import type { Query } from '../query/Query.js'
import type { Shape } from '../query/shape.js'
import type { Forms, Plan } from './Plan.js'

/**
 * What is planned: a query of a client. `size` is the number of rows wanted at a time. `inner` plans a query inside it.
 *
 * @since 0.2.0
 */
export interface PlanInput {
  readonly client: Client
  readonly query: Query
  readonly shape: Shape
  readonly forms: Forms
  readonly size: number | null
  readonly inner: (client: Client, query: Query) => E.Either<QueryError, Plan>
}
