/**
 * Forms as values: a model and its fields. The fields are derived from the model, and the author can change them.
 *
 * @since 0.2.0
 */
import type { either as E } from 'fp-ts'
import type { Model, Schema } from '../schema/Schema.js'
import type { ManyRef } from '../expression/Ref.js'
import { wholeRow, type FieldErrors, type FieldProblem } from '../serializers/FieldErrors.js'
import type { AnyQueryset } from '../queryset/Queryset.js'
import type { CleanProblem, FormField } from './FormField.js'
import type { Widget } from './Widget.js'

/**
 * Errors by field. Those of the whole form are under `''`.
 *
 * @since 0.2.0
 */
export type FormErrors = FieldErrors

/** @since 0.2.0 */
export type FormError = FieldProblem

/**
 * The name for the errors of the whole form.
 *
 * @since 0.2.0
 */
export const wholeForm = wholeRow

/** A rule for the values of a whole form. See `FormOptions`. */
export type CleanAll = (
  values: never,
) => E.Either<{ readonly [field: string]: string | CleanProblem | undefined }, unknown>

/** A group of fields with a heading. @since 0.2.0 */
export interface Fieldset<F extends string = string> {
  readonly legend: string
  readonly fields: ReadonlyArray<F>
}

/** @since 0.2.0 */
export interface AnyForm {
  readonly schema: Schema
  readonly model: Model
  readonly fields: ReadonlyArray<FormField>
  readonly fieldsets: ReadonlyArray<Fieldset>
  readonly cleanAll: CleanAll | null
  /** The author's mistakes, such as an unknown field name. */
  readonly mistakes: ReadonlyArray<string>
}

/* eslint-disable @typescript-eslint/no-explicit-any -- type parameters that don't matter for a match */

/** The names of a model's many-to-many relations and rows that point to it. */
type ManyNames<R> = { [K in keyof R]: R[K] extends ManyRef<any, any, any, any> ? K : never }[keyof R] & string

/** @since 0.2.0 */
export type FieldName<R, A> = (keyof A & string) | ManyNames<R>

/** The value of a field's input after reading. For a to-many relation, it is a list of keys. */
type ValueIn<A, F> = F extends keyof A ? A[F] | null : ReadonlyArray<string | number>

/**
 * The values of the fields without errors.
 *
 * @since 0.2.0
 */
export type Values<A, F extends string> = { readonly [K in F]?: ValueIn<A, K> }

/**
 * Options of a form.
 *
 * - `fields` names the fields, in order. No other field can be in the form.
 * - `labels`, `help`, `required`, `widgets`, `choices` (the rows that can be chosen for a relation) and `messages` (by
 *   code, with `{limit}` and other params in braces) override the model's description of a field.
 * - `clean` is a rule for a field's value after reading. It gives the value to keep, or an error.
 * - `cleanAll` is a rule for all values without errors. It is called even if other fields have errors. Its result is
 *   kept. In a `Left`, each problem belongs to its field, and the one under `''` to the form.
 * - `fieldsets` put the fields into groups.
 * - `disabled` fields are shown, but their posted values are ignored.
 *
 * @since 0.2.0
 */
export interface FormOptions<A, F extends string> {
  readonly fields: ReadonlyArray<F>
  readonly labels?: { readonly [K in F]?: string }
  readonly help?: { readonly [K in F]?: string }
  readonly required?: { readonly [K in F]?: boolean }
  readonly disabled?: { readonly [K in F]?: boolean }
  readonly initial?: { readonly [K in F]?: ValueIn<A, K> }
  readonly widgets?: { readonly [K in F]?: Widget }
  readonly emptyLabels?: { readonly [K in F]?: string }
  readonly choices?: { readonly [K in F]?: AnyQueryset }
  readonly messages?: { readonly [K in F]?: { readonly [code: string]: string } }
  readonly clean?: {
    readonly [K in F]?: (value: ValueIn<A, K>) => E.Either<string | CleanProblem, ValueIn<A, K>>
  }
  readonly cleanAll?: (
    values: Values<A, F>,
  ) => E.Either<{ readonly [K in F | '']?: string | CleanProblem }, Values<A, F>>
  readonly fieldsets?: ReadonlyArray<Fieldset<NoInfer<F>>>
}
