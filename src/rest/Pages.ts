/**
 * How a list is split into pages.
 *
 * @since 0.2.0
 */
import type { OrderKey } from '../expression/Ref.js'
import type { Queryset } from '../queryset/Queryset.js'

/**
 * The number of rows of a page: `size` by default, and at most `max` if the caller gives a number.
 *
 * @since 0.2.0
 */
export interface PageSize {
  readonly size: number
  readonly max: number
}

/** @since 0.2.0 */
export type Pages<R = never> =
  | ({ readonly _tag: 'number' } & PageSize)
  | ({ readonly _tag: 'limitOffset' } & PageSize)
  | ({
      readonly _tag: 'cursor'
      readonly order: (row: R) => ReadonlyArray<OrderKey>
      readonly secret: string | null
    } & PageSize)
  | { readonly _tag: 'none'; readonly max: number }

const sized = ({ size, max }: PageSize): PageSize => {
  const most = Math.max(1, Math.trunc(max))
  return { size: Math.min(Math.max(1, Math.trunc(size)), most), max: most }
}

/**
 * Pages by number: `?page=2&page_size=20`, and `?page=last`. Each answer has the `count` of all rows, if it is known,
 * and links to the `next` and `previous` page.
 *
 * @since 0.2.0
 */
export const pageNumber = (size: PageSize): Pages<unknown> => ({ _tag: 'number', ...sized(size) })

/** Pages by offset: `?limit=20&offset=40`. @since 0.2.0 */
export const limitOffset = (size: PageSize): Pages<unknown> => ({ _tag: 'limitOffset', ...sized(size) })

/**
 * Pages by cursor. Each continues after the last row of the one before, however many rows have come or gone in between.
 * No row is lost or comes twice, also with ties and missing values. Rows are not counted.
 *
 * The model gives `order` its type. A cursor contains the values of the order keys in readable form, so order only by
 * what callers may see. It is signed with `secret`, which all processes that serve the API must share. Without a
 * secret, cursors are valid only while the process runs.
 *
 * @since 0.2.0
 */
export const cursor = <R, A, M>(
  _model: Queryset<R, A, M>,
  options: PageSize & { readonly order: (row: R) => ReadonlyArray<OrderKey>; readonly secret?: string },
): Pages<R> => ({
  _tag: 'cursor',
  ...sized(options),
  order: options.order,
  secret: options.secret ?? null,
})

/** All rows in one list of at most `max` rows. @since 0.2.0 */
export const unpaged = ({ max }: { readonly max: number }): Pages<unknown> => ({
  _tag: 'none',
  max: Math.max(1, Math.trunc(max)),
})
