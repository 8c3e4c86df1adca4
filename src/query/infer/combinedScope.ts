import { either as E } from 'fp-ts'
import { invalidField, type QueryError } from '../../value/QueryError.js'
import type { Scope, ScopeColumn } from '../../expression/Scope.js'

/**
 * The scope of the rows of several queries put together.
 *
 * @since 0.1.0
 */
export const combinedScope = (
  left: Scope,
  right: ReadonlyArray<Scope>,
  model: string | null,
): E.Either<QueryError, Scope> => {
  const misfit = [...left.columns].find(([name, { kind }]) =>
    right.some((other) => other.columns.get(name)?.kind !== kind || other.columns.size !== left.columns.size),
  )
  if (misfit !== undefined)
    return E.left(
      invalidField(null, misfit[0], 'is not there, or of another kind, in one of the querysets put together'),
    )
  const columns = [...left.columns].map(([name, column]): [string, ScopeColumn] => [
    name,
    {
      ...column,
      nullable: column.nullable || right.some((other) => other.columns.get(name)?.nullable === true),
    },
  ])
  return E.right({ ...left, model, columns: new Map(columns) })
}
