/**
 * Views: what one URL answers.
 *
 * @since 0.2.0
 */
import type { taskEither as TE } from 'fp-ts'
import type { Json } from '../value/Value.js'
import type { ModelColumn } from '../schema/Schema.js'
import type { AnyQueryset } from '../queryset/Queryset.js'
import type { Authentication } from './authenticate.js'
import type { Context } from './Context.js'
import type { Answer, Failure } from './Failure.js'
import type { Filters } from './Filters.js'
import type { Orderings } from './orders.js'
import type { Pages } from './Pages.js'
import type { Permission } from './Permission.js'
import type { ReadRow } from './present.js'
import type { Input } from './readInput.js'
import type { AnySerializer } from './Serializer.js'
import type { Throttle } from './throttle.js'

/** The actions of a viewset. @since 0.2.0 */
export type Standard = 'list' | 'create' | 'retrieve' | 'update' | 'partialUpdate' | 'destroy'

/** The methods of an action of your own. @since 0.2.0 */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * The tools of an action.
 *
 * - `body` reads the request body.
 * - `save` takes the request body as a partial change of the row. It checks it like an update, writes it, and gives the
 *   row in the view's form.
 * - `change` writes the program's own values to the row.
 * - `page` gives a page of a queryset.
 *
 * @since 0.2.0
 */
export interface Tools<out U, out A = ReadRow> {
  readonly context: Context<U>
  readonly row: A
  readonly body: TE.TaskEither<Failure, Input>
  readonly save: TE.TaskEither<Failure, Json>
  readonly change: (values: { readonly [name: string]: unknown }) => TE.TaskEither<Failure, Json>
  readonly page: (
    queryset: AnyQueryset,
    serializer: AnySerializer,
    pages?: Pages,
  ) => TE.TaskEither<Failure, Json>
}

/**
 * An additional action, on the list (`POST /artists/import/`) or on a row (`POST /artists/7/rename/`).
 *
 * @since 0.2.0
 */
export interface Action<in U, in A> {
  readonly on: 'list' | 'row'
  readonly name?: string
  readonly description?: string
  readonly methods: { readonly [M in Method]?: (tools: Tools<U & {}, A>) => TE.TaskEither<Failure, Answer> }
}

/** An action whose types have been forgotten. @since 0.2.0 */
export interface AnyAction {
  readonly on: 'list' | 'row'
  readonly name: string
  readonly description: string
  readonly methods: ReadonlyMap<string, (tools: Tools<never, never>) => TE.TaskEither<Failure, Answer>>
}

/** @since 0.2.0 */
export interface View {
  readonly name: string
  readonly description: string
  readonly queryset: (context: Context<never>) => AnyQueryset
  readonly serializer: (action: string) => AnySerializer
  readonly lookup: ModelColumn | null
  readonly does: ReadonlySet<Standard>
  readonly filters: Filters
  readonly search: ReadonlyArray<string>
  readonly orderings: Orderings
  readonly order: ((row: never) => ReadonlyArray<import('../expression/Ref.js').OrderKey>) | null
  readonly pages: Pages
  readonly authenticate: ReadonlyArray<Authentication<unknown>>
  readonly permission: Permission<never>
  readonly throttle: ReadonlyArray<Throttle<never>>
  readonly actions: ReadonlyMap<string, AnyAction>
  /** The handlers of the URL itself, if it isn't about a model. */
  readonly endpoint: AnyAction | null
  readonly set: (context: Context<never>) => { readonly [name: string]: unknown }
  readonly regex: boolean
  readonly mistakes: ReadonlyArray<string>
}
