/**
 * References to a model's columns and relations, and what querysets' types remember of a model.
 *
 * All of it is computed from the definitions of the whole schema, and an editor shows a type with its arguments. So that
 * it doesn't show the schema, of any size, the schema is folded away in the arguments of some aliases here: see
 * `Folds`, and decision 37.
 *
 * @since 0.2.0
 */
import type { Uuid } from '../value/Value.js'
import type { Field } from '../schema/Field.js'
import type { ManyToMany, ToOne } from '../schema/Relation.js'
import type { DefsOf, Key, PkOf, ReverseNamed, ReverseNames, RowOf, StoredRow } from '../schema/Types.js'
import type { ManyRef, OneRef, Ref } from './Ref.js'

declare const modelOf: unique symbol
declare const pathOf: unique symbol

// Compilers show ten of a type within itself, and `...` within those. The inner tuple is no alias, which would be shown with
// its arguments: so all of them are one type to the compiler.
type Nest<T, N extends keyof Less> = [[N extends 0 ? T : Nest<T, Less[N]>[0]]]

interface Less {
  12: 11
  11: 10
  10: 9
  9: 8
  8: 7
  7: 6
  6: 5
  5: 4
  4: 3
  3: 2
  2: 1
  1: 0
  0: 0
}

interface Folds<T> {
  readonly folded: Nest<T, 12>[0]
}

// What was folded. As one condition, it is found out once.
type Unfolded<D> = D extends readonly [infer D0]
  ? D0 extends readonly [infer D1]
    ? D1 extends readonly [infer D2]
      ? D2 extends readonly [infer D3]
        ? D3 extends readonly [infer D4]
          ? D4 extends readonly [infer D5]
            ? D5 extends readonly [infer D6]
              ? D6 extends readonly [infer D7]
                ? D7 extends readonly [infer D8]
                  ? D8 extends readonly [infer D9]
                    ? D9 extends readonly [infer D10]
                      ? D10 extends readonly [infer D11]
                        ? D11 extends readonly [infer D12]
                          ? D12
                          : never
                        : never
                      : never
                    : never
                  : never
                : never
              : never
            : never
          : never
        : never
      : never
    : never
  : never

/**
 * The tag by which a queryset's types remember the model that its rows are of: `row` is the model's own row, and
 * `keyed` takes what may be written for its key.
 *
 * @since 0.1.0
 */
export interface ModelTag<in out S, in out M> {
  readonly definitions: S
  readonly name: M
  readonly row: RowOf<S, M>
  readonly keyed: (key: KeyInput<Key<S, M>>) => void
}

/** What may be written for a key: a UUID as plain text. @since 0.2.0 */
export type KeyInput<A> = [A] extends [Uuid] ? string : A

/** That references, or a tag, are a model's own. @since 0.2.0 */
export interface OfModel<out M> {
  readonly [modelOf]?: M
}

// The next three are what editors show. Declarations show what they stand for, since nobody can import them: they must not
// be exported, here or elsewhere. What they stand for must have names that can be imported.

type Refs<M, D> = RefsIn<Unfolded<D>, M> & OfModel<M>

type Model<M, D> = ModelTag<Unfolded<D>, M> & OfModel<M>

// `N` is `null` where the row may be missing, `P` the way to it. What is asked for most comes first: the compiler goes
// through the parts in this order.
type ToOneRef<M, D, N, P> = OneRef<Key<Unfolded<D>, M> | N, Model<M, D>> &
  Path<Unfolded<D>, P> &
  RefsIn<Unfolded<D>, M, N, P>

/** How the references and the tag of a model are shown. @since 0.2.0 */
export interface Shown<in out S, in out M> {
  readonly refs: Refs<M, Folds<S>['folded']>
  readonly tag: Model<M, Folds<S>['folded']>
}

/**
 * The references to the columns and relations of the model `M` of a schema. `N` is `null` where the row itself may be
 * missing, `P` the way to it: a model, and the names of the relations that lead on.
 *
 * @since 0.1.0
 */
export type RefsIn<S, M, N = never, P = readonly [M]> = {
  readonly [F in keyof DefsOf<S, M> | ReverseNames<S, M>]: F extends keyof DefsOf<S, M>
    ? Forward<S, DefsOf<S, M>[F], F, N, P>
    : Backward<S, ReverseNamed<S, M, F>, N, P>
}

type Forward<S, D, F, N, P> =
  D extends Field<infer K, infer A>
    ? Ref<K, A | N>
    : D extends ToOne<infer T, infer U, string, boolean>
      ? ToOneRef<T, Folds<S>['folded'], N | (U extends true ? null : never), Then<P, F>>
      : D extends ManyToMany<infer T, string, string | null>
        ? ToMany<S, T, F>
        : never

type Backward<S, E, N, P> = E extends {
  readonly name: infer R
  readonly from: infer T
  readonly one: infer U
}
  ? U extends true
    ? ToOneRef<T, Folds<S>['folded'], N | null, Then<P, R>>
    : ToMany<S, T, R>
  : never

type Then<P, F> = P extends readonly [...infer Names] ? readonly [...Names, F] : never

// The condition always holds. It keeps this alias, which has the schema as an argument, from being shown.
type ToMany<S, T, F> = [T] extends [string]
  ? ManyRef<Shown<S, T>['refs'], F & string, RowOf<S, T>, Shown<S, T>['tag']>
  : never

/** A model that has these fields. @since 0.1.0 */
export interface WithFields<in F extends string> {
  readonly row: { readonly [K in F]: unknown }
}

/** A model whose key is written like this. @since 0.1.0 */
export interface WithKey<in K> {
  readonly keyed: (key: K) => void
}

/** The definitions that a tagged model is of. @since 0.2.0 */
export type DefinitionsOf<T> = T extends { readonly definitions: infer S } ? S : never

/** The name of a tagged model. @since 0.2.0 */
export type NameOf<T> = T extends { readonly name: infer M } ? M : never

/** The type of the primary key of a tagged model. @since 0.1.0 */
export type KeyOf<T> = Key<DefinitionsOf<T>, NameOf<T>>

/** The name of the primary key of a tagged model. @since 0.1.0 */
export type PkNameOf<T> = PkOf<DefsOf<DefinitionsOf<T>, NameOf<T>>>

/** A tagged model's own row. @since 0.1.0 */
export type OwnRow<T> = T extends { readonly row: infer A } ? A : never

/** A tagged model's row as a backend keeps it. @since 0.2.0 */
export type StoredRowOf<T> = StoredRow<DefinitionsOf<T>, NameOf<T>>

/**
 * That a reference is a to-one relation: `P` is the model from whose rows it goes, and the names of the relations on the
 * way.
 *
 * @since 0.2.0
 */
export interface Path<out S, out P> {
  readonly [pathOf]?: readonly [S, P]
}

/** The row in which the related row stands in the place of its key. @since 0.1.0 */
export type Selected<A, X> = X extends {
  readonly [pathOf]?: readonly [infer S, readonly [infer M, ...infer P]]
}
  ? Along<S, M, A, P>
  : never

// What was selected before stays where a path goes on through it.
type Along<S, M, A, P> = P extends readonly [infer F extends string, ...infer Rest]
  ? Target<S, M, F> extends readonly [infer T, infer N]
    ? Put<A, F, (Rest extends readonly [] ? RowOf<S, T> : Along<S, T, Inside<A, F, RowOf<S, T>>, Rest>) | N>
    : never
  : never

// Where a to-one relation leads to, and `null` where it may lead nowhere.
type Target<S, M, F> = F extends keyof DefsOf<S, M>
  ? DefsOf<S, M>[F] extends ToOne<infer T, infer U, string, boolean>
    ? [T, U extends true ? null : never]
    : never
  : ReverseNamed<S, M, F> extends { readonly from: infer T }
    ? [T, null]
    : never

type Inside<A, F extends string, Plain> = F extends keyof A
  ? NonNullable<A[F]> extends string | number
    ? Plain
    : NonNullable<A[F]>
  : Plain

type Put<A, F extends string, B> = [F] extends [string]
  ? { readonly [K in keyof A | F]: K extends F ? B : K extends keyof A ? A[K] : never }
  : never

/** The row with the rows of a to-many relation besides. @since 0.1.0 */
export type Prefetched<A, N extends string, B> = Put<A, N, ReadonlyArray<B>>
