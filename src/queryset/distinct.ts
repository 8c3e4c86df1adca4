import { either as E } from 'fp-ts'
import { append } from './append.js'
import type { Queryset } from './Queryset.js'

/**
 * Each row once. Rows are compared as projected, and a missing value equals a missing value. The first of equal rows is
 * kept, so the order is preserved.
 *
 * @example
 * import { autoId, distinct, field, pipe, print, schema, valuesList } from 'queryset-ts'
 * const { track } = schema({ track: { id: autoId, composer: field.text() } })
 * console.log(print(pipe(track, valuesList((t) => t.composer), distinct)))
 * // => pipe(track, valuesList((t) => t.composer), distinct)
 *
 * @since 0.1.0
 */
export const distinct = <R, A, M>(queryset: Queryset<R, A, M>): Queryset<R, A, M> =>
  // The type of the rows stays the same.
  append(queryset, 'distinct', () => E.right({ step: { _tag: 'distinct' } })) as Queryset<R, A, M>
