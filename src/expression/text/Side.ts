import { either as E } from 'fp-ts'
import { invalidField, type QueryError } from '../../value/QueryError.js'
import type { Kind } from '../../value/Value.js'
import type { Expression } from '../Expression.js'
import { functions } from '../functions.js'
import { columnType, modelOf, type Scope } from '../Scope.js'
import { suffixesOf, transforms } from './suffixes.js'
import type { Target } from './Target.js'

/** The left side of a lookup, and its kind. @since 0.2.0 */
export interface LookupSide<S> {
  readonly expression: Expression<S>
  readonly kind: Kind
}

/** The left side: a column, with transforms. What is left of the path comes back. @since 0.2.0 */
export const sideOf = <S>(
  { scope, path, rest }: Target,
  root: Scope,
  text: string,
): E.Either<QueryError, { readonly side: LookupSide<S>; readonly lookups: ReadonlyArray<string> }> => {
  const pk = modelOf(scope)?.primaryKey ?? ''
  // The path of a target begins at the last to-many relation, or at the root.
  const start = path.length === 0 ? [pk] : path
  return E.flatMap(columnType(root, start), ({ type }: { readonly type: { readonly kind: Kind } }) =>
    transformed<S>(
      { expression: { _tag: 'column', path: start, level: 0 }, kind: type.kind },
      rest,
      scope,
      text,
    ),
  )
}

const transformed = <S>(
  side: LookupSide<S>,
  rest: ReadonlyArray<string>,
  scope: Scope,
  text: string,
): E.Either<QueryError, { readonly side: LookupSide<S>; readonly lookups: ReadonlyArray<string> }> => {
  const [name, ...tail] = rest
  const definition = name === undefined || !transforms.includes(name) ? undefined : functions.get(name)
  if (name === undefined || definition === undefined) return E.right({ side, lookups: rest })
  return E.fold(
    (why: string): ReturnType<typeof transformed<S>> =>
      E.left(invalidField(scope.model, text, `${name} ${why}`, suffixesOf(scope.schema, side.kind))),
    ({ kind }: { readonly kind: Kind }) =>
      transformed<S>(
        { expression: { _tag: 'call', name, args: [side.expression] }, kind },
        tail,
        scope,
        text,
      ),
  )(definition.type([{ kind: side.kind, nullable: true }]))
}
