/**
 * Clients: the questions that a backend can be asked, as a record of functions.
 *
 * An author writes the functions that the backend does well. `derive` adds the rest. The model's codecs decode
 * everything that a client returns before anyone sees it, so a client needn't trust its backend.
 *
 * @since 0.1.0
 */
import type { either as E, taskEither as TE } from 'fp-ts'
import type { Meter } from '../value/Meter.js'
import type { QueryError } from '../value/QueryError.js'
import type { Json, Row } from '../value/Value.js'
import type { Schema } from '../schema/Schema.js'
import type { Mutated, Mutation } from '../query/Mutation.js'
import type { PageNeeds } from '../query/Evaluator.js'
import type { Query } from '../query/Query.js'
import type { Change } from '../query/Write.js'
import type { Budget } from './Budget.js'
import type { Support } from './Support.js'

/**
 * Some rows as the backend gave them: objects by column name.
 *
 * - `total` is the number of rows that the query has without its slice, or `null` if that is unknown.
 * - `more` says that the backend ended the page early, by its own limit on rows, bytes or time, and that more rows may
 *   follow. The next page starts there. Such a page has at least one row.
 * - `places` says where the rows are stored. Errors mention it.
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
 * Where some rows of a page are stored. It applies to the rows from index `from` in the page up to the next place. The
 * first of them has number `row` there.
 *
 * @since 0.2.0
 */
export interface PagePlace {
  readonly from: number
  readonly row: number
  readonly of: string
}

/**
 * The functions of a client that read. Only `list` is required.
 *
 * - `list` answers a query with its rows, and with the total before slicing if the backend knows it. The rows come in
 *   the query's order. `needs` says what can be left out.
 * - `count` gives the number of rows of a query. Without it, the rows of `list` are counted.
 * - `getPks` gives the primary keys of a query's rows, in their order. Without it, they are taken from `list`.
 * - `stream` gives the rows of a query in batches of `size` rows, in the query's order, as they are at one time. Only the
 *   last batch may be smaller. A `Left` is the last item. Nothing is asked before the first batch is wanted. Whoever
 *   reads may stop early: the client then gives back what it holds. `support` says, by `streams`, which queries it is
 *   for. It is used instead of `list` by the terminal `stream`. Without it, that terminal fetches pages. Code that
 *   replaces `list` must therefore also replace or remove `stream`.
 * - `maxPerRequest` is the largest number of rows that the backend gives at once. Longer answers are fetched in chunks.
 * - `support` says what the client can answer. Without it, `list` receives every query whole. With it, `list` receives
 *   only what the client supports, and the rest is evaluated here.
 * - `budget` limits what a question or a write may cost. See `within`. The reading functions and `write` receive a
 *   `meter`, which holds the remaining steps and bytes. A client that evaluates queries in this process counts its work
 *   on the meter. A client that forwards questions forwards the meter too. Other clients can ignore it.
 * - `softDeletes` names models whose rows stay stored when they are deleted. See `scope`. Rows that link to them stay
 *   too.
 * - `setup` and `close` are called by the owner of the client, before the first use and after the last.
 * - `elsewhere` is for a client that checks foreign keys. `route` calls it with the models that are on other clients.
 *   From then on the client accepts foreign keys to those models, and `route` checks them.
 *
 * Each function receives a query that has been folded and checked against `schema`. A `Left` is a `ClientFailed` or an
 * `Unsupported`. A function that throws or rejects counts as `ClientFailed`.
 *
 * @since 0.1.0
 */
export interface Client {
  readonly name: string
  readonly schema: Schema
  readonly list: (query: Query, meter?: Meter, needs?: PageNeeds) => TE.TaskEither<QueryError, Page>
  readonly count?: (query: Query, meter?: Meter) => TE.TaskEither<QueryError, number>
  readonly getPks?: (query: Query, meter?: Meter) => TE.TaskEither<QueryError, ReadonlyArray<Json>>
  readonly stream?: (
    query: Query,
    size: number,
    meter?: Meter,
  ) => AsyncIterable<E.Either<QueryError, ReadonlyArray<unknown>>>
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
  Omit<Client, 'stream' | 'maxPerRequest' | 'budget' | 'softDeletes' | 'support' | 'elsewhere'>
> {
  readonly stream?: NonNullable<Client['stream']>
  readonly support?: Support
  readonly budget?: Budget
  /** `null` if there is no limit. */
  readonly maxPerRequest: number | null
}

/**
 * A client that writes, with everything that can be derived. It can be used wherever a `Client` is expected.
 *
 * @since 0.1.0
 */
export type FullWritableClient = WritableClient &
  Required<Omit<Client, 'stream' | 'maxPerRequest' | 'budget' | 'softDeletes' | 'support' | 'elsewhere'>> &
  SingleWrites &
  BulkWrites

/**
 * The functions that write one row at a time.
 *
 * - `create` creates a row and gives it as it is stored. If the backend generates the key, the given key is `null`, and
 *   the stored row has the new one.
 * - `update` changes some columns of the row with a key. `delete` deletes that row. Both say whether the row existed.
 * - `expect` is passed, where it matters, to a client whose `checks` is `true`. It holds values, by column, that the
 *   row must still have. If the row has other values, or is gone, the answer is a `Conflict`, and nothing is written.
 * - `repeatable` is for middleware that retries. See `Change`.
 *
 * A key or unique value that is already used is a `Conflict`. If a call ends in a `Left` that is `retryable`, such as a
 * time-out or a lost connection, it is unknown whether the write was done.
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
 * The functions that write many rows at once. Each call is done completely or not at all.
 *
 * `createBulk` gives the rows as they are stored, in the order given. The others give the number of rows that existed.
 * The changes of `updateBulk` have an `expect`, where it matters, for a client whose `checks` is `true`. The `Conflict`
 * then lists each such row in `errors`, by the position of its change.
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
 * What a program needs of its transaction. `stable` means that it reads rows in order to write them. Other writers must
 * not change these rows in between, and the client may run the program again. The terminals of the library ask for it. A
 * program of the user doesn't. A client whose transactions are always serializable can ignore it.
 *
 * @since 0.2.0
 */
export interface TransactionNeeds {
  readonly stable?: boolean
}

/**
 * A client that writes. For each operation it has the function for one row, the function for many, or both. A client
 * that has neither doesn't compile.
 *
 * - `transaction` runs a program and keeps its writes only if it succeeds. A transaction inside another one can fail on
 *   its own. With `stable`, the rows that the program reads must stay as they are until the transaction ends.
 * - `checks` says that `update`, `updateBulk` and `delete` obey `expect`. A backend with `If-Match` or a version column
 *   can do that. Without `checks` and without transactions, writes that depend on stored rows take turns within the
 *   process.
 * - `write` carries out whole mutations, several of them together or not at all, and says what each one did. It is used
 *   instead of the functions by key wherever `support` answers `atOnce` for a mutation. A client without `support` is
 *   taken to do all of them. Code that replaces the functions by key must therefore also replace or remove `write`.
 *
 * @since 0.1.0
 */
export type WritableClient = Client &
  (Pick<SingleWrites, 'create'> | Pick<BulkWrites, 'createBulk'>) &
  (Pick<SingleWrites, 'update'> | Pick<BulkWrites, 'updateBulk'>) &
  (Pick<SingleWrites, 'delete'> | Pick<BulkWrites, 'deleteBulk'>) & {
    readonly transaction?: <A>(
      program: (client: WritableClient) => TE.TaskEither<QueryError, A>,
      needs?: TransactionNeeds,
    ) => TE.TaskEither<QueryError, A>
    readonly checks?: boolean
    readonly write?: (
      mutations: ReadonlyArray<Mutation>,
      meter?: Meter,
    ) => TE.TaskEither<QueryError, ReadonlyArray<Mutated>>
  }
