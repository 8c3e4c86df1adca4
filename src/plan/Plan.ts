/**
 * Plans as values: what will be asked of a client, what will be done here, and how much that takes at most.
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
 * How a queryset will be answered, whose rows are read as `A`.
 *
 * - `madeFor` is the client that it was made for, and `client` the name of the one that is asked.
 * - `query` is what it means.
 * - `pushed` is the query whose rows are fetched from the client, and `walk` how: among others, how much is `noticed`
 *   of rows that come or go meanwhile.
 * - `residual` is what is done here with those rows; `null` where nothing is left to do.
 * - `requests`, `rows` (all that are fetched, of whatever model) and `milliseconds` are how many at most, `null`
 *   where that depends on the data.
 * - `total` says what the client knows of how many rows there are: `'exact'`, `'at least'`, or `'unknown'` until they
 *   have been fetched.
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
  /** How many rows it gives at most. */
  readonly gives: number | null
}

/**
 * What is done here.
 *
 * - `before` is asked first: each gives the values that a column of the rows to be fetched must have one of, so many
 *   in a request at most; where the client may give too many, they are looked through again. `walks` are how rows are
 *   fetched by the first so many of them (none, one, …): further ones are left out where there are too many values.
 * - `query` is evaluated over the rows that were fetched, and those of `others` and what `hops` lead to. The rows are what
 *   the innermost `given` of its passes give: those are done by the client. `restored` are columns that rows come with by
 *   another name, and `keyed` tells whether the rows are a model's, known by their primary keys. `carried` are related rows
 *   that come along, and are put back when the rest is done.
 * - `sieve` stops fetching once so many rows have passed its query, where there is one.
 * - `streams` tells whether pages are answered one by one.
 * - `fetched` is what fetching the rows of `pushed` costs at most: a part of what the whole plan costs.
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
 * Relations whose rows come with rows, found again by a key; `added` says whether that isn't asked for otherwise.
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
  /** What gives the values; `null` where they are given. */
  readonly plan: Plan | null
  readonly values: ReadonlyArray<Json>
  readonly fidelity: Fidelity
  /** Many values in a request, or one. */
  readonly how: 'in' | 'each'
  readonly chunk: number
  /** Whether each value has one row at most. */
  readonly unique: boolean
  /** They are asked for only where there are no more than so many; else all rows are fetched, which costs less. */
  readonly upTo: number
}

/** @since 0.1.0 */
export interface Sieve {
  /** What rows pass; `null`: all do. */
  readonly query: Query | null
  readonly hops: ReadonlyArray<Fetch>
  /** `null`: all that pass. */
  readonly until: number | null
}

/**
 * How the rows of a queryset are given, and those that come with them, by relation.
 *
 * @since 0.1.0
 */
export interface Forms {
  readonly form: Form
  readonly related: { readonly [relation: string]: Forms }
}
