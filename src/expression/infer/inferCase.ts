import { either as E } from 'fp-ts'
import { invalidField, type QueryError } from '../../value/QueryError.js'
import type { Case } from '../Expression.js'
import { commonKind } from '../commonKind.js'
import { castType } from '../functions/cast.js'
import type { Typed, Typing } from '../Typed.js'
import { reachOf } from './reachOf.js'

/**
 * A choice of branches: of the kind that their results have in common.
 *
 * @since 0.2.0
 */
export const inferCase = <S, T>(
  _: Case<S>,
  operands: ReadonlyArray<Typed<T>>,
): E.Either<QueryError, Typing> => {
  // Predicates and results take turns; the last is for where no predicate holds.
  const results = operands.filter((_operand, i) => i % 2 === 1 || i === operands.length - 1)
  // A bare null fits any kind.
  const solid = results.filter((each) => !isNull(each))
  const kind = commonKind((solid.length === 0 ? results : solid).map((each) => each.type.kind))
  return kind === null
    ? E.left(invalidField(null, 'case', 'gives values of different kinds'))
    : E.right({
        type: { kind, nullable: results.some((each) => castType(each.type, kind).nullable) },
        reach: reachOf(operands),
      })
}

const isNull = <T>(node: Typed<T>): boolean => node._tag === 'const' && node.value === null
