import { either as E } from 'fp-ts'
import type { OrderKey } from '../expression/Ref.js'
import { append, say } from './append.js'
import { orderKeysOf } from './bind.js'
import type { AnyQueryset, Queryset } from './Queryset.js'

/**
 * Sorts the rows by the keys, the first key first. Ties are broken by the primary key, ascending, or by all columns if
 * the rows have no key. The order is therefore always total. A missing value sorts after all others unless the key says
 * otherwise. A later `orderBy` replaces an earlier one.
 *
 * @example
 * import { autoId, field, orderBy, pipe, print, schema } from 'queryset-ts'
 * const { genre } = schema({ genre: { id: autoId, name: field.nullable(field.text()) } })
 * console.log(print(pipe(genre, orderBy((g) => [g.name.desc({ nulls: 'last' })]))))
 * // => pipe(genre, orderBy((g) => [g.name.desc({ nulls: 'last' })]))
 *
 * @since 0.1.0
 */
export const orderBy =
  <R>(keys: (row: R) => ReadonlyArray<OrderKey>) =>
  <A, M>(queryset: Queryset<R, A, M>): Queryset<R, A, M> =>
    // The type of the rows stays the same.
    sorted(queryset, keys) as Queryset<R, A, M>

const sorted = (queryset: AnyQueryset, keys: (row: never) => unknown): AnyQueryset =>
  append(queryset, 'orderBy', (scope) =>
    E.map(({ returned, by }: { readonly returned: ReadonlyArray<OrderKey>; readonly by: symbol }) => ({
      step: { _tag: 'orderBy' as const, keys: orderKeysOf(returned) },
      by,
    }))(
      say(
        {
          step: 'orderBy',
          index: queryset.length,
          hint: 'Return a list of columns with their directions: (row) => [row.name.asc()].',
        },
        scope,
        keys,
        orderKeys,
      ),
    ),
  )

const orderKeys = (returned: unknown): ReadonlyArray<OrderKey> | null =>
  Array.isArray(returned) &&
  returned.every((key) => typeof key === 'object' && key !== null && 'direction' in key)
    ? // Only order keys have a direction.
      (returned as ReadonlyArray<OrderKey>)
    : null
