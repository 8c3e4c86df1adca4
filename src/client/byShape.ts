/**
 * Marks the clients whose answers don't depend on the values of constants.
 *
 * @since 0.2.0
 */
import type { Support } from './Support.js'

const marked = new WeakSet<Support>()

/**
 * Marks a `support` that gives the same answer for queries that differ only in the constants that they compare columns
 * with, that names no other client, and that never changes its answers. A plan for such a client may be used again for
 * other constants. Middleware that changes what a client can do replaces its `support`, and so removes the mark.
 *
 * @since 0.2.0
 */
export const byShape = (support: Support): Support => {
  marked.add(support)
  return support
}

/**
 * Whether a client's `support` is marked.
 *
 * @since 0.2.0
 */
export const isByShape = ({ support }: { readonly support?: Support }): boolean =>
  support !== undefined && marked.has(support)
