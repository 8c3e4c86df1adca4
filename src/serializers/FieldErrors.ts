/**
 * What is wrong with what somebody sent, field by field.
 *
 * @since 0.2.0
 */
import type { Json } from '../value/Value.js'

/**
 * One thing that is wrong with a value. `code` is for programs and never changes, `message` is for people, and `params` are
 * what the message speaks of: `{ code: 'max_length', params: { limit: 20 } }`.
 *
 * @since 0.2.0
 */
export interface FieldProblem {
  readonly code: string
  readonly message: string
  readonly params: { readonly [name: string]: Json }
}

/**
 * What is wrong, by the name of the field. What concerns no single field is under `wholeRow`.
 *
 * @since 0.2.0
 */
export interface FieldErrors {
  readonly [field: string]: ReadonlyArray<FieldProblem>
}

/**
 * The name under which errors are kept that concern no single field.
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
  // No name of a caller's choosing becomes a prototype.
  problems.length === 0 ? noErrors : Object.fromEntries([[field, problems]])

/**
 * The errors of both; of a field that both speak of, those of the first come first.
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
