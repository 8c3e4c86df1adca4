/**
 * Clients: what a backend can be asked, as a record of functions.
 *
 * An author supplies what the backend does well; the rest is derived (see `derive`). Whatever a client returns is
 * decoded by the model's codecs before anyone sees it, so that a client needn't trust its backend.
 *
 * @since 0.1.0
 */
import type { taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Json } from '../value/Value.js'
import type { Schema } from '../schema/Schema.js'
import type { Query } from '../query/Query.js'

/**
 * Some rows, as the backend gave them: objects by column name. `total` is how many rows the query has without its
 * slice, or `null` where that isn't known.
 *
 * @since 0.1.0
 */
export interface Page {
  readonly rows: ReadonlyArray<unknown>
  readonly total: number | null
}

/**
 * What a client must and may bring for reading.
 *
 * - `list` answers a query with its rows, and with the total before slicing where the backend knows it. Rows come
 *   in the query's order.
 * - `count` tells how many rows a query has. Without it, they are counted by `list`.
 * - `getPks` gives the primary keys of a query's rows, in their order. Without it, they are taken from `list`.
 * - `maxPerRequest` is how many rows the backend gives at once, at most; longer answers are fetched in chunks.
 * - `setup` and `close` are called by whoever owns the client, before the first use and after the last.
 *
 * Each function is called with a query that has been folded and checked against `schema`. A `Left` is a
 * `ClientFailed` or `Unsupported`; a function that throws or rejects is taken for `ClientFailed`.
 *
 * @since 0.1.0
 */
export interface Client {
  readonly name: string
  readonly schema: Schema
  readonly list: (query: Query) => TE.TaskEither<QueryError, Page>
  readonly count?: (query: Query) => TE.TaskEither<QueryError, number>
  readonly getPks?: (query: Query) => TE.TaskEither<QueryError, ReadonlyArray<Json>>
  readonly maxPerRequest?: number
  readonly setup?: TE.TaskEither<QueryError, void>
  readonly close?: TE.TaskEither<QueryError, void>
}

/**
 * A client with everything that can be derived.
 *
 * @since 0.1.0
 */
export interface FullClient extends Required<Omit<Client, 'maxPerRequest'>> {
  /** `null` where there is no limit. */
  readonly maxPerRequest: number | null
}
