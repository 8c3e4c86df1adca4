/**
 * What a request is about: who asks, for what, through which client.
 *
 * @since 0.2.0
 */
import type { WritableClient } from '../client/Client.js'

/**
 * A request as querysets, permissions and actions see it. `U` is what `authenticate` tells of a caller; `user` is `null`
 * where nobody is known.
 *
 * `action` is `list`, `create`, `retrieve`, `update`, `partialUpdate`, `destroy`, or the name of an own action. `key` is the
 * part of the address that names a row, `address` the caller's network address where the server told it.
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
  /** The time, of the schema's clock. */
  readonly now: () => Date
  /** The absolute address of a view's list, and of one of its rows. */
  readonly link: (view: string, key?: string) => string
}
