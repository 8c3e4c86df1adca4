/**
 * The options of a check.
 *
 * @since 0.1.0
 */
import type { taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Schema } from '../schema/Schema.js'
import type { AnyModels } from '../queryset/schema.js'
import type { Store } from '../engine/Store.js'
import type { Client, WritableClient } from '../client/Client.js'
import type { Rows } from './case/Rows.js'
import type { Area } from './report/Report.js'

/**
 * A waiting point. A client awaits one before and after each request to its backend: an HTTP request, a statement, a
 * read of a file. At a waiting point, the check decides which of several calls goes on, and can make the backend fail
 * by rejecting the promise. If the promise before a request is rejected, the request was not made. If the promise after
 * it is rejected, the request was carried out and only the answer was lost.
 *
 * @since 0.1.0
 */
export type Io = () => Promise<void>

/**
 * Creates a client that holds these rows, over the schema that was given or over a schema that the check generates.
 *
 * @since 0.1.0
 */
export type Factory = (
  schema: Schema,
  rows: Store,
  io: Io,
) => Client | WritableClient | Promise<Client | WritableClient>

/**
 * - `client` is a client, or a function that creates clients.
 * - `schema` holds the models. A function that creates clients doesn't need it: each case then has a generated schema.
 * - `reset` replaces all rows of the client. A client without `reset` that isn't created by a function is only read, as
 *   by `readOnly`. Its answers are compared with the rows that it lists itself.
 * - `cases` is the number of cases. The default is 300. `timeLimit` ends the check after that many milliseconds. `seed`
 *   determines the cases.
 * - `areas` are the areas of the laws to check. The default is every area that applies to the client. `models` are the
 *   models to query.
 * - `against` is what answers are compared with: the `reference`, which knows all rows and writes, or the `laws` alone,
 *   which know only what the client itself lists.
 * - `failures` is the number of different failures after which the check ends. The default is 3.
 * - `discover` first finds out what the client can do, which becomes the report's `manifest`. It only reads, and
 *   `timeLimit` doesn't end it. It makes at most eight queries for each lookup of each field, four for each sort order,
 *   about a hundred for each model, and thirty others. It does so once over the rows of the client, or over up to three
 *   sets of rows if it can choose them. Each kind of fault that it finds is shrunk by at most 300 further cases.
 *
 * @since 0.1.0
 */
export interface Options {
  readonly client: Client | WritableClient | Factory
  readonly schema?: AnyModels
  readonly reset?: (rows: Rows) => TE.TaskEither<QueryError, void>
  readonly cases?: number
  readonly timeLimit?: number
  readonly seed?: number
  readonly areas?: ReadonlyArray<Area>
  readonly models?: ReadonlyArray<string>
  readonly readOnly?: boolean
  readonly against?: 'reference' | 'laws'
  readonly failures?: number
  readonly discover?: boolean
}
