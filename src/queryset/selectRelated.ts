import { either as E } from 'fp-ts'
import { invalidStep } from '../value/QueryError.js'
import type { OneRef } from '../expression/Ref.js'
import type { Selected } from '../expression/Refs.js'
import { append } from './append.js'
import { calling } from './calling.js'
import { pathOf } from './refs.js'
import { returnedBy } from './CallbackTrace.js'
import type { AnyQueryset, Queryset } from './Queryset.js'

/* eslint-disable @typescript-eslint/no-explicit-any -- type parameters that don't matter for a match */

/**
 * Puts the related row in the place of its key, or `null` if there is none. Relations on the path (`t.album.artist`)
 * are included too. Callbacks can refer to the same columns as before.
 *
 * @example
 * import { autoId, belongsTo, field, pipe, print, schema, selectRelated } from 'queryset-ts'
 * const { album } = schema({
 *   artist: { id: autoId, name: field.text() },
 *   album: { id: autoId, title: field.text(), artist: belongsTo('artist') },
 * })
 * console.log(print(pipe(album, selectRelated((a) => a.artist)))) // => pipe(album, selectRelated((a) => a.artist))
 *
 * @since 0.1.0
 */
export const selectRelated =
  <R, X extends OneRef<any, any>>(relation: (row: R) => X) =>
  <A, M>(queryset: Queryset<R, A, M>): Queryset<R, Selected<A, X>, M> =>
    // The related row takes the place of its key, as the type says.
    selected(queryset, relation) as Queryset<R, Selected<A, X>, M>

const hint = 'Return a to-one relation: (t) => t.album'

const selected = (queryset: AnyQueryset, relation: (row: never) => unknown): AnyQueryset =>
  append(queryset, 'selectRelated', (scope) => {
    const at = { step: 'selectRelated' as const, index: queryset.length, hint }
    const result = calling(scope, relation, at)
    if (E.isLeft(result)) return result
    const path = pathOf(result.right.returned)
    return path === null || scope.model === null
      ? E.left(
          returnedBy(result.right.trace, result.right.returned) ??
            invalidStep('selectRelated', queryset.length, 'its callback returned no relation', hint),
        )
      : E.right({ step: { _tag: 'selectRelated', path } })
  })
