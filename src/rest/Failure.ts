/**
 * Why a request is refused.
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
 * The mistakes in the fields of a body, or in the parameters of a URL. Both are a 400.
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
 * Refuses a request. Return it from an action that can't do what the caller asks.
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
 * Refuses a value of a body, or the whole body, with a 400. Return it from an action or an endpoint.
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
 * The answer of an action, or of an inner handler: a status, and an optional JSON body.
 *
 * @since 0.2.0
 */
export interface Answer {
  readonly status: number
  readonly body: Json | undefined
  readonly headers?: { readonly [name: string]: string }
}
