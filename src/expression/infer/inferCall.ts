import { either as E } from 'fp-ts'
import { invalidField, type QueryError } from '../../value/QueryError.js'
import type { Call } from '../Expression.js'
import { functions } from '../functions.js'
import type { Typed, TypedCall } from '../Typed.js'
import { malformed } from './mistakes.js'
import { reachOf } from './reachOf.js'

/**
 * A call: its function says of what type the result is for arguments of these types.
 *
 * @since 0.2.0
 */
export const inferCall = <S, T>(
  { name }: Call<S>,
  args: ReadonlyArray<Typed<T>>,
): E.Either<QueryError, Omit<TypedCall<T>, keyof Call<T>>> => {
  const definition = functions.get(name)
  if (definition === undefined)
    return E.left(invalidField(null, name, 'is not a function', [...functions.keys()]))
  const [min, max] = definition.arity
  if (args.length < min || args.length > max) return E.left(malformed(name))
  const type = definition.type(args.map((each) => each.type))
  return E.isLeft(type)
    ? E.left(invalidField(null, name, type.left))
    : E.right({ type: type.right, reach: reachOf(args), definition })
}
