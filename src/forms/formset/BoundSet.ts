/**
 * A formset with what its forms hold.
 *
 * @since 0.2.0
 */
import type { Json } from '../../value/Value.js'
import type { Model, Schema } from '../../schema/Schema.js'
import type { AnyForm, FormError, FormErrors } from '../AnyForm.js'
import type { Bound } from '../bind/Bound.js'

/**
 * The rows of a parent in one form. `column` is the foreign key of the child's rows; `max` and `min` bound how many forms
 * may be posted; `foreign` says what becomes of the key of another parent's row.
 *
 * @since 0.2.0
 */
export interface AnyFormset {
  readonly schema: Schema
  readonly parent: Model
  readonly child: Model
  readonly relation: string
  readonly column: string
  readonly form: AnyForm
  readonly prefix: string
  readonly extra: number
  readonly min: number
  readonly max: number
  readonly canDelete: boolean
  readonly foreign: 'refuse' | 'ignore'
  readonly mistakes: ReadonlyArray<string>
}

/**
 * One of the forms. `isInitial` forms are those of rows that were there; `isDeleted` ones are marked for deletion;
 * `isBlank` ones are spare and were left as they were, so that nothing is made of them; `isForeign` ones are of another parent's row, and left alone.
 *
 * @since 0.2.0
 */
export interface BoundRow {
  readonly bound: Bound
  readonly isInitial: boolean
  readonly isDeleted: boolean
  readonly isBlank: boolean
  readonly isForeign: boolean
}

/**
 * `whole` are the errors of the set as a whole, `errors` those of each form that is not deleted.
 *
 * @since 0.2.0
 */
export interface BoundSet {
  readonly formset: AnyFormset
  readonly parentKey: Json
  readonly isBound: boolean
  readonly forms: ReadonlyArray<BoundRow>
  readonly whole: ReadonlyArray<FormError>
  readonly errors: ReadonlyArray<FormErrors>
  readonly isValid: boolean
}

/** @since 0.2.0 */
export const rowPrefix = ({ prefix }: AnyFormset, n: number | string): string => `${prefix}-${String(n)}`

/** The names of what tells how many forms there are. @since 0.2.0 */
export const managementNames = ({ prefix }: AnyFormset) => ({
  total: `${prefix}-TOTAL_FORMS`,
  initial: `${prefix}-INITIAL_FORMS`,
  min: `${prefix}-MIN_NUM_FORMS`,
  max: `${prefix}-MAX_NUM_FORMS`,
})

/** The name of the box that marks a form for deletion. @since 0.2.0 */
export const deleteName = (formset: AnyFormset, n: number | string): string =>
  `${rowPrefix(formset, n)}-DELETE`

/** The name of the button that asks for one more form. @since 0.2.0 */
export const addName = ({ prefix }: AnyFormset): string => `${prefix}-ADD`
