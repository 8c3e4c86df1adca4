/**
 * What rows are made of and changed by.
 *
 * @since 0.2.0
 */
import type { Kind } from '../value/Value.js'
import type { Field } from '../schema/Field.js'
import type { ManyToMany, ToOne } from '../schema/Relation.js'
import type { PkName, Stored } from '../schema/Types.js'
import type { Expr, Input } from './Ref.js'
import type { DefinitionsOf, NameOf } from './Refs.js'

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
  D extends Field<infer K, infer A, any, any> ? Input<K, A> | Extract<A, null> : Stored<S, D>

/**
 * What a new row of a tagged model is made of: what has a default, or may be missing, can be left out.
 *
 * @since 0.1.0
 */
export type NewRow<T> = NewIn<DefinitionsOf<T>, NameOf<T>>

type NewIn<S, M> = M extends keyof S
  ? { readonly [F in ColumnKeys<S[M], false>]: Written<S, S[M][F]> } & {
      readonly [F in ColumnKeys<S[M], true>]?: Written<S, S[M][F]>
    }
  : never

/**
 * What a row of a tagged model is changed by: values, or expressions of the row as it is.
 *
 * @since 0.1.0
 */
export type ChangedRow<T> = ChangedIn<DefinitionsOf<T>, NameOf<T>>

type ChangedIn<S, M> = M extends keyof S
  ? {
      readonly [F in Exclude<ColumnKeys<S[M], boolean>, PkName<S, M>>]?: Written<S, S[M][F]> | Expr<Kind, any>
    }
  : never
