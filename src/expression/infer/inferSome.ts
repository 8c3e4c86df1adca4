import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Some } from '../Expression.js'
import { followAll, joinsOf, scopesAt, type Scopes } from '../Scope.js'
import type { Typed, TypedSome } from '../Typed.js'
import { malformed, noSuchLevel } from './mistakes.js'

/**
 * Whether one of the rows that a relation leads to meets a predicate.
 *
 * @since 0.2.0
 */
export const inferSome = <S, T>(
  scopes: Scopes,
  { level, relation }: Some<S>,
  [predicate]: ReadonlyArray<Typed<T>>,
): E.Either<QueryError, Omit<TypedSome<T>, keyof Some<T>>> => {
  const start = scopesAt(scopes, level)
  if (start === null) return E.left(noSuchLevel(relation.join('__'), level))
  if (predicate === undefined || relation.length === 0) return E.left(malformed('some'))
  const followed = followAll(start.scope, relation)
  if (E.isLeft(followed)) return followed
  return E.right({
    type: { kind: 'boolean', nullable: false },
    reach: Math.max(level + 1, predicate.reach - 1),
    joins: joinsOf(start.scope, followed.right.relations),
  })
}
