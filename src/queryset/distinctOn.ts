import { either as E } from 'fp-ts'
import type { Expr } from '../expression/Ref.js'
import { isExpr } from '../expression/toRef.js'
import { append, say } from './append.js'
import { expressionOf } from './bind.js'
import type { AnyQueryset, Queryset } from './Queryset.js'

/**
 * The first row, in the order given, for each value of the keys. This is PostgreSQL's `DISTINCT ON` and Django's
 * `distinct(*fields)`. Unlike there, the order needn't begin with the keys.
 *
 * @example
 * import { autoId, distinctOn, field, orderBy, pipe, print, schema } from 'queryset-ts'
 * const { invoice } = schema({ invoice: { id: autoId, city: field.text(), total: field.decimal() } })
 * const dearest = pipe(invoice, orderBy((i) => [i.total.desc()]), distinctOn((i) => [i.city]))
 * console.log(print(dearest)) // => pipe(invoice, orderBy((i) => [i.total.desc()]), distinctOn((i) => [i.city]))
 *
 * @since 0.1.0
 */
export const distinctOn =
  <R>(keys: (row: R) => ReadonlyArray<Expr>) =>
  <A, M>(queryset: Queryset<R, A, M>): Queryset<R, A, M> =>
    // The type of the rows stays the same.
    firsts(queryset, keys) as Queryset<R, A, M>

const firsts = (queryset: AnyQueryset, keys: (row: never) => unknown): AnyQueryset =>
  append(queryset, 'distinctOn', (scope) =>
    E.map(({ returned, by }: { readonly returned: ReadonlyArray<Expr>; readonly by: symbol }) => ({
      step: { _tag: 'distinctOn' as const, keys: returned.map(expressionOf) },
      by,
    }))(
      say(
        {
          step: 'distinctOn',
          index: queryset.length,
          hint: 'Return a list of columns: (row) => [row.name].',
        },
        scope,
        keys,
        (returned): ReadonlyArray<Expr> | null =>
          Array.isArray(returned) && returned.every(isExpr) ? returned : null,
      ),
    ),
  )
