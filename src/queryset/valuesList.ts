import { either as E } from 'fp-ts'
import type { Expr, RefsOf } from '../expression/Ref.js'
import { isExpr } from '../expression/toRef.js'
import { append, columnsOf, say } from './append.js'
import { namedOf } from './bind.js'
import type { AnyQueryset, Form, Queryset } from './Queryset.js'

/* eslint-disable @typescript-eslint/no-explicit-any -- type parameters that don't matter for a match */

type Item<X> = X extends Expr<any, infer A> ? A : never

/** @since 0.1.0 */
export type ListRow<P> = P extends Expr ? Item<P> : { readonly [I in keyof P]: Item<P[I]> }

type One<P> = P extends Expr ? RefsOf<{ readonly value: P }> : never

/** @since 0.1.0 */
export type ListRefs<P> = P extends Expr ? One<P> : RefsOf<P>

/**
 * Replaces each row by a tuple of the given expressions. A single expression outside a list gives its value alone, like
 * Django's `flat`. Later steps refer to a single column as `value`, and to the columns of a tuple by position:
 * `row[0]`.
 *
 * @example
 * import { autoId, field, pipe, print, schema, valuesList } from 'queryset-ts'
 * const { genre } = schema({ genre: { id: autoId, name: field.text() } })
 * console.log(print(pipe(genre, valuesList((g) => g.name)))) // => pipe(genre, valuesList((g) => g.name))
 * console.log(print(pipe(genre, valuesList((g) => [g.id, g.name])))) // => pipe(genre, valuesList((g) => [g.id, g.name]))
 *
 * @since 0.1.0
 */
export const valuesList =
  <R, const P extends Expr | readonly [] | ReadonlyArray<Expr>>(columns: (row: R) => P) =>
  <A, M>(queryset: Queryset<R, A, M>): Queryset<ListRefs<P>, ListRow<P>, null> =>
    // The columns are those that the callback returns, as the types say.
    listed(queryset, columns) as Queryset<ListRefs<P>, ListRow<P>, null>

const listed = (queryset: AnyQueryset, columns: (row: never) => unknown): AnyQueryset =>
  append(queryset, 'values', (scope) =>
    E.map(
      ({
        returned,
        by,
      }: {
        readonly returned: { readonly record: object; readonly form: Form }
        readonly by: symbol
      }) => ({
        step: { _tag: 'values' as const, columns: namedOf(returned.record), form: returned.form },
        by,
        scope: { schema: scope.schema, model: null, columns: columnsOf(returned.record) },
      }),
    )(
      say(
        {
          step: 'values',
          index: queryset.length,
          hint: 'Return a column, or a list of columns: (row) => [row.id, row.name].',
        },
        scope,
        columns,
        (returned) =>
          isExpr(returned)
            ? { record: { value: returned }, form: 'flat' as const }
            : Array.isArray(returned) && returned.every(isExpr)
              ? { record: Object.assign({}, returned), form: 'tuple' as const }
              : null,
      ),
    ),
  )
