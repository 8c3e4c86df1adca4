/**
 * Why a request isn't answered as it asked.
 *
 * @since 0.2.0
 */
import type { QueryError } from '../value/QueryError.js'
import type { Json } from '../value/Value.js'
import { errorsOf, wholeRow, type FieldErrors } from '../serializers/FieldErrors.js'

/**
 * A refusal of the whole request: a status, a code for programs, and a sentence for people.
 *
 * @since 0.2.0
 */
export interface Refused {
  readonly _tag: 'Refused'
  readonly status: number
  readonly code: string
  readonly message: string
  readonly headers?: { readonly [name: string]: string }
}

/**
 * What is wrong with the fields of a body, or with the parameters of an address. Both are answered with 400.
 *
 * @since 0.2.0
 */
export interface Mistaken {
  readonly _tag: 'Mistaken'
  readonly errors: FieldErrors
}

/** @since 0.2.0 */
export type Failure = Refused | Mistaken | QueryError

/**
 * Refuses a request: what an own action answers where it can't do what it is asked.
 *
 * @since 0.2.0
 */
export const refuse = (
  status: number,
  code: string,
  message: string,
  headers: { readonly [name: string]: string } = {},
): Refused => ({ _tag: 'Refused', status, code, message, headers })

/** @since 0.2.0 */
export const mistaken = (errors: FieldErrors): Mistaken => ({ _tag: 'Mistaken', errors })

/**
 * Refuses a value of a body, or the body as a whole, with a 400: what an own action or endpoint answers.
 *
 * @since 0.2.0
 */
export const mistake = (code: string, message: string, field: string = wholeRow): Mistaken =>
  mistaken(errorsOf(field, [{ code, message, params: {} }]))

/** @since 0.2.0 */
export const notFound: Refused = refuse(404, 'not_found', 'There is nothing here.')

/** @since 0.2.0 */
export const parseError = (message: string): Refused => refuse(400, 'parse_error', message)

/**
 * An answer of an own action, or of a handler inside: a status, and a body of JSON, or none.
 *
 * @since 0.2.0
 */
export interface Answer {
  readonly status: number
  readonly body: Json | undefined
  readonly headers?: { readonly [name: string]: string }
}
