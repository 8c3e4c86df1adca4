/**
 * Plans as values: what the client will be asked, what will be done here, and the largest cost of both.
 *
 * @since 0.1.0
 */
import type { Json, Kind } from '../value/Value.js'
import type { Client } from '../client/Client.js'
import type { Walk } from '../client/pages/Walk.js'
import type { Fidelity } from '../client/Support.js'
import type { Query } from '../query/Query.js'
import type { Shape } from '../query/shape.js'
import type { Form } from '../queryset/Queryset.js'
import type { Cost } from './Cost.js'
import type { Fetch } from './Fetch.js'
import type { Restored } from './ground.js'

declare const read: unique symbol

/**
 * How a queryset will be answered. Its rows are read as `A`.
 *
 * - `madeFor` is the client that the plan was made for. `client` is the name of the client that is asked.
 * - `query` is the normal form of the queryset.
 * - `pushed` is the query whose rows are fetched from the client, and `walk` is how. Its `noticed` says which changes
 *   between pages are noticed.
 * - `residual` is what is done here with those rows, or `null` if nothing is left to do.
 * - `requests`, `rows` and `milliseconds` are the largest cost, or `null` if it depends on the data. `rows` counts all
 *   fetched rows, of every model.
 * - `total` says what the client knows of the number of rows: `'exact'`, `'at least'`, or `'unknown'` until they have
 *   been fetched.
 *
 * @since 0.1.0
 */
export interface Plan<A = unknown> extends Cost {
  readonly [read]?: A
  readonly madeFor: Client
  readonly client: string
  readonly query: Query
  readonly pushed: Query
  readonly walk: Walk
  readonly residual: Residual | null
  readonly shape: Shape
  readonly forms: Forms
  readonly total: 'exact' | 'at least' | 'unknown'
  /** The largest number of rows that the plan gives. */
  readonly gives: number | null
}

/**
 * What is done here.
 *
 * - `before` is requested first. Each entry gives the values of which a column of the rows to fetch must have one, with
 *   at most `chunk` values in a request. If the client may give too many rows, they are checked again here.
 * - `walks` is how rows are fetched with the first 0, 1, … of the entries of `before`. Later entries are left out if
 *   they have too many values.
 * - `query` is evaluated over the fetched rows, those of `others`, and those that `hops` lead to.
 * - `given` is the number of innermost passes of `query` that the client has done already. The fetched rows are their
 *   result.
 * - `restored` lists columns that rows come with under another name.
 * - `keyed` says whether the rows are a model's, identified by their primary keys.
 * - `carried` lists related rows that come along. They are put back at the end.
 * - `sieve`, if set, stops fetching once enough rows have passed its query.
 * - `streams` says whether pages are answered one by one.
 * - `fetched` is the largest cost of fetching the rows of `pushed`, a part of the cost of the whole plan.
 *
 * @since 0.1.0
 */
export interface Residual {
  readonly query: Query
  readonly given: number
  readonly restored: ReadonlyArray<Restored>
  readonly keyed: boolean
  readonly carried: Carried | null
  readonly before: ReadonlyArray<Keys>
  readonly walks: ReadonlyArray<Walk>
  readonly others: ReadonlyArray<Fetch>
  readonly hops: ReadonlyArray<Fetch>
  readonly sieve: Sieve | null
  readonly streams: boolean
  readonly fetched: Cost
}

/**
 * Relations whose rows come along with rows. They are found again by a key. `added` says that the key isn't requested
 * otherwise.
 *
 * @since 0.2.0
 */
export interface Carried {
  readonly relations: ReadonlyArray<string>
  readonly key: string
  readonly added: boolean
}

/** @since 0.1.0 */
export interface Keys {
  readonly column: string
  readonly kind: Kind
  /** The plan that gives the values, or `null` if they are given. */
  readonly plan: Plan | null
  readonly values: ReadonlyArray<Json>
  readonly fidelity: Fidelity
  /** Whether a request has many values or one. */
  readonly how: 'in' | 'each'
  readonly chunk: number
  /** Whether each value has at most one row. */
  readonly unique: boolean
  /** The largest number of values to ask for. With more values, all rows are fetched, which costs less. */
  readonly upTo: number
}

/** @since 0.1.0 */
export interface Sieve {
  /** The query that rows must pass. `null` means all pass. */
  readonly query: Query | null
  readonly hops: ReadonlyArray<Fetch>
  /** The number of rows that is enough. `null` means all that pass. */
  readonly until: number | null
}

/**
 * The form in which a queryset's rows are given, and that of their related rows, by relation.
 *
 * @since 0.1.0
 */
export interface Forms {
  readonly form: Form
  readonly related: { readonly [relation: string]: Forms }
}
