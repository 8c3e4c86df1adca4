/**
 * Clients that read their rows by the shape that is wanted, so that nobody has to check and copy each row once more.
 *
 * @since 0.2.0
 */
import type { either as E } from 'fp-ts'
import { marks } from '../value/marked.js'
import type { QueryError } from '../value/QueryError.js'
import type { Row } from '../value/Value.js'
import type { Query } from '../query/Query.js'
import type { Shape } from '../query/shape.js'
import type { Filled } from '../query/template.js'
import type { Client, Page } from './Client.js'

/**
 * New rows that nobody else holds, no more than the query asks for, with the canonical values of the shape. If a row
 * doesn't fit, the answer is the page as `list` gives it.
 *
 * @since 0.2.0
 */
export type Fitted = { readonly fitted: ReadonlyArray<Row> } | Page

/**
 * Answers a query, or what a template is filled to, with all its rows.
 *
 * @since 0.2.0
 */
export type ListFitted = (asked: Query | Filled, shape: Shape) => Promise<E.Either<QueryError, Fitted>>

const known = marks<Client['list'], ListFitted>()

/**
 * Says how a `list` answers with rows that fit. Middleware that replaces the `list` of a client leaves that behind.
 *
 * @since 0.2.0
 */
export const fitting = (list: Client['list'], own: ListFitted): Client['list'] => {
  known.set(list, own)
  return list
}

/**
 * How a client answers with rows that fit. `undefined` if it doesn't.
 *
 * @since 0.2.0
 */
export const fittedBy = ({ list }: Pick<Client, 'list'>): ListFitted | undefined => known.get(list)
