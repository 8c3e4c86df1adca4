import { either as E } from 'fp-ts'
import { invalidField, type QueryError } from '../../value/QueryError.js'
import type { Scope, ScopeColumn } from '../../expression/Scope.js'

type Operation = 'union' | 'intersection' | 'difference'

/**
 * The scope of the combined rows of several queries. In a union, a value may be missing if it may be in one of them. In
 * an intersection, it may be if it may be in all of them. In a difference, it may be if it may be in the first.
 *
 * @since 0.1.0
 */
export const combinedScope = (
  operation: Operation,
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
  const columns = [...left.columns].map(([name, column]): [string, ScopeColumn] => {
    const others = right.map((other) => other.columns.get(name)?.nullable === true)
    return [name, { ...column, nullable: isNullable(operation, column.nullable, others) }]
  })
  return E.right({ ...left, model, columns: new Map(columns) })
}

const isNullable = (operation: Operation, first: boolean, others: ReadonlyArray<boolean>): boolean => {
  switch (operation) {
    case 'union':
      return first || others.some((nullable) => nullable)
    case 'intersection':
      return first && others.every((nullable) => nullable)
    case 'difference':
      return first
  }
}
