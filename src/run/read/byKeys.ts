import { either as E } from 'fp-ts'
import { modelOf } from '../../expression/Scope.js'
import type { Expr, Predicate } from '../../expression/Ref.js'
import { filter } from '../../queryset/filter.js'
import type { AnyQueryset, Queryset } from '../../queryset/Queryset.js'

/**
 * The rows of a queryset that have one of these primary keys, and the name of the key. `null` if the rows are no longer
 * those of a model.
 *
 * @since 0.1.0
 */
export const byKeys = (
  queryset: AnyQueryset,
  keys: ReadonlyArray<unknown>,
): { readonly queryset: AnyQueryset; readonly pk: string } | null => {
  const pk = E.isRight(queryset.scope) ? (modelOf(queryset.scope.right)?.primaryKey ?? null) : queryset.model
  if (pk === null) return null
  return {
    pk,
    // The references of a model's rows include its primary key.
    queryset: filter(
      (row: {
        readonly [name: string]: Expr & { readonly in: (keys: ReadonlyArray<unknown>) => Predicate }
      }) => row[pk]?.in(keys) ?? { _tag: 'or', any: [] },
    )(queryset as Queryset<unknown, unknown>),
  }
}
