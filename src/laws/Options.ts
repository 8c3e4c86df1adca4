/**
 * What a check is given.
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
 * A point of waiting: a client that awaits one before and after each thing that it asks of its backend (a request, a
 * statement, a read of a file) lets the check decide which of several calls goes on meanwhile, and have the backend
 * fail: then the promise is rejected. One that fails before the thing was asked for, left it undone; after that, only
 * the answer was lost.
 *
 * @since 0.1.0
 */
export type Io = () => Promise<void>

/**
 * Makes a client that has these rows: over a schema of the check's own, or the one that was given.
 *
 * @since 0.1.0
 */
export type Factory = (
  schema: Schema,
  rows: Store,
  io: Io,
) => Client | WritableClient | Promise<Client | WritableClient>

/**
 * - `client` is a client, or makes one.
 * - `schema` are its models. Only what makes clients can do without: then each case has a schema of its own.
 * - `reset` makes the client have these rows and no others. Without it, what makes no client is only read, as by
 *   `readOnly`, and held against the rows that it lists itself.
 * - `cases` is how many cases to try, 300 unless said otherwise; `timeLimit` ends the check after so many
 *   milliseconds. `seed` decides which cases.
 * - `areas` are the laws to check, all that the client can be held to unless said otherwise; `models` those of the
 *   schema to ask about.
 * - `against` is what answers are held against: the `reference`, which knows the rows and what was written, or the
 *   `laws` alone, which know nothing but what the client itself lists.
 * - `failures` is how many different failures to look for before it ends, 3 unless said otherwise.
 * - `discover` has it find out first what the client can do: the report's `manifest`. That only reads, and `timeLimit`
 *   doesn't end it. It asks at most eight questions about each lookup of each field, four about each order, about a
 *   hundred about each model and thirty besides; all that once over the rows that are there, or over up to three sets of
 *   rows where it can choose them. Each sort of fault that it finds is shrunk by 300 cases more at most.
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
