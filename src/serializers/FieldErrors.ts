/**
 * The errors of input, by field.
 *
 * @since 0.2.0
 */
import type { Json } from '../value/Value.js'

/**
 * One error of a value. `code` is for programs and never changes. `message` is for people. `params` are the parameters
 * of the message: `{ code: 'max_length', params: { limit: 20 } }`.
 *
 * @since 0.2.0
 */
export interface FieldProblem {
  readonly code: string
  readonly message: string
  readonly params: { readonly [name: string]: Json }
}

/**
 * The errors by the name of the field. Errors that belong to no single field are under `wholeRow`.
 *
 * @since 0.2.0
 */
export interface FieldErrors {
  readonly [field: string]: ReadonlyArray<FieldProblem>
}

/**
 * The name for errors that belong to no single field.
 *
 * @since 0.2.0
 */
export const wholeRow = ''

/** @since 0.2.0 */
export const noErrors: FieldErrors = {}

/** @since 0.2.0 */
export const hasErrors = (errors: FieldErrors): boolean =>
  Object.values(errors).some((problems) => problems.length > 0)

/** @since 0.2.0 */
export const errorsOf = (field: string, problems: ReadonlyArray<FieldProblem>): FieldErrors =>
  // A name that a caller chooses must not become a prototype.
  problems.length === 0 ? noErrors : Object.fromEntries([[field, problems]])

/**
 * The errors of both. The errors of a field in the first come first.
 *
 * @since 0.2.0
 */
export const joinErrors = (all: ReadonlyArray<FieldErrors>): FieldErrors => {
  const joined = new Map<string, Array<FieldProblem>>()
  all.forEach((errors) => {
    Object.entries(errors).forEach(([field, problems]) => {
      if (problems.length > 0) joined.set(field, [...(joined.get(field) ?? []), ...problems])
    })
  })
  return Object.fromEntries(joined)
}
