/**
 * What rows are made of and changed by.
 *
 * @since 0.2.0
 */
import type { Kind } from '../value/Value.js'
import type { Field } from '../schema/Field.js'
import type { ManyToMany, ToOne } from '../schema/Relation.js'
import type { DefsOf, PkOf, Stored } from '../schema/Types.js'
import type { Alike, Expr, Input } from './Ref.js'
import type { DefinitionsOf, NameOf, OwnRow } from './Refs.js'

/* eslint-disable @typescript-eslint/no-explicit-any -- type parameters that don't matter for a match */

type Optional<D> =
  D extends Field<any, any, any, infer O>
    ? O
    : D extends ToOne<any, infer N, any, any, any, infer V>
      ? V extends null
        ? N
        : true
      : false

type ColumnKeys<D, O extends boolean> = {
  [F in keyof D]: D[F] extends ManyToMany<any, any, any> ? never : O extends Optional<D[F]> ? F : never
}[keyof D]

type Written<S, D> =
  D extends Field<infer K, infer A, any, any> ? Input<K, A> | Unfrozen<A> | Extract<A, null> : Stored<S, D>

// A list may be given as one that can't be changed, as literals are.
type Unfrozen<A> = A extends ReadonlyArray<infer E> ? ReadonlyArray<E> : never

/**
 * What a new row of a tagged model is made of: what has a default, or may be missing, can be left out.
 *
 * @since 0.1.0
 */
export type NewRow<T> = NewAmong<DefinitionsOf<T>, DefsOf<DefinitionsOf<T>, NameOf<T>>>

// The condition always holds. It keeps the alias, which has the schema as an argument, out of messages.
type NewAmong<S, D> = [D] extends [object]
  ? { readonly [F in ColumnKeys<D, false>]: Written<S, D[F]> } & {
      readonly [F in ColumnKeys<D, true>]?: Written<S, D[F]>
    }
  : never

/**
 * What a row of a tagged model is changed by: values, or expressions of the row as it is.
 *
 * @since 0.1.0
 */
export type ChangedRow<T> = ChangedAmong<DefinitionsOf<T>, DefsOf<DefinitionsOf<T>, NameOf<T>>>

// What may be given is written out here, since an alias would be shown with the schema. Whether an expression is missing where
// it may not be is found out when the row is written.
type ChangedAmong<S, D> = [D] extends [object]
  ? {
      readonly [F in Exclude<ColumnKeys<D, boolean>, PkOf<D>>]?:
        | Written<S, D[F]>
        | (D[F] extends Field<infer K, infer A>
            ? Expr<Alike<K>, any> | Expr<Kind, A | null>
            : Expr<Kind, Stored<S, D[F]> | null>)
    }
  : never

/**
 * What is given for a row of the model `M`, `W` in a right program: where fields are missing in `N`, a sentence that says
 * so. Where the model isn't known yet, it is anything; see `Late`.
 *
 * @since 0.2.0
 */
export type Given<M, N, W> = unknown extends M
  ? N
  : [M] extends [null]
    ? NoModel
    : [Lacking<N, W>] extends [never]
      ? W
      : `the field '${Lacking<N, W>}' is missing`

/**
 * As `Given`, of what has no fields that could be missing: a key, or changes.
 *
 * @since 0.2.0
 */
export type Asked<M, N, W> = unknown extends M ? N : [M] extends [null] ? NoModel : W

type NoModel = "the rows are not a model's own: ask before 'values' or 'groupBy'"

// A name that no field has is told as such, before a field that is missing.
type Lacking<N, W> = [Exclude<keyof N, keyof W>] extends [never]
  ? Exclude<RequiredKeys<W>, keyof N> & string
  : never

type RequiredKeys<W> = { [F in keyof W]-?: object extends Pick<W, F> ? never : F }[keyof W]

/**
 * What values mean that were given before the model was known: nothing more if they fit, else a sentence that nothing is.
 *
 * @since 0.2.0
 */
export type Late<M, N, W> = unknown extends M
  ? [N] extends [W]
    ? unknown
    : [Lacking<N, W>] extends [never]
      ? "the values don't fit the fields of the model"
      : `the field '${Lacking<N, W>}' is missing`
  : unknown

/**
 * What a callback gives for the fields of a model, `P` in a right program: of what is no field, a sentence that says so.
 *
 * @since 0.2.0
 */
export type Changes<M, P> = unknown extends M
  ? P
  : [M] extends [null]
    ? NoModel
    : {
        readonly [F in keyof NoInfer<P>]: F extends keyof ChangedRow<M>
          ? ChangedRow<M>[F]
          : Unchangeable<M, F>
      }

type Unchangeable<M, F> = F extends keyof OwnRow<M>
  ? `the field '${F & string}' is the key, which stays`
  : `there is no field '${F & string}'`
