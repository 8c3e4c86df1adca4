import { either as E } from 'fp-ts'
import { invalidQuery, type QueryError } from '../../value/QueryError.js'
import type { Predicate } from '../Expression.js'
import type { Scope } from '../Scope.js'
import { atomOf, type Atom } from './parseLookup.js'

/**
 * Lookups that are combined.
 *
 * @since 0.1.0
 */
export type LookupTree =
  | { readonly lookup: string; readonly value: unknown }
  | { readonly and: ReadonlyArray<LookupTree> }
  | { readonly or: ReadonlyArray<LookupTree> }
  | { readonly not: LookupTree }

/**
 * The predicate for a tree of lookups.
 *
 * All lookups in one `and` on a to-many relation are about the same related row, as in one call of Django's `filter`:
 * "a track that is long and is Rock", not "a long track, and some track that is Rock". Lookups in an `and` (nested ones
 * count as the same `and`) that start with the same to-many relation are therefore put into one `some`. Inside it, the
 * same applies to those that continue with the same relation. An `or` whose branches all start with that relation is
 * included as a whole. Other `or`s, and everything under a `not`, are separate and about their own rows, as are two
 * trees in two filters.
 *
 * @since 0.1.0
 */
export const parseLookups = <S>(scope: Scope, tree: LookupTree): E.Either<QueryError, Predicate<S>> =>
  treeOf<S>(scope, tree, 0)

const treeOf = <S>(scope: Scope, tree: LookupTree, depth: number): E.Either<QueryError, Predicate<S>> =>
  E.map((atoms: ReadonlyArray<Atom<S>>) => together(atoms))(conjuncts<S>(scope, tree, depth))

/** Lookups may come from elsewhere, and are read by recursion. */
const deepest = 200

/** The conditions that must all hold, each with its related row. */
const conjuncts = <S>(
  scope: Scope,
  tree: LookupTree,
  depth: number,
): E.Either<QueryError, ReadonlyArray<Atom<S>>> => {
  if (depth > deepest)
    return E.left(
      invalidQuery('', `lookups are nested more than ${String(deepest)} deep`, 'Put them together by less.'),
    )
  if ('lookup' in tree) return E.map((atom: Atom<S>) => [atom])(atomOf<S>(scope, tree.lookup, tree.value))
  if ('and' in tree)
    return E.map((lists: ReadonlyArray<ReadonlyArray<Atom<S>>>) => lists.flat())(
      E.traverseArray((each: LookupTree) => conjuncts<S>(scope, each, depth + 1))(tree.and),
    )
  if ('not' in tree)
    return E.map((predicate: Predicate<S>): ReadonlyArray<Atom<S>> => [
      { relations: [], predicate: { _tag: 'not', predicate } },
    ])(treeOf<S>(scope, tree.not, depth + 1))
  return E.map((branches: ReadonlyArray<ReadonlyArray<Atom<S>>>): ReadonlyArray<Atom<S>> => {
    // If all branches are about rows of the same relation, they are a condition on that row. A branch without a
    // condition is about no row.
    const shared = branches.every((branch) => branch.length > 0) ? commonRelations(branches.flat()) : []
    return [
      {
        relations: shared,
        predicate: {
          _tag: 'or',
          any: branches.map((branch) =>
            together(branch.map((atom) => ({ ...atom, relations: atom.relations.slice(shared.length) }))),
          ),
        },
      },
    ]
  })(E.traverseArray((each: LookupTree) => conjuncts<S>(scope, each, depth + 1))(tree.or))
}

const sameRelation = (a: ReadonlyArray<string> | undefined, b: ReadonlyArray<string> | undefined): boolean =>
  a !== undefined && b !== undefined && a.join('.') === b.join('.')

const commonRelations = <S>(atoms: ReadonlyArray<Atom<S>>): ReadonlyArray<ReadonlyArray<string>> => {
  const [first, ...others] = atoms
  if (first === undefined) return []
  const length = first.relations.findIndex(
    (relation, i) => !others.every((other) => sameRelation(relation, other.relations[i])),
  )
  return length === -1 ? first.relations : first.relations.slice(0, length)
}

/** Puts conditions on the same related row into one `some`. */
const together = <S>(atoms: ReadonlyArray<Atom<S>>): Predicate<S> => {
  const groups = new Map<string, Array<Atom<S>>>()
  const parts: Array<{ readonly relation: ReadonlyArray<string> | null; readonly atoms: Array<Atom<S>> }> = []
  atoms.forEach((atom) => {
    const [relation] = atom.relations
    if (relation === undefined) {
      parts.push({ relation: null, atoms: [atom] })
      return
    }
    const inside: Atom<S> = { ...atom, relations: atom.relations.slice(1) }
    const found = groups.get(relation.join('.'))
    if (found !== undefined) found.push(inside)
    else {
      const made = [inside]
      groups.set(relation.join('.'), made)
      parts.push({ relation, atoms: made })
    }
  })
  const all = parts.flatMap(({ relation, atoms: inside }): ReadonlyArray<Predicate<S>> =>
    relation === null
      ? inside.map(({ predicate }) => predicate)
      : [{ _tag: 'some', level: 0, relation, predicate: together(inside) }],
  )
  const [only, another] = all
  return only !== undefined && another === undefined ? only : { _tag: 'and', all }
}
