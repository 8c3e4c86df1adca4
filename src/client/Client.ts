/**
 * Clients: what a backend can be asked, as a record of functions.
 *
 * An author supplies what the backend does well; the rest is derived (see `derive`). Whatever a client returns is
 * decoded by the model's codecs before anyone sees it, so that a client needn't trust its backend.
 *
 * @since 0.1.0
 */
import type { taskEither as TE } from 'fp-ts'
import type { Meter } from '../value/Meter.js'
import type { QueryError } from '../value/QueryError.js'
import type { Json, Row } from '../value/Value.js'
import type { Schema } from '../schema/Schema.js'
import type { Mutated, Mutation } from '../query/Mutation.js'
import type { Query } from '../query/Query.js'
import type { Change } from '../query/Write.js'
import type { Budget } from './Budget.js'
import type { Support } from './Support.js'

/**
 * Some rows, as the backend gave them: objects by column name. `total` is how many rows the query has without its
 * slice, or `null` where that isn't known. `more` says that the backend ended the page before as many rows as were
 * asked for, by a limit of its own (rows, bytes, time), and that there may be more: the next page is asked for from there.
 * Such a page has one row at least. `places` say where its rows are stored: errors tell it.
 *
 * @since 0.1.0
 */
export interface Page {
  readonly rows: ReadonlyArray<unknown>
  readonly total: number | null
  readonly more?: boolean
  readonly places?: ReadonlyArray<PagePlace>
}

/**
 * Where rows of a page are stored: those from `from` on, counted in the page, up to the next place. The first of them is
 * number `row` there.
 *
 * @since 0.2.0
 */
export interface PagePlace {
  readonly from: number
  readonly row: number
  readonly of: string
}

/**
 * What a client must and may bring for reading.
 *
 * - `list` answers a query with its rows, and with the total before slicing where the backend knows it. Rows come
 *   in the query's order.
 * - `count` tells how many rows a query has. Without it, they are counted by `list`.
 * - `getPks` gives the primary keys of a query's rows, in their order. Without it, they are taken from `list`.
 * - `maxPerRequest` is how many rows the backend gives at once, at most; longer answers are fetched in chunks.
 * - `support` says what the client can answer. Without it, `list` is given whole queries, whatever they ask; with it,
 *   only what it says that it understands, and the rest is evaluated here.
 * - `budget` is what a question may cost, or a write (see `within`). The reading functions and `write` are given a `meter`
 *   with what is left of its steps and bytes: one that evaluates queries in this process counts by it, one that passes
 *   questions on passes it on too, and others needn't take it.
 * - `softDeletes` names models whose rows stay stored when they are deleted (see `scope`). What links them stays too.
 * - `setup` and `close` are called by whoever owns the client, before the first use and after the last.
 * - `elsewhere` is for a client that checks foreign keys: `route` calls it with the models that are on other clients.
 *   From then on the client accepts foreign keys to them, and the route checks these.
 *
 * Each function is called with a query that has been folded and checked against `schema`. A `Left` is a
 * `ClientFailed` or `Unsupported`; a function that throws or rejects is taken for `ClientFailed`.
 *
 * @since 0.1.0
 */
export interface Client {
  readonly name: string
  readonly schema: Schema
  readonly list: (query: Query, meter?: Meter) => TE.TaskEither<QueryError, Page>
  readonly count?: (query: Query, meter?: Meter) => TE.TaskEither<QueryError, number>
  readonly getPks?: (query: Query, meter?: Meter) => TE.TaskEither<QueryError, ReadonlyArray<Json>>
  readonly maxPerRequest?: number
  readonly support?: Support
  readonly budget?: Budget
  readonly softDeletes?: ReadonlyArray<string>
  readonly setup?: TE.TaskEither<QueryError, void>
  readonly close?: TE.TaskEither<QueryError, void>
  readonly elsewhere?: (models: ReadonlyArray<string>) => void
}

/**
 * A client with everything that can be derived.
 *
 * @since 0.1.0
 */
export interface FullClient extends Required<
  Omit<Client, 'maxPerRequest' | 'budget' | 'softDeletes' | 'support' | 'elsewhere'>
> {
  readonly support?: Support
  readonly budget?: Budget
  /** `null` where there is no limit. */
  readonly maxPerRequest: number | null
}

/**
 * A client that writes, with everything that can be derived; it may be used like any other.
 *
 * @since 0.1.0
 */
export type FullWritableClient = WritableClient &
  Required<Omit<Client, 'maxPerRequest' | 'budget' | 'softDeletes' | 'support' | 'elsewhere'>> &
  SingleWrites &
  BulkWrites

/**
 * Writing a row at a time.
 *
 * - `create` makes a row and gives it as it is stored: with its key, if the backend counts that up (it is `null`
 *   then).
 * - `update` changes some columns of the row with a key, `delete` deletes it; both tell whether there was such a
 *   row. A client whose `checks` is `true` is given `expect` where it matters: values, by column, that the row must
 *   still have. Where it has others, or is gone, the answer is a `Conflict` and nothing is written. `repeatable` is for
 *   middleware that tries again: see `Change`.
 *
 * A key or unique value that is taken is a `Conflict`. Of a call that ended in a `Left` which is `retryable` (a
 * time-out, a lost connection) it isn't known whether it was done.
 *
 * @since 0.1.0
 */
export interface SingleWrites {
  readonly create: (model: string, row: Row) => TE.TaskEither<QueryError, Row>
  readonly update: (
    model: string,
    key: Json,
    set: Row,
    expect?: Row,
    repeatable?: boolean,
  ) => TE.TaskEither<QueryError, boolean>
  readonly delete: (model: string, key: Json, expect?: Row) => TE.TaskEither<QueryError, boolean>
}

/**
 * Writing many rows at once, each call whole or not at all. `createBulk` gives the rows as they are stored, in the
 * order given; the others tell how many rows there were. The changes of `updateBulk` have an `expect` where it matters,
 * for clients whose `checks` is `true`: the `Conflict` then tells of each row in its `errors`, by the place of the change.
 *
 * @since 0.1.0
 */
export interface BulkWrites {
  readonly createBulk: (
    model: string,
    rows: ReadonlyArray<Row>,
  ) => TE.TaskEither<QueryError, ReadonlyArray<Row>>
  readonly updateBulk: (model: string, changes: ReadonlyArray<Change>) => TE.TaskEither<QueryError, number>
  readonly deleteBulk: (model: string, keys: ReadonlyArray<Json>) => TE.TaskEither<QueryError, number>
}

/**
 * A client that writes. For each operation it brings the function for one row, or that for many, or both; what is
 * missing at both ends doesn't compile. `transaction` runs a program whose writes are done together, if it succeeds,
 * or not at all; within it, another one is a part of it that can fail alone. What a program reads in it must hold until
 * it ends (as PostgreSQL's `SERIALIZABLE` has it).
 *
 * `checks` says that `update`, `updateBulk` and `delete` heed `expect`, as a backend with `If-Match` or a version column
 * can. Without a transaction and without it, writes that depend on what is stored take turns within the process.
 *
 * `write` does whole mutations at once, several together or not at all, and gives what each of them did. It takes
 * precedence over the functions by key wherever `support` says `atOnce` of a mutation (a client without `support` does
 * all of them), so whoever replaces those functions has to replace or to leave out `write`.
 *
 * @since 0.1.0
 */
export type WritableClient = Client &
  (Pick<SingleWrites, 'create'> | Pick<BulkWrites, 'createBulk'>) &
  (Pick<SingleWrites, 'update'> | Pick<BulkWrites, 'updateBulk'>) &
  (Pick<SingleWrites, 'delete'> | Pick<BulkWrites, 'deleteBulk'>) & {
    readonly transaction?: <A>(
      program: (client: WritableClient) => TE.TaskEither<QueryError, A>,
    ) => TE.TaskEither<QueryError, A>
    readonly checks?: boolean
    readonly write?: (
      mutations: ReadonlyArray<Mutation>,
      meter?: Meter,
    ) => TE.TaskEither<QueryError, ReadonlyArray<Mutated>>
  }
