/**
 * Views: what a page is given, as data, and the template that it is shown by.
 *
 * @since 0.2.0
 */
import type { taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { WritableClient } from '../client/Client.js'
import type { AnyQueryset } from '../queryset/Queryset.js'
import type { Html } from '../forms/Widget.js'

/**
 * What is asked of a view: the address, the parts of its path that the route names, and, of a request that writes, what
 * was posted. `user` is what `authorize` gave.
 *
 * @since 0.2.0
 */
export interface Ask<U = unknown> {
  readonly method: string
  readonly url: URL
  readonly params: { readonly [name: string]: string }
  readonly posted: FormData
  readonly user: U
}

/**
 * There is no such page.
 *
 * @since 0.2.0
 */
export interface NoPage {
  readonly _tag: 'NoPage'
  readonly message: string
}

/** @since 0.2.0 */
export type ViewError = QueryError | NoPage

/** @since 0.2.0 */
export const noPage = (message: string): NoPage => ({ _tag: 'NoPage', message })

/**
 * What a view gives: a page, or the address of another one.
 *
 * @since 0.2.0
 */
export type Reply<C> =
  | { readonly _tag: 'page'; readonly status: number; readonly context: C }
  | { readonly _tag: 'redirect'; readonly to: string }

/**
 * A page's template: what stands in `<main>`, and the page's title.
 *
 * @since 0.2.0
 */
export type Template<C> = (context: C) => { readonly title: string; readonly body: Html }

/**
 * `methods` are those that the view answers, besides HEAD and OPTIONS. `context` asks a client; `template` shows what that
 * gave. Either can be replaced: a view is a record.
 *
 * @since 0.2.0
 */
export interface View<C, U = unknown> {
  readonly methods: ReadonlyArray<string>
  readonly context: (ask: Ask<U>, client: WritableClient) => TE.TaskEither<ViewError, Reply<C>>
  readonly template: Template<C>
}

/**
 * A view, whatever its context is.
 *
 * @since 0.2.0
 */
export type AnyView<U = unknown> = Pick<View<unknown, U>, 'methods'> & {
  readonly context: (ask: Ask<U>, client: WritableClient) => TE.TaskEither<ViewError, Reply<unknown>>
  readonly template: (context: never) => { readonly title: string; readonly body: Html }
}

/**
 * The rows that a view is about: a queryset, or one for each user.
 *
 * @since 0.2.0
 */
export type RowsFor<Q, U> = Q | ((user: U) => Q)

/** @since 0.2.0 */
export const rowsFor = <Q extends AnyQueryset, U>(rows: RowsFor<Q, U>, user: U): Q =>
  // A queryset is no function.
  typeof rows === 'function' ? rows(user) : rows
