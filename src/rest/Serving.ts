import type { Context } from './Context.js'
import type { Links } from './Links.js'
import type { RestLimits } from './RestLimits.js'

/**
 * A request while it is handled, with facts about the API.
 *
 * @since 0.2.0
 */
export interface Serving {
  readonly context: Context
  readonly links: Links
  readonly limits: RestLimits
  /** The scheme and host of links. */
  readonly origin: string
  /** The key that signs cursors, if a view has no `secret`. */
  readonly secret: string
  /** The name that tells the cursors of this view from those of others. */
  readonly about: string
}
