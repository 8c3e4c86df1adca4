import type { Context } from './Context.js'
import type { Links } from './Links.js'
import type { RestLimits } from './RestLimits.js'

/**
 * A request on its way to an answer, with what the API is told of itself.
 *
 * @since 0.2.0
 */
export interface Serving {
  readonly context: Context
  readonly links: Links
  readonly limits: RestLimits
  /** Scheme and host of the links in answers. */
  readonly origin: string
  /** What cursors are signed with, where a view has no secret of its own. */
  readonly secret: string
  /** What tells the lists of one view from those of another. */
  readonly about: string
}
