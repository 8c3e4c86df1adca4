import { either as E } from 'fp-ts'
import { invalidField, type QueryError } from '../../value/QueryError.js'
import type { Cast } from '../Expression.js'
import { castable, castType } from '../functions/cast.js'
import type { Typed, Typing } from '../Typed.js'
import { malformed } from './mistakes.js'

/**
 * A conversion to another kind.
 *
 * @since 0.2.0
 */
export const inferCast = <S, T>(
  { to }: Cast<S>,
  [arg]: ReadonlyArray<Typed<T>>,
): E.Either<QueryError, Typing> => {
  if (arg === undefined) return E.left(malformed('cast'))
  const { kind } = arg.type
  return castable(kind, to)
    ? E.right({ type: castType(arg.type, to), reach: arg.reach })
    : E.left(invalidField(null, 'cast', `can't make ${to} of ${kind}`))
}
