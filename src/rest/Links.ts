import type { ModelColumn } from '../schema/Schema.js'

/**
 * The URLs of an API's views.
 *
 * @since 0.2.0
 */
export interface Links {
  /** The absolute URL of a view's list. */
  readonly list: (view: string) => string
  /** The absolute URL of a row in a view. */
  readonly row: (view: string, key: string) => string
  /** The view and the key in a path. */
  readonly match: (path: string) => { readonly view: string; readonly key: string } | null
  /** The column by which a view finds its rows. */
  readonly column: (view: string) => ModelColumn | null
}
