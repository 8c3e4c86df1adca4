/**
 * Forms as values: a model and its fields, derived from the model and changed where their author says so.
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
 * Errors by field. Those of the form as a whole are under `''`.
 *
 * @since 0.2.0
 */
export type FormErrors = FieldErrors

/** @since 0.2.0 */
export type FormError = FieldProblem

/**
 * Where the errors of a form as a whole are.
 *
 * @since 0.2.0
 */
export const wholeForm = wholeRow

/** A rule for the values of a whole form; see `FormOptions`. */
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
  /** What the author got wrong, such as a name that isn't a field's. */
  readonly mistakes: ReadonlyArray<string>
}

/* eslint-disable @typescript-eslint/no-explicit-any -- type parameters that don't matter for a match */

/** The names of a model's many-to-many relations and rows that point to it. */
type ManyNames<R> = { [K in keyof R]: R[K] extends ManyRef<any, any, any, any> ? K : never }[keyof R] & string

/** @since 0.2.0 */
export type FieldName<R, A> = (keyof A & string) | ManyNames<R>

/** What the input of a field holds once it was read: keys, of a relation to many. */
type ValueIn<A, F> = F extends keyof A ? A[F] | null : ReadonlyArray<string | number>

/**
 * The values of the fields that passed.
 *
 * @since 0.2.0
 */
export type Values<A, F extends string> = { readonly [K in F]?: ValueIn<A, K> }

/**
 * What a form is told.
 *
 * - `fields` are the fields, in their order; there is no other way to get one into a form.
 * - `labels`, `help`, `required`, `widgets`, `choices` (the rows of a relation that may be chosen) and `messages` (by code,
 *   with `{limit}` and other params in braces) change what the model says of a field.
 * - `clean` is a rule for a field's value, once it was read: the value to be kept, or what is wrong with it.
 * - `cleanAll` is one for all values that passed. It is asked even where some didn't. What it gives is kept; of a `Left`,
 *   each problem is told of its field, and that under `''` of the form.
 * - `fieldsets` put the fields into groups.
 * - `disabled` fields are shown, and whatever is posted under their names is ignored.
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
