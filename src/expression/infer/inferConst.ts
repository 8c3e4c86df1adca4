import { either as E, option as O } from 'fp-ts'
import { canonical } from '../../value/canonical.js'
import { aKind } from '../../value/describe.js'
import { invalidField, type QueryError } from '../../value/QueryError.js'
import type { Const } from '../Expression.js'
import type { TypedConst, Typing } from '../Typed.js'
import { givenSort } from './mistakes.js'

/**
 * A constant, in its canonical spelling.
 *
 * @since 0.2.0
 */
export const inferConst = ({
  kind,
  value,
}: Const): E.Either<QueryError, Typing & Pick<TypedConst, 'value'>> => {
  if (value === null) return E.right({ type: { kind, nullable: true }, reach: 0, value })
  const spelled = canonical(kind, value)
  return O.isNone(spelled)
    ? E.left(invalidField(null, 'constant', `expected ${aKind(kind)}, got ${givenSort(value)}`))
    : E.right({ type: { kind, nullable: false }, reach: 0, value: spelled.value })
}
