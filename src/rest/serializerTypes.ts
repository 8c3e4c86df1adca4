/**
 * The types of a serializer's input and output, derived from its options.
 *
 * @since 0.2.0
 */
import type { DateText, DateTime, Decimal, Duration, TimeText, Uuid } from '../value/Value.js'
import type { ManyRef } from '../expression/Ref.js'
import type { KeyOf } from '../expression/Refs.js'
import type { NewRow } from '../expression/Written.js'
import type {
  ComputedField,
  ExpressionField,
  NestedField,
  OutputOfOverride,
  RelatedField,
  SelfField,
} from './overrides.js'
import type { InputOf } from './Serializer.js'

/* eslint-disable @typescript-eslint/no-explicit-any -- type parameters that don't matter for a match */

/** The names in a list of fields. @since 0.2.0 */
export type NamesOf<F, A, V> =
  F extends ReadonlyArray<infer N extends string> ? N : (keyof A & string) | Exclude<keyof V & string, ''>

type SourceOf<N, V> = N extends keyof V
  ? V[N] extends { readonly source: infer S extends string }
    ? S
    : N
  : N

type IsPlain<D> = D extends { readonly _tag: string } ? false : true

type ManyKeys<X> = X extends ManyRef<any, string, any, infer CM> ? ReadonlyArray<KeyOf<CM>> : never

type ModelOutput<R, A, S> = S extends keyof A ? A[S] : S extends keyof R ? ManyKeys<R[S]> : unknown

type RelatedOutput<R, A, S> = S extends keyof A
  ? string | Extract<A[S], null>
  : S extends keyof R
    ? ReadonlyArray<string>
    : string | null

type OutputAt<R, A, V, N> = N extends keyof V
  ? V[N] extends RelatedField<any>
    ? RelatedOutput<R, A, SourceOf<N, V>>
    : V[N] extends NestedField<any, any> | ComputedField<any, any> | ExpressionField<any, any> | SelfField
      ? OutputOfOverride<V[N]>
      : ModelOutput<R, A, SourceOf<N, V>>
  : ModelOutput<R, A, N>

type IsWriteOnly<V, N> = N extends keyof V
  ? V[N] extends { readonly writeOnly: true }
    ? true
    : false
  : false

/** The type of what a serializer returns. @since 0.2.0 */
export type OutputWith<R, A, V, N extends string> = {
  readonly [K in N as IsWriteOnly<V, K> extends true ? never : K]: OutputAt<R, A, V, K>
}

/** The type of what a caller may send for a stored value. */
type Sent<A> = A extends Decimal
  ? string | number
  : A extends DateText | TimeText | DateTime | Duration | Uuid
    ? string
    : A

type IsReadOnly<V, N> = N extends keyof V
  ? V[N] extends
      | { readonly readOnly: true }
      | ComputedField<any, any>
      | ExpressionField<any, any>
      | SelfField
      | RelatedField<'text'>
    ? true
    : V[N] extends NestedField<any, any>
      ? V[N]['write'] extends null
        ? true
        : false
      : false
  : false

type InputAt<R, A, V, N> = N extends keyof V
  ? V[N] extends RelatedField<any>
    ? RelatedOutput<R, A, SourceOf<N, V>>
    : V[N] extends NestedField<infer S, infer Many>
      ? Many extends true
        ? ReadonlyArray<InputOf<S>>
        : InputOf<S>
      : IsPlain<V[N]> extends true
        ? Sent<ModelOutput<R, A, SourceOf<N, V>>>
        : never
  : Sent<ModelOutput<R, A, N>>

type RequiredKeys<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T]

type IsRequired<M, V, N> = N extends keyof V
  ? V[N] extends { readonly required: infer Q }
    ? Q
    : SourceOf<N, V> extends RequiredKeys<NewRow<M>>
      ? true
      : false
  : N extends RequiredKeys<NewRow<M>>
    ? true
    : false

/** The type of what a serializer accepts for a new row. @since 0.2.0 */
export type InputWith<R, A, M, V, N extends string> = {
  readonly [
    K in N as IsReadOnly<V, K> extends true ? never : IsRequired<M, V, K> extends true ? K : never
  ]: InputAt<R, A, V, K>
} & {
  readonly [
    K in N as IsReadOnly<V, K> extends true ? never : IsRequired<M, V, K> extends true ? never : K
  ]?: InputAt<R, A, V, K>
}
