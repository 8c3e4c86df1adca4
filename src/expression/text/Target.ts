import { either as E } from 'fp-ts'
import { invalidField, type QueryError } from '../../value/QueryError.js'
import { follow, modelOf, namesOf, type Scope } from '../Scope.js'
import { isSuffix, suffixesOf } from './suffixes.js'

/**
 * A path as far as it has been read: the to-many relations passed (each with the to-one ones before it), the scope
 * that they lead to, the path from there, and the rest.
 *
 * @since 0.2.0
 */
export interface Target {
  readonly relations: ReadonlyArray<ReadonlyArray<string>>
  readonly scope: Scope
  readonly path: ReadonlyArray<string>
  readonly rest: ReadonlyArray<string>
}

/** What can follow at a scope: behind a relation also what can follow the key that the relation stands for. */
const namesAt = (scope: Scope, behindRelation: boolean): ReadonlyArray<string> => {
  const model = modelOf(scope)
  const key = model?.columns.get(model.primaryKey)
  return [
    ...new Set([
      ...namesOf(scope),
      ...(key === undefined ? [] : ['pk']),
      ...(behindRelation && key !== undefined ? suffixesOf(scope.schema, key.kind) : []),
    ]),
  ]
}

/** A name that can't stand where it does in a path. @since 0.2.0 */
export const wrong = (scope: Scope, path: string, name: string, names: ReadonlyArray<string>): QueryError => {
  const error = invalidField(scope.model, name, `is not there (in '${path}')`, names)
  return { ...error, path }
}

/** The names of columns may have `__` in them: the longest that fits is taken. */
const columnAhead = (scope: Scope, parts: ReadonlyArray<string>): string | null => {
  const candidates = parts.map((_, i) => parts.slice(0, parts.length - i).join('__'))
  return candidates.find((name) => scope.columns.has(name)) ?? null
}

/**
 * Reads a path up to its transforms and lookup.
 *
 * @since 0.2.0
 */
export const resolve = (scope: Scope, text: string): E.Either<QueryError, Target> => {
  const walk = (target: Target): E.Either<QueryError, Target> => {
    const { scope: at, path, rest, relations } = target
    const [head, ...tail] = rest
    if (head === undefined) return E.right(target)
    const column = columnAhead(at, rest)
    const relation = column === null || column === head ? modelOf(at)?.relations.get(head) : undefined
    if (relation !== undefined) {
      // A transform or lookup ends the path; so does a column, which leads nowhere.
      return E.flatMap(follow(at, head), ({ scope: next }: { readonly scope: Scope }) =>
        relation.many
          ? walk({ relations: [...relations, [...path, head]], scope: next, path: [], rest: tail })
          : leadsOn(next, tail)
            ? walk({ relations, scope: next, path: [...path, head], rest: tail })
            : E.right({ relations, scope: at, path: [...path, head], rest: tail }),
      )
    }
    if (column !== null)
      return E.right({
        relations,
        scope: at,
        path: [...path, column],
        rest: rest.slice(column.split('__').length),
      })
    const key = head === 'pk' ? modelOf(at)?.primaryKey : undefined
    if (key !== undefined) return E.right({ relations, scope: at, path: [...path, key], rest: tail })
    return path.length === 0 && relations.length > 0 && isSuffix(scope.schema, head)
      ? E.right(target)
      : E.left(wrong(at, text, head, namesAt(at, path.length + relations.length > 0)))
  }
  return walk({ relations: [], scope, path: [], rest: text.split('__') })
}

/** Whether what follows a to-one relation is about the related row, rather than about the key. */
const leadsOn = (scope: Scope, tail: ReadonlyArray<string>): boolean => {
  const [head] = tail
  if (head === undefined) return false
  return (
    columnAhead(scope, tail) !== null ||
    modelOf(scope)?.relations.has(head) === true ||
    head === 'pk' ||
    !isSuffix(scope.schema, head)
  )
}
