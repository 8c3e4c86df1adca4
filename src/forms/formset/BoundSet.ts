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
 * A formset. `column` is the foreign key of the child's rows. `min` and `max` limit the number of posted forms.
 * `foreign` says what happens with the key of another parent's row.
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
 * One of the forms of a formset. An `isInitial` form belongs to an existing row. An `isDeleted` form is marked for
 * deletion. An `isBlank` form was left empty, and is ignored. An `isForeign` form has the key of another parent's row,
 * and is ignored.
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
 * A bound formset. `whole` has the errors of the formset as a whole. `errors` has those of each form that isn't
 * deleted.
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
