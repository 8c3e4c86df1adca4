/**
 * Checking a query against a schema: that every name is there and every operand fits.
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
 * What a query gives: the columns of its rows, and how far out it looks (1: not beyond its own rows).
 *
 * @since 0.1.0
 */
export interface Checked {
  readonly scope: Scope
  readonly reach: number
}

/**
 * Checks a query, and says of what columns its rows are.
 *
 * @since 0.1.0
 */
export const check: (schema: Schema, query: Query, parent?: Scopes | null) => E.Either<QueryError, Checked> =
  infer
