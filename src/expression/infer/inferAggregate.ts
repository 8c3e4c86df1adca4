import { either as E } from 'fp-ts'
import { invalidField, type QueryError } from '../../value/QueryError.js'
import { aggregateType, alwaysAnswers } from '../aggregate.js'
import type { Aggregate } from '../Expression.js'
import { castType } from '../functions/cast.js'
import { commonKind } from '../commonKind.js'
import { followAll, joinsOf, ofRows, scopesAt, type Scopes } from '../Scope.js'
import { codecOf, type Typed, type TypedAggregate, type TypedExpression } from '../Typed.js'
import { malformed, noSuchLevel } from './mistakes.js'
import { reachOf } from './reachOf.js'

/**
 * An aggregate over the rows that a relation leads to, or over a group's.
 *
 * @since 0.2.0
 */
export const inferAggregate = <S, T>(
  scopes: Scopes,
  node: Aggregate<S>,
  operands: ReadonlyArray<Typed<T>>,
): E.Either<QueryError, Omit<TypedAggregate<T>, keyof Aggregate<T>>> => {
  const { name, level, relation } = node
  const ofGroup = node.over === 'group'
  const start = ofGroup ? scopes : scopesAt(scopes, level)
  if (start === null) return E.left(noSuchLevel(name, level))
  if (ofGroup && scopes.group === null)
    return E.left(
      invalidField(null, name, 'there is no group here: aggregate over a relation, or group first'),
    )
  const base = ofGroup ? ofRows(scopes) : start
  const followed = followAll(base.scope, relation)
  if (E.isLeft(followed)) return followed
  const { arg, inside, fallback } = partsOf(node, operands)
  const kind = arg?.type.kind ?? 'int'
  const type = aggregateType(name, kind)
  if (type === null) return E.left(invalidField(null, name, `doesn't take ${kind}`))
  if (arg === null && name !== 'count') return E.left(malformed(name))
  if (fallback !== null && commonKind([fallback.type.kind, type.kind]) === null)
    return E.left(invalidField(null, name, `its default is ${fallback.type.kind}, not ${type.kind}`))
  // A value there is, of each row, and of a row at least.
  const some = scopes.group?.filled === true && ofGroup && relation.length === 0 && node.filter === null
  const sure = some && arg?.type.nullable === false && alwaysAnswers(name, kind, node.sample)
  const nullable = type.nullable && !sure
  return E.right({
    type: {
      kind: type.kind,
      nullable: nullable && (fallback === null || castType(fallback.type, type.kind).nullable),
    },
    reach: Math.max(
      ofGroup ? 1 : level + 1,
      reachOf(inside) - (relation.length > 0 ? 1 : 0),
      fallback?.reach ?? 0,
    ),
    joins: joinsOf(base.scope, followed.right.relations),
    // The least and the greatest of values with a codec of their own are such values.
    codec: arg !== null && (name === 'min' || name === 'max') ? codecOf(arg) : null,
  })
}

/** The operands by what they are; those `inside` stand on the rows that it goes through. */
const partsOf = <S, T>({ arg, default: fallback }: Aggregate<S>, operands: ReadonlyArray<Typed<T>>) => ({
  // The argument, where there is one, comes first, and is an expression.
  arg: arg === null ? null : ((operands[0] as TypedExpression<T> | undefined) ?? null),
  inside: fallback === null ? operands : operands.slice(0, -1),
  fallback: fallback === null ? null : (operands.at(-1) ?? null),
})
