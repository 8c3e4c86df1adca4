import { either as E } from 'fp-ts'
import type { Exprs, Projected, RefsOf } from '../expression/Ref.js'
import { aRecord, append, columnsOf, misnamed, recordOf, say } from './append.js'
import { namedOf } from './bind.js'
import { extended } from '../expression/extended.js'
import { isNamed } from '../expression/Scope.js'
import type { AnyQueryset, Queryset } from './Queryset.js'

/**
 * A record of expressions. For a name that is already used, the type is a sentence that says so. A name that the types
 * don't know is checked when the step is added.
 *
 * @since 0.2.0
 */
export type Untaken<R, P> = string extends keyof P
  ? P
  : [keyof P & keyof R] extends [never]
    ? P
    : {
        readonly [K in keyof P]: K extends keyof R
          ? `the name '${K & string}' is taken: choose another`
          : P[K]
      }

/** References to the row, and to the columns of a record of expressions. @since 0.2.0 */
export type With<R, P> = R & RefsOf<P>

/** @since 0.1.0 */
export type Annotated<A, P> = A extends object
  ? {
      readonly [K in keyof A | keyof P]: K extends keyof P
        ? Projected<P>[K]
        : K extends keyof A
          ? A[K]
          : never
    }
  : never

/**
 * Adds columns to each row. Each aggregate over a relation is computed on its own, so two of them don't multiply each
 * other. A name that is already used is an `InvalidStep`.
 *
 * @example
 * import { annotate, autoId, belongsTo, field, filter, pipe, print, schema } from 'queryset-ts'
 * const { artist } = schema({
 *   artist: { id: autoId, name: field.text() },
 *   album: { id: autoId, title: field.text(), artist: belongsTo('artist', { relatedName: 'albums' }) },
 * })
 * const busy = pipe(artist, annotate((a) => ({ n: a.albums.count() })), filter((a) => a.n.gt(10)))
 * console.log(print(busy)) // => pipe(artist, annotate((a) => ({ n: a.albums.count() })), filter((a) => a.n.gt(10)))
 *
 * @since 0.1.0
 */
export const annotate =
  <R, P extends Exprs>(columns: (row: R) => Untaken<NoInfer<R>, P>) =>
  <A, M>(queryset: Queryset<R, A, M>): Queryset<With<R, P>, Annotated<A, P>, M> =>
    // The columns are the existing ones and those of the record, as the types say.
    annotated(queryset, columns) as Queryset<With<R, P>, Annotated<A, P>, M>

const annotated = (queryset: AnyQueryset, columns: (row: never) => unknown): AnyQueryset =>
  append(queryset, 'annotate', (scope) =>
    E.flatMap(
      say({ step: 'annotate', index: queryset.length, hint: aRecord }, scope, columns, recordOf),
      ({ returned, by }: { readonly returned: object; readonly by: symbol }) =>
        E.map(() => ({
          step: { _tag: 'annotate' as const, columns: namedOf(returned) },
          by,
          scope: { ...scope, columns: extended(scope.columns, columnsOf(returned)) },
        }))(misnamed('annotate', queryset.length, Object.keys(returned), (name) => isNamed(scope, name))),
    ),
  )
