import { either as E } from 'fp-ts'
import { invalidQuery, type QueryError } from '../value/QueryError.js'
import { parseLookup } from '../expression/text/parseLookup.js'
import { parseLookups, type LookupTree } from '../expression/text/parseLookups.js'
import type { Predicate, QuerysetLike } from '../expression/Ref.js'
import type { Scope } from '../expression/Scope.js'
import { asQueryset, type AnyQueryset, type Queryset } from './Queryset.js'

/**
 * The predicate for a lookup in Django's string form, on the rows of a queryset. Use it for filters that arrive as
 * text, from a URL or a form. An unknown name or an unsuitable value is an `InvalidField`, which lists the valid names.
 *
 * @example
 * import { either as E } from 'fp-ts'
 * import { autoId, belongsTo, field, filter, lookup, pipe, print, schema } from 'queryset-ts'
 * const { album } = schema({
 *   artist: { id: autoId, name: field.text() },
 *   album: { id: autoId, title: field.text(), artist: belongsTo('artist') },
 * })
 * const asked = pipe(album, lookup('artist__name__icontains', 'queen'))
 * if (E.isRight(asked)) console.log(print(pipe(album, filter(() => asked.right))))
 * // => pipe(album, filter((a) => a.artist.name.icontains('queen')))
 * const wrong = pipe(album, lookup('titel', 'x'))
 * console.log(E.isLeft(wrong) && wrong.left._tag === 'InvalidField' && wrong.left.nearest) // => title
 *
 * @since 0.1.0
 */
export const lookup =
  (path: string, value: unknown) =>
  <R, A, M>(queryset: Queryset<R, A, M>): E.Either<QueryError, Predicate> =>
    read(queryset, (scope) => parseLookup<QuerysetLike>(scope, path, value))

/**
 * The predicate for lookups that are combined by `and`, `or` and `not`. Lookups that follow the same to-many relation
 * in one `and` must hold for the same related row.
 *
 * @example
 * import { either as E } from 'fp-ts'
 * import { autoId, field, filter, lookups, pipe, print, schema } from 'queryset-ts'
 * const { genre } = schema({ genre: { id: autoId, name: field.text() } })
 * const asked = lookups({ or: [{ lookup: 'name__startswith', value: 'R' }, { not: { lookup: 'id__lt', value: 3 } }] })(genre)
 * if (E.isRight(asked)) console.log(print(pipe(genre, filter(() => asked.right))))
 * // => pipe(genre, filter((g) => or(g.name.startswith('R'), not(g.id.lt(3)))))
 *
 * @since 0.1.0
 */
export const lookups =
  (tree: LookupTree) =>
  <R, A, M>(queryset: Queryset<R, A, M>): E.Either<QueryError, Predicate> =>
    read(queryset, (scope) => parseLookups<QuerysetLike>(scope, tree))

/** The input comes from elsewhere and can be anything. */
const read = (
  queryset: AnyQueryset,
  parse: (scope: Scope) => E.Either<QueryError, Predicate>,
): E.Either<QueryError, Predicate> =>
  E.flatMap(asQueryset(queryset).scope, (scope: Scope) =>
    E.flatten(
      E.tryCatch(
        () => parse(scope),
        (): QueryError =>
          invalidQuery(
            '',
            'is not a lookup',
            "Give the path as text, or a tree of 'and', 'or', 'not' and lookups.",
          ),
      ),
    ),
  )
