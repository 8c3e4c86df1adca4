/**
 * The types that a schema's definitions imply: rows, keys, reverse sides.
 *
 * A compiler computes these types for each model, so they are tables that are computed once and then looked up. The
 * definitions `S` are handed on as the user wrote them: join models are looked up beside them.
 *
 * @since 0.1.0
 */
import type { Kind } from '../value/Value.js'
import type { autoId, Field } from './Field.js'
import type { ManyToMany, ToOne } from './Relation.js'

/** The definitions of a model, which may be the join model of a many-to-many relation. @since 0.2.0 */
export type DefsOf<S, M> = M extends keyof S ? S[M] : Found<Joins<S>, M>

/** The names of all models, including the join models of many-to-many relations. @since 0.2.0 */
export type ModelNames<S> = keyof S | Ends<S>['join']

/** The name of the primary key of a model with these definitions. @since 0.2.0 */
export type PkOf<D> = {
  [F in keyof D]: D[F] extends { readonly primaryKey: true } ? F : never
}[keyof D]

/** The type of a model's primary key. @since 0.1.0 */
export type Key<S, M> = KeyAmong<S, DefsOf<S, M>>

type KeyAmong<S, D> = Stored<S, D[PkOf<D>]>

/** The type of a column with this definition. @since 0.1.0 */
export type Stored<S, D> =
  D extends Field<Kind, infer A>
    ? A
    : D extends ToOne<infer T, infer N, string, boolean>
      ? Key<S, T> | (N extends true ? null : never)
      : never

/**
 * The row of a model: a value for each field, and a key for each to-one relation.
 *
 * @since 0.1.0
 */
export type RowOf<S, M> = RowAmong<S, DefsOf<S, M>>

// The condition always holds. It makes editors show rows as plain objects.
type RowAmong<S, D> = [D] extends [object]
  ? { readonly [F in keyof D as D[F] extends AnyMany ? never : F]: Stored<S, D[F]> }
  : never

type AnyMany = ManyToMany<string, string, string | null>

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
  D extends Field<infer K, infer A>
    ? StoredAs[K] | (null extends A ? null : never)
    : D extends ToOne<infer T, infer N, string, boolean>
      ? StoredKey<S, DefsOf<S, T>> | (N extends true ? null : never)
      : never

type StoredKey<S, D> = StoredValue<S, D[PkOf<D>]>

/**
 * The row of a model as a backend stores it, before the fields' own codecs read it: a value for each column, and `null`
 * for a missing one.
 *
 * @since 0.2.0
 */
export type StoredRow<S, M> = StoredAmong<S, DefsOf<S, M>>

type StoredAmong<S, D> = [D] extends [object]
  ? { readonly [F in keyof D as D[F] extends AnyMany ? never : F]: StoredValue<S, D[F]> }
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

// The relation `field` of the model `from`: its target, the name of its reverse side (`never` if there is none), whether that is at
// most one row, and the name of the join model that it creates, if any.
interface End<out T extends string, out R extends string, out K, out F, out U, out J extends string> {
  readonly target: T
  readonly name: R
  readonly from: K
  readonly field: F
  readonly one: U
  readonly join: J
  readonly place: `${T}.${R}`
}

// All relations of the definitions. Those of join models have no reverse side.
type Ends<S> = {
  [K in keyof S]: {
    [F in keyof S[K]]: S[K][F] extends { readonly target: string } ? EndOf<S[K][F], K, F> : never
  }[keyof S[K]]
}[keyof S]

type EndOf<D, K, F> =
  D extends ToOne<infer T, boolean, infer R, infer U>
    ? End<T, R, K, F, U, never>
    : D extends ManyToMany<infer T, infer R, infer J>
      ? End<T, R, K, F, false, J extends null ? `${K & string}_${F & string}` : never>
      : never

// What a table has by a name, or `never`. (`keyof` of a table with computed names would go through all of them.)
type Found<Table, K> = (Table & Nothing)[K & string]

interface Nothing {
  readonly [name: string]: never
}

type Joins<S> = { readonly [E in Ends<S> as E['join']]: JoinOf<E['from'] & string, E['target']> }

type JoinOf<M extends string, T extends string> = M extends T
  ? { readonly id: typeof autoId } & { readonly [K in `from_${M}` | `to_${M}`]: JoinTo<M> }
  : { readonly id: typeof autoId } & { readonly [K in M | T]: JoinTo<K> }

type JoinTo<M extends string> = ToOne<M, false, never, false, false>

type ByTarget<S> = { readonly [E in Ends<S> as E['target']]: E['name'] }
type ByPlace<S> = { readonly [E in Ends<S> as E['place']]: E }

/** The names of the reverse relations that lead to `M`. @since 0.2.0 */
export type ReverseNames<S, M> = Found<ByTarget<S>, M>

/**
 * The reverse relation `R` that leads to `M`: `from` is the model that it comes from, `one` says whether there is at most
 * one row.
 *
 * @since 0.2.0
 */
export type ReverseNamed<S, M, R> = Found<ByPlace<S>, `${M & string}.${R & string}`>

type Reserved = 'eq' | 'in' | 'isNull'

/**
 * The mistakes in a schema that types can name. The type of each mistaken definition is a sentence that the definition
 * doesn't match. A schema without mistakes gets no requirements, so its definitions aren't compared with anything.
 *
 * @since 0.1.0
 */
export type Checked<S> = [
  | KeyMistake<S>
  | (FieldNames<S>[keyof S] & Reserved)
  | (Ends<S>['name'] & Reserved)
  | Exclude<Ends<S>['target'], keyof S>
  | (Ends<S>['place'] & Places<S>)
  | Twice<S>,
] extends [never]
  ? unknown
  : Culprits<S>

// Whether there are mistakes: models with a wrong key, names that clash.
type KeyMistake<S> = {
  [M in keyof S]: unknown extends PkCheck<S[M], M> ? never : M
}[keyof S]

type FieldNames<S> = { [M in keyof S]: keyof S[M] }
type Places<S> = { [M in keyof S]: `${M & string}.${keyof S[M] & string}` }[keyof S]
type Twice<S> = {
  [P in Ends<S>['place']]: IsUnion<Found<ByPlace<S>, P>> extends true ? P : never
}[Ends<S>['place']]

type Culprits<S> = {
  readonly [M in keyof S]: PkCheck<S[M], M> & {
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

type PkCheck<D, M> = [PkOf<D>] extends [never]
  ? { readonly primaryKey: `${M & string} has no primary key` }
  : IsUnion<PkOf<D>> extends true
    ? { readonly [F in PkOf<D>]: `${M & string} has two primary keys` }
    : MayBeMissing<D[PkOf<D>]> extends true
      ? { readonly [F in PkOf<D>]: 'a primary key that may be missing' }
      : unknown

type MayBeMissing<D> =
  D extends Field<Kind, infer A>
    ? null extends A
      ? true
      : false
    : D extends ToOne<string, infer N, string, boolean>
      ? N
      : false

type IsUnion<T, U = T> = T extends unknown ? ([U] extends [T] ? false : true) : never
