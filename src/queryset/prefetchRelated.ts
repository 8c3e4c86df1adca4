import { either as E } from 'fp-ts'
import { invalidStep } from '../value/QueryError.js'
import type { ManyRef } from '../expression/Ref.js'
import type { Prefetched } from '../expression/Refs.js'
import { follow } from '../expression/Scope.js'
import { append } from './append.js'
import { calling } from './calling.js'
import { pathOf } from './refs.js'
import { returnedBy } from './CallbackTrace.js'
import { allRows, asQueryset, type AnyQueryset, type Queryset } from './Queryset.js'

/* eslint-disable @typescript-eslint/no-explicit-any -- type parameters that don't matter for a match */

/**
 * Adds the rows of one of a row's to-many relations to the row, under the relation's name. `query` refines them, like
 * Django's `Prefetch`. It applies to each row separately: a `slice` in it limits the related rows of each row. Without
 * an order they are sorted by their primary key.
 *
 * @example
 * import { autoId, belongsTo, field, orderBy, pipe, prefetchRelated, print, schema } from 'queryset-ts'
 * const { artist } = schema({
 *   artist: { id: autoId, name: field.text() },
 *   album: { id: autoId, title: field.text(), artist: belongsTo('artist', { relatedName: 'albums' }) },
 * })
 * const discography = pipe(artist, prefetchRelated((a) => a.albums, orderBy((al) => [al.title.asc()])))
 * console.log(print(discography))
 * // => pipe(artist, prefetchRelated((a) => a.albums, orderBy((album) => [album.title.asc()])))
 *
 * @since 0.1.0
 */
export const prefetchRelated =
  <R, CR, N extends string, CA, CM, B = CA>(
    relation: (row: R) => ManyRef<CR, N, CA, CM>,
    query?: (related: Queryset<CR, CA, CM>) => Queryset<any, B, any>,
  ) =>
  <A, M>(queryset: Queryset<R, A, M>): Queryset<R, Prefetched<A, N, B>, M> =>
    // The related rows are added under the relation's name, as the type says.
    prefetched(
      queryset,
      relation,
      query as ((related: AnyQueryset) => AnyQueryset) | undefined,
    ) as unknown as Queryset<R, Prefetched<A, N, B>, M>

const hint = 'Return one: (a) => a.albums; go further by another prefetchRelated in the query.'

const prefetched = (
  queryset: AnyQueryset,
  relation: (row: never) => unknown,
  query: ((related: AnyQueryset) => AnyQueryset) | undefined,
): AnyQueryset =>
  append(queryset, 'prefetchRelated', (scope) => {
    const result = calling(scope, relation, { step: 'prefetchRelated', index: queryset.length, hint })
    if (E.isLeft(result)) return result
    const { returned, by, trace } = result.right
    const path = pathOf(returned)
    const [name] = path ?? []
    return name === undefined || path?.length !== 1 || scope.model === null
      ? E.left(
          returnedBy(trace, returned) ??
            invalidStep(
              'prefetchRelated',
              queryset.length,
              'its callback returned no to-many relation of the row itself',
              hint,
            ),
        )
      : E.flatMap(
          follow(scope, name),
          ({
            relation: found,
          }: {
            readonly relation: { readonly target: string; readonly many: boolean }
          }) => {
            const all = allRows(queryset.schema, found.target)
            const related = query === undefined ? all : asQueryset(query(all))
            return E.map(() => ({
              step: { _tag: 'prefetchRelated' as const, relation: name, query: related },
              by,
            }))(related.scope)
          },
        )
  })
