/**
 * Lookups as text: Django's `album__artist__name__icontains`.
 *
 * A path is read from the left. First come columns of the row; if a column name contains `__`, the longest match is
 * used. Otherwise a name is a relation, and reading continues at the related row. Then come transforms, and then the
 * lookup. A column of the related row is preferred to a transform or lookup of the same name.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { invalidField, type QueryError } from '../../value/QueryError.js'
import type { Predicate } from '../Expression.js'
import { follow, type Scope } from '../Scope.js'
import { compared, outwards } from './compared.js'
import { sideOf, type LookupSide } from './Side.js'
import { resolve, type Target } from './Target.js'

const within = <S>(relations: ReadonlyArray<ReadonlyArray<string>>, predicate: Predicate<S>): Predicate<S> =>
  relations.reduceRight<Predicate<S>>(
    (inside, relation) => ({ _tag: 'some', level: 0, relation, predicate: inside }),
    predicate,
  )

/** One lookup, and the to-many relations that lead to its row. @since 0.2.0 */
export interface Atom<S> {
  readonly relations: ReadonlyArray<ReadonlyArray<string>>
  readonly predicate: Predicate<S>
}

/** Reads one lookup. @since 0.2.0 */
export const atomOf = <S>(scope: Scope, text: string, value: unknown): E.Either<QueryError, Atom<S>> =>
  E.flatMap(resolve(scope, text), (target: Target) => {
    const { relations } = target
    // Whether there are related rows at all.
    if (
      relations.length > 0 &&
      target.path.length === 0 &&
      target.rest[0] === 'isnull' &&
      target.rest.length === 1
    ) {
      if (typeof value !== 'boolean')
        return E.left(invalidField(scope.model, text, 'isnull takes true or false'))
      const there = within<S>(relations, { _tag: 'and', all: [] })
      return E.right<QueryError, Atom<S>>({
        relations: [],
        predicate: value ? { _tag: 'not', predicate: there } : there,
      })
    }
    const root = rootOf(scope, relations)
    return E.flatMap(root, (from: Scope) =>
      E.flatMap(
        sideOf<S>(target, from, text),
        ({ side, lookups }: { readonly side: LookupSide<S>; readonly lookups: ReadonlyArray<string> }) =>
          E.map((predicate: Predicate<S>): Atom<S> => ({ relations, predicate }))(
            E.flatMap(outwards(value, relations.length, text), (moved: unknown) =>
              compared<S>(side, lookups, moved, target.scope, text),
            ),
          ),
      ),
    )
  })

const rootOf = (scope: Scope, relations: ReadonlyArray<ReadonlyArray<string>>): E.Either<QueryError, Scope> =>
  relations
    .flat()
    .reduce<E.Either<QueryError, Scope>>(
      (before, name) =>
        E.flatMap(before, (at: Scope) =>
          E.map(({ scope: next }: { readonly scope: Scope }) => next)(follow(at, name)),
        ),
      E.right(scope),
    )

/**
 * The predicate for a lookup as text: a path of relations and fields, transforms, and the lookup (`exact` if there is
 * none), joined by `__`. For to-many relations on the path, at least one related row must meet it. `isnull` of such a
 * relation itself asks whether there are none.
 *
 * Values are JSON scalars of the left side's kind, lists of them for `in` (nulls are ignored) and `range`, or
 * expressions, which refer to the row where the path starts. `exact` with null is `isnull`.
 *
 * @since 0.1.0
 */
export const parseLookup = <S>(
  scope: Scope,
  path: string,
  value: unknown,
): E.Either<QueryError, Predicate<S>> =>
  E.map(({ relations, predicate }: Atom<S>) => within(relations, predicate))(atomOf<S>(scope, path, value))
