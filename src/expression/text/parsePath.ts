import { either as E } from 'fp-ts'
import { invalidField, type QueryError } from '../../value/QueryError.js'
import type { Expression } from '../Expression.js'
import type { Scope } from '../Scope.js'
import { sideOf, type LookupSide } from './Side.js'
import { transformsOf } from './suffixes.js'
import { resolve, wrong, type Target } from './Target.js'

/**
 * The expression that a path spells, without a lookup.
 *
 * @since 0.1.0
 */
export const parsePath = <S>(scope: Scope, path: string): E.Either<QueryError, Expression<S>> =>
  E.flatMap(resolve(scope, path), (target: Target) =>
    target.relations.length > 0
      ? E.left(
          invalidField(
            scope.model,
            path,
            'leads to many rows: say which with some, none, every or an aggregate',
          ),
        )
      : E.flatMap(
          sideOf<S>(target, scope, path),
          ({ side, lookups }: { readonly side: LookupSide<S>; readonly lookups: ReadonlyArray<string> }) => {
            const [extra] = lookups
            return extra === undefined
              ? E.right(side.expression)
              : E.left(wrong(target.scope, path, extra, transformsOf(side.kind)))
          },
        ),
  )
