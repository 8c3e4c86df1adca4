/**
 * Serializers: which fields of a model are sent and received, and in which form.
 *
 * @since 0.2.0
 */
import type { either as E } from 'fp-ts'
import type { Json, Kind } from '../value/Value.js'
import type { Model, ModelColumn, ModelRelation } from '../schema/Schema.js'
import type { AnyQueryset } from '../queryset/Queryset.js'
import type { FieldProblem } from '../serializers/FieldErrors.js'
import type { InputField } from '../serializers/inputFields.js'
import type { Limits } from '../serializers/read.js'
import type { Context } from './Context.js'
import type { StandardSchema } from './standard.js'

declare const inOf: unique symbol
declare const outOf: unique symbol

/**
 * The error of a check: a sentence, a problem with a code, or either of them for each field.
 *
 * @since 0.2.0
 */
export type Refusal = string | FieldProblem | { readonly [field: string]: string | FieldProblem }

/** A check of a value, which may change it. @since 0.2.0 */
export type Check = (value: never) => E.Either<Refusal, unknown>

/**
 * The form of a related row over the wire: its key, another unique column, a link, text, or an object.
 *
 * @since 0.2.0
 */
export type RelatedAs =
  | { readonly _tag: 'key' }
  | { readonly _tag: 'slug'; readonly column: string }
  | { readonly _tag: 'link'; readonly view: string }
  | { readonly _tag: 'text' }
  | { readonly _tag: 'nested'; readonly serializer: AnySerializer; readonly write: NestedWrite | null }

/**
 * Writes nested objects. It gets their values, which the nested serializer has checked, and the key of the row that
 * they belong to.
 *
 * @since 0.2.0
 */
export type NestedWrite = (
  values: ReadonlyArray<{ readonly [name: string]: unknown }>,
  key: Json,
  context: Context,
) => () => Promise<E.Either<import('../value/QueryError.js').QueryError, unknown>>

/** The related rows that can be named and shown, as a function of the request. @since 0.2.0 */
export type Scoped = (context: Context<never>) => AnyQueryset

/** @since 0.2.0 */
export type FieldShape =
  | { readonly _tag: 'value'; readonly column: ModelColumn; readonly limits: Limits }
  | {
      readonly _tag: 'related'
      readonly relation: ModelRelation
      readonly column: ModelColumn | null
      readonly many: boolean
      readonly as: RelatedAs
      readonly within: Scoped | null
    }
  | { readonly _tag: 'computed'; readonly kind: Kind | null; readonly of: (row: never) => unknown }
  | { readonly _tag: 'expression'; readonly kind: Kind; readonly of: (refs: never) => unknown }
  | { readonly _tag: 'self'; readonly view: string }
  | { readonly _tag: 'extra'; readonly schema: StandardSchema }

/** @since 0.2.0 */
export interface SerializerField {
  /** The name in the API. */
  readonly name: string
  /** The name in the model, if it is a field of the model. */
  readonly source: string | null
  readonly input: InputField | null
  readonly shape: FieldShape
  readonly readOnly: boolean
  readonly writeOnly: boolean
  readonly required: boolean
  readonly nullable: boolean
  readonly label: string
  readonly help: string
  readonly checks: ReadonlyArray<Check | StandardSchema>
}

/** @since 0.2.0 */
export interface AnySerializer {
  readonly queryset: AnyQueryset
  readonly model: Model
  readonly fields: ReadonlyArray<SerializerField>
  readonly checks: ReadonlyArray<WholeCheck | StandardSchema>
  readonly unknown: 'ignore' | 'refuse'
  /** The mistakes of the serializer itself: unknown names. */
  readonly mistakes: ReadonlyArray<string>
}

/** A check of all values together. `row` is the stored row, or `null` for a new one. @since 0.2.0 */
export type WholeCheck = (values: never, row: never) => E.Either<Refusal, unknown>

/**
 * A serializer with the input `In` and the output `Out`.
 *
 * @since 0.2.0
 */
export interface Serializer<in out In, out Out> extends AnySerializer {
  readonly '~standard': StandardSchema<unknown, In>['~standard']
  readonly [inOf]?: (given: In) => In
  readonly [outOf]?: Out
}

/** The type of what a serializer returns for a row. @since 0.2.0 */
export type OutputOf<S> = S extends { readonly [outOf]?: infer Out } ? Exclude<Out, undefined> : never

/** The type of what a serializer accepts for a new row. @since 0.2.0 */
export type InputOf<S> = S extends { readonly [inOf]?: (given: infer In) => unknown } ? In : never
