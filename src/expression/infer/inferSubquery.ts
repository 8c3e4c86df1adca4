import { either as E } from 'fp-ts'
import { invalidField, type QueryError } from '../../value/QueryError.js'
import type { Exists, InQuery, Subquery } from '../Expression.js'
import { commonKind } from '../commonKind.js'
import type { Scopes } from '../Scope.js'
import type { Typed, TypedInQuery, TypedSubquery, TypedSubqueryValue, Typing } from '../Typed.js'
import { malformed, manyColumns } from './mistakes.js'

/**
 * Types a subquery that stands in these scopes.
 *
 * @since 0.2.0
 */
export type InferQuery<S, T> = (query: S, scopes: Scopes) => E.Either<QueryError, T>

type WithQuery<T> = Typing & Pick<TypedSubqueryValue<T>, 'query'>

/**
 * A subquery in the place of a value.
 *
 * @since 0.2.0
 */
export const inferSubquery = <S, T extends TypedSubquery>(
  inferQuery: InferQuery<S, T>,
  scopes: Scopes,
  node: Subquery<S>,
): E.Either<QueryError, WithQuery<T> & Pick<TypedSubqueryValue<T>, 'column'>> => {
  const inferred = inferQuery(node.query, scopes)
  if (E.isLeft(inferred)) return inferred
  const query = inferred.right
  return query.single === null
    ? E.left(manyColumns('subquery'))
    : E.right({
        query,
        column: query.single,
        type: { ...query.single.type, nullable: true },
        reach: outer(query),
      })
}

/**
 * Whether a subquery has a row.
 *
 * @since 0.2.0
 */
export const inferExists = <S, T extends TypedSubquery>(
  inferQuery: InferQuery<S, T>,
  scopes: Scopes,
  node: Exists<S>,
): E.Either<QueryError, WithQuery<T>> => {
  const inferred = inferQuery(node.query, scopes)
  if (E.isLeft(inferred)) return inferred
  const query = inferred.right
  return E.right({ query, type: { kind: 'boolean', nullable: false }, reach: outer(query) })
}

/**
 * Whether a value is among those of a subquery.
 *
 * @since 0.2.0
 */
export const inferInQuery = <S, T extends TypedSubquery>(
  inferQuery: InferQuery<S, T>,
  scopes: Scopes,
  node: InQuery<S>,
  [left]: ReadonlyArray<Typed<T>>,
): E.Either<QueryError, WithQuery<T> & Pick<TypedInQuery<T>, 'column'>> => {
  const inferred = inferQuery(node.query, scopes)
  if (E.isLeft(inferred)) return inferred
  const query = inferred.right
  if (left === undefined) return E.left(malformed('in'))
  if (query.single === null) return E.left(manyColumns('in'))
  const [mine, theirs] = [left.type.kind, query.single.type.kind]
  return commonKind([mine, theirs]) === null
    ? E.left(invalidField(null, 'in', `compares ${mine} with ${theirs}`))
    : E.right({
        query,
        column: query.single,
        type: { kind: 'boolean', nullable: false },
        reach: Math.max(left.reach, outer(query)),
      })
}

/** How far out a subquery looks, as seen from the row that it is for. */
const outer = ({ reach }: TypedSubquery): number => Math.max(0, reach - 1)
