/**
 * The facts about a request: the caller, the question, and the client.
 *
 * @since 0.2.0
 */
import type { WritableClient } from '../client/Client.js'

/**
 * A request as querysets, permissions and actions see it. `U` is the result of `authenticate`. `user` is `null` if the
 * caller is unknown.
 *
 * `action` is `list`, `create`, `retrieve`, `update`, `partialUpdate`, `destroy`, or the name of your own action. `key`
 * is the part of the URL that names a row. `address` is the caller's network address, if the server gives it.
 *
 * @since 0.2.0
 */
export interface Context<out U = unknown> {
  readonly request: Request
  readonly url: URL
  readonly user: U | null
  readonly client: WritableClient
  readonly action: string
  readonly method: string
  readonly key: string | null
  readonly address: string | null
  /** The time, from the schema's clock. */
  readonly now: () => Date
  /** The absolute URL of a view's list, or of one of its rows. */
  readonly link: (view: string, key?: string) => string
}
