/**
 * Checks a query against a schema: every name exists and every operand fits.
 *
 * @since 0.1.0
 */
import type { either as E } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Schema } from '../schema/Schema.js'
import type { Scope, Scopes } from '../expression/Scope.js'
import { infer } from './infer.js'
import type { Query } from './Query.js'

/**
 * The result of a query: the columns of its rows, and how many levels of rows it refers to. 1 means only its own rows.
 *
 * @since 0.1.0
 */
export interface CheckedQuery {
  readonly scope: Scope
  readonly reach: number
}

/**
 * Checks a query, and gives the columns of its rows.
 *
 * @since 0.1.0
 */
export const check: (
  schema: Schema,
  query: Query,
  parent?: Scopes | null,
) => E.Either<QueryError, CheckedQuery> = infer
