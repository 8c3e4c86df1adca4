import { either as E } from 'fp-ts'
import type { Exprs, Projected, RefsOf } from '../expression/Ref.js'
import { aRecord, append, columnsOf, misnamed, recordOf, say } from './append.js'
import { namedOf } from './bind.js'
import type { AnyQueryset, Queryset } from './Queryset.js'

/**
 * Replaces each row by the given expressions. Later steps see only these columns. The order stays.
 *
 * @example
 * import { autoId, belongsTo, field, pipe, print, schema, values } from 'queryset-ts'
 * const { album } = schema({
 *   artist: { id: autoId, name: field.text() },
 *   album: { id: autoId, title: field.text(), artist: belongsTo('artist') },
 * })
 * console.log(print(pipe(album, values((a) => ({ title: a.title, by: a.artist.name })))))
 * // => pipe(album, values((a) => ({ title: a.title, by: a.artist.name })))
 *
 * @since 0.1.0
 */
export const values =
  <R, P extends Exprs>(columns: (row: R) => P) =>
  <A, M>(queryset: Queryset<R, A, M>): Queryset<RefsOf<P>, Projected<P>, null> =>
    // The columns are those of the record that the callback returns, as the types say.
    projected(queryset, columns) as Queryset<RefsOf<P>, Projected<P>, null>

const projected = (queryset: AnyQueryset, columns: (row: never) => unknown): AnyQueryset =>
  append(queryset, 'values', (scope) =>
    E.flatMap(
      say({ step: 'values', index: queryset.length, hint: aRecord }, scope, columns, recordOf),
      ({ returned, by }: { readonly returned: object; readonly by: symbol }) =>
        E.map(() => ({
          step: { _tag: 'values' as const, columns: namedOf(returned), form: 'record' as const },
          by,
          scope: { schema: scope.schema, model: null, columns: columnsOf(returned) },
        }))(misnamed('values', queryset.length, Object.keys(returned))),
    ),
  )
