/**
 * The types that a schema's definitions imply: rows, keys, reverse sides.
 *
 * @since 0.1.0
 */
import type { Kind } from '../value/Value.js'
import type { autoId, Field } from './Field.js'
import type { ManyToMany, ToOne } from './Relation.js'

/* eslint-disable @typescript-eslint/no-explicit-any -- type parameters that don't matter for a match */

/** @since 0.1.0 */
export type AnyDefs = { readonly [model: string]: { readonly [field: string]: any } }

/** The name of a model's primary key. @since 0.1.0 */
export type PkName<S, M extends keyof S> = {
  [F in keyof S[M]]: S[M][F] extends { readonly primaryKey: true } ? F : never
}[keyof S[M]]

/** The type of a model's primary key. @since 0.1.0 */
export type Key<S, M extends keyof S> =
  PkName<S, M> extends infer P extends keyof S[M] ? Stored<S, S[M][P]> : never

/** The type of a column with this definition. @since 0.1.0 */
export type Stored<S, D> =
  D extends Field<any, infer A, any, any>
    ? A
    : D extends ToOne<infer T, infer N, any, any, any>
      ? T extends keyof S
        ? Key<S, T> | (N extends true ? null : never)
        : never
      : never

/**
 * The row of a model: a value for each field, and a key for each to-one relation.
 *
 * (The conditions in these types always hold. They make editors show rows as plain objects.)
 *
 * @since 0.1.0
 */
export type RowOf<S, M extends keyof S> = [M] extends [keyof S]
  ? {
      readonly [F in keyof S[M] as S[M][F] extends ManyToMany<any, any, any> ? never : F]: Stored<S, S[M][F]>
    }
  : never

/** The types in which a stored value of each kind can be written. */
interface StoredAs {
  readonly text: string
  readonly int: number
  readonly float: number
  readonly decimal: string | number
  readonly boolean: boolean
  readonly date: string
  readonly time: string
  readonly datetime: string | Date
  readonly duration: string
  readonly uuid: string
  readonly json: unknown
}

type StoredValue<S, D> =
  D extends Field<infer K extends Kind, infer A, any, any>
    ? StoredAs[K] | (null extends A ? null : never)
    : D extends ToOne<infer T, infer N, any, any, any>
      ? T extends keyof S
        ? StoredValue<S, S[T][PkName<S, T>]> | (N extends true ? null : never)
        : never
      : never

/**
 * The row of a model as a backend stores it, before the fields' own codecs read it: a value for each column, and `null`
 * for a missing one.
 *
 * @since 0.2.0
 */
export type StoredRow<S, M extends keyof S> = [M] extends [keyof S]
  ? {
      readonly [F in keyof S[M] as S[M][F] extends ManyToMany<any, any, any> ? never : F]: StoredValue<
        S,
        S[M][F]
      >
    }
  : never

/**
 * The row without the model's fields that aren't in `F`. Values that replaced fields, or were added, stay. `B` is the
 * model's own row.
 *
 * @since 0.1.0
 */
export type Only<A, B, F> = [A] extends [object]
  ? {
      readonly [
        K in keyof A as K extends F ? K : K extends keyof B ? (B[K] extends A[K] ? never : K) : K
      ]: A[K]
    }
  : never

type Through<M extends string, D> =
  D extends ManyToMany<infer T, any, null>
    ? { readonly id: typeof autoId } & (M extends T
        ? { readonly [K in `from_${M}`]: ToOne<M, false, never, false, false> } & {
            readonly [K in `to_${M}`]: ToOne<M, false, never, false, false>
          }
        : { readonly [K in M]: ToOne<M, false, never, false, false> } & {
            readonly [K in T]: ToOne<T, false, never, false, false>
          })
    : never

type ThroughEntry<S> =
  Ends<S> extends infer E
    ? E extends readonly [any, any, infer M extends string, any, infer F extends string, null]
      ? M extends keyof S
        ? F extends keyof S[M]
          ? [`${M}_${F}`, Through<M, S[M][F]>]
          : never
        : never
      : never
    : never

/** The definitions, including the join models of many-to-many relations. @since 0.1.0 */
export type WithThrough<S> = [ThroughEntry<S>] extends [never] ? S : Merged<S, ThroughEntry<S>>

type Merged<S, E extends readonly [string, unknown]> = {
  readonly [M in keyof S | E[0]]: M extends keyof S ? S[M] : Extract<E, readonly [M, unknown]>[1]
}

/**
 * The reverse relations that lead to `M`: tuples of `M`, the name, the source model, whether there is at most one row,
 * and the relation's own name.
 *
 * @since 0.1.0
 */
export type Reverse<S, M> = M extends string
  ? ByTarget<S> extends { readonly [K in M]: infer E }
    ? E
    : never
  : never

/** The reverse relation `R` that leads to `M`. @since 0.2.0 */
export type ReverseNamed<S, M, R> =
  ByName<S> extends { readonly [K in `${M & string}.${R & string}`]: infer E } ? E : never

// Both are computed once for the whole schema and then looked up. `keyof` would go through all of them each time.
type ByTarget<S> = { [E in Ends<S> as E[0]]: E }
type ByName<S> = { [E in Ends<S> as NameOf<E>]: E }

// A relation without a reverse name has no reverse side.
type NameOf<E> = E extends readonly [infer T extends string, infer R extends string, ...any]
  ? [R] extends [never]
    ? never
    : `${T}.${R}`
  : never

// All relations: target, reverse name, model, whether there is at most one row, field, and join model.
type Ends<S> = {
  [K in keyof S]: {
    [F in keyof S[K]]: S[K][F] extends ToOne<infer T, any, infer R, infer U, any>
      ? [T, R, K, U, F, 'none']
      : S[K][F] extends ManyToMany<infer T, infer R, infer B>
        ? [T, R, K, false, F, B]
        : never
  }[keyof S[K]]
}[keyof S]

type Reserved = 'eq' | 'in' | 'isNull'

/**
 * The mistakes in a schema that types can name. The type of each mistaken definition is a sentence that the definition
 * doesn't match. A schema without mistakes gets no requirements, so its definitions aren't compared with anything.
 *
 * @since 0.1.0
 */
export type Checked<S> = [KeyMistake<S> | NameMistake<S> | EndMistake<S, Ends<S>>] extends [never]
  ? unknown
  : Culprits<S>

// Whether there are mistakes: models with a wrong key, reserved names, or wrong relations.
type KeyMistake<S> = {
  [M in keyof S]: unknown extends PkCheck<S, M> ? never : M
}[keyof S]

type NameMistake<S> = { [M in keyof S]: keyof S[M] & Reserved }[keyof S]

type EndMistake<S, E> = E extends readonly [infer T extends string, infer R extends string, ...any]
  ? unknown extends RelationCheck<S, T, R>
    ? never
    : E
  : never

type Culprits<S> = {
  readonly [M in keyof S]: PkCheck<S, M> & {
    readonly [F in keyof S[M]]: F extends Reserved
      ? `'${F}' is a name that references use themselves`
      : S[M][F] extends { readonly target: infer T extends string; readonly relatedName: infer R }
        ? RelationCheck<S, T, Extract<R, string>>
        : unknown
  }
}

// `R` is the name of the relation's reverse side, `never` if there is none.
type RelationCheck<S, T extends string, R extends string> = T extends keyof S
  ? [R] extends [never]
    ? unknown
    : R extends Reserved
      ? `'${R}' is a name that references use themselves`
      : R extends keyof S[T]
        ? `the relatedName '${R}' clashes with the field ${T & string}.${R}`
        : IsUnion<ReverseNamed<S, T, R>> extends true
          ? `the relatedName '${R}' clashes with that of another relation to ${T & string}`
          : unknown
  : `leads to '${T}', which is not a model`

type PkCheck<S, M extends keyof S> = [PkName<S, M>] extends [never]
  ? { readonly primaryKey: `${M & string} has no primary key` }
  : IsUnion<PkName<S, M>> extends true
    ? { readonly [F in PkName<S, M>]: `${M & string} has two primary keys` }
    : null extends MissingOf<S[M][PkName<S, M>]>
      ? { readonly [F in PkName<S, M>]: 'a primary key that may be missing' }
      : unknown

type MissingOf<D> =
  D extends Field<any, infer A, any, any>
    ? A
    : D extends ToOne<any, infer N, any, any, any>
      ? N extends true
        ? null
        : never
      : never

type IsUnion<T, U = T> = T extends unknown ? ([U] extends [T] ? false : true) : never
