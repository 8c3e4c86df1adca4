import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Column } from '../Expression.js'
import { columnType, joinsOf, scopesAt, type Scopes } from '../Scope.js'
import type { TypedColumn } from '../Typed.js'
import { noSuchLevel } from './mistakes.js'

/**
 * A column of the row at its level, or of a row that to-one relations lead to from there, which may be missing.
 *
 * @since 0.2.0
 */
export const inferColumn = (
  scopes: Scopes,
  { path, level }: Column,
): E.Either<QueryError, Omit<TypedColumn, keyof Column>> => {
  const there = scopesAt(scopes, level)
  if (there === null) return E.left(noSuchLevel(path.join('__'), level))
  const found = columnType(there.scope, path)
  if (E.isLeft(found)) return found
  const { relations, column, type } = found.right
  return E.right({
    type: { kind: type.kind, nullable: type.nullable },
    reach: level + 1,
    joins: joinsOf(there.scope, relations),
    column,
    codec: type.codec,
    ...(type.scale === undefined ? {} : { scale: type.scale }),
  })
}
