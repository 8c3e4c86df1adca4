/**
 * Views: the data of a page, and the template that shows it.
 *
 * @since 0.2.0
 */
import type { taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { WritableClient } from '../client/Client.js'
import type { AnyQueryset } from '../queryset/Queryset.js'
import type { Html } from '../forms/Widget.js'

/**
 * A request to a view: the URL, the named parts of its path, and, for a request that writes, the posted data. `user` is
 * the result of `authorize`.
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
 * The page doesn't exist.
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
 * The answer of a view: a page, or the URL of another one.
 *
 * @since 0.2.0
 */
export type Reply<C> =
  | { readonly _tag: 'page'; readonly status: number; readonly context: C }
  | { readonly _tag: 'redirect'; readonly to: string }

/**
 * The template of a page: the content of `<main>`, and the page's title.
 *
 * @since 0.2.0
 */
export type Template<C> = (context: C) => { readonly title: string; readonly body: Html }

/**
 * A view. `methods` are those that it answers, other than HEAD and OPTIONS. `context` asks a client, and `template`
 * shows the result. A view is a record, so you can replace either.
 *
 * @since 0.2.0
 */
export interface View<C, U = unknown> {
  readonly methods: ReadonlyArray<string>
  readonly context: (ask: Ask<U>, client: WritableClient) => TE.TaskEither<ViewError, Reply<C>>
  readonly template: Template<C>
}

/**
 * A view with any context.
 *
 * @since 0.2.0
 */
export type AnyView<U = unknown> = Pick<View<unknown, U>, 'methods'> & {
  readonly context: (ask: Ask<U>, client: WritableClient) => TE.TaskEither<ViewError, Reply<unknown>>
  readonly template: (context: never) => { readonly title: string; readonly body: Html }
}

/**
 * The rows of a view: a queryset, or one for each user.
 *
 * @since 0.2.0
 */
export type RowsFor<Q, U> = Q | ((user: U) => Q)

/** @since 0.2.0 */
export const rowsFor = <Q extends AnyQueryset, U>(rows: RowsFor<Q, U>, user: U): Q =>
  // A queryset is not a function.
  typeof rows === 'function' ? rows(user) : rows
