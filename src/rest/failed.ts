/**
 * The response to each failure: a status and a body.
 *
 * @since 0.2.0
 */
import type { FieldError, QueryError } from '../value/QueryError.js'
import type { Json, JsonObject } from '../value/Value.js'
import {
  errorsOf,
  joinErrors,
  wholeRow,
  type FieldErrors,
  type FieldProblem,
} from '../serializers/FieldErrors.js'
import { spelled } from '../serializers/write.js'
import { mistaken, notFound, refuse, type Failure, type Mistaken, type Refused } from './Failure.js'

/** The name for errors that belong to no single field. @since 0.2.0 */
export const nonField = 'non_field_errors'

const asErrors = (errors: ReadonlyArray<FieldError>): FieldErrors =>
  joinErrors(
    errors.map(({ field, code, params, message }) =>
      errorsOf(field ?? wholeRow, [{ code, params, message }]),
    ),
  )

const broken = refuse(500, 'error', 'Something went wrong on the server.')
const unavailable = refuse(503, 'unavailable', "The server can't answer now. Try again.")

/** The errors of a conflict about unique values or foreign keys. Other conflicts are with another writer. */
const ofValues = ({
  errors,
}: Extract<QueryError, { readonly _tag: 'Conflict' }>): ReadonlyArray<FieldError> =>
  errors.filter(({ code }) => code.startsWith('unique') || code === 'does_not_exist')

/**
 * The failure that a caller sees. It contains no internal details of a backend.
 *
 * @since 0.2.0
 */
export const toldAs = (failure: Failure): Refused | Mistaken => {
  switch (failure._tag) {
    case 'Refused':
    case 'Mistaken':
      return failure
    case 'Invalid':
      return mistaken(asErrors(failure.errors))
    case 'Conflict': {
      const own = ofValues(failure)
      const unique = failure.errors.length === 0 && failure.fields.length > 0
      return own.length > 0
        ? mistaken(asErrors(own))
        : unique
          ? mistaken(
              joinErrors(
                failure.fields.map((field) =>
                  errorsOf(field, [{ code: 'unique', params: {}, message: 'Another row has this already.' }]),
                ),
              ),
            )
          : refuse(409, 'conflict', 'The row was changed meanwhile.')
    }
    case 'Protected':
      return refuse(409, 'protected', 'Other rows need this one.')
    case 'Incomplete':
      return refuse(409, 'incomplete', 'This was done in part only.')
    case 'NotFound':
      return notFound
    case 'OverBudget':
      return refuse(422, 'over_budget', 'This would take too much.')
    case 'Unsupported':
      return refuse(422, 'unsupported', "The server can't do this.")
    case 'ClientFailed':
      return failure.retryable
        ? {
            ...unavailable,
            headers:
              failure.retryAfter === null
                ? {}
                : { 'retry-after': String(Math.ceil(failure.retryAfter / 1000)) },
          }
        : broken
    default:
      return broken
  }
}

const nameOf = (field: string): string => (field === wholeRow ? nonField : field)

/** The body in the format of Django REST framework: texts by field, or a `detail`. @since 0.2.0 */
export const plainError = (failure: Refused | Mistaken): Json =>
  failure._tag === 'Refused'
    ? { detail: failure.message }
    : Object.fromEntries(
        Object.entries(failure.errors).map(([field, problems]) => [
          nameOf(field),
          problems.map(({ message }) => message),
        ]),
      )

const pointerTo = (field: string, { params }: FieldProblem): string => {
  const path = Array.isArray(params['path']) ? (params['path'] as ReadonlyArray<Json>) : []
  return [...(field === wholeRow ? [] : [field]), ...path]
    .map((part) => `/${spelled(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
}

/** The body in the format of RFC 9457. @since 0.2.0 */
export const problemJson = (failure: Refused | Mistaken): JsonObject =>
  failure._tag === 'Refused'
    ? { type: 'about:blank', status: failure.status, title: failure.message, code: failure.code }
    : {
        type: 'about:blank',
        status: 400,
        title: 'Some values are not valid.',
        code: 'invalid',
        errors: Object.entries(failure.errors).flatMap(([field, problems]) =>
          problems.map((each) => ({
            pointer: pointerTo(field, each),
            code: each.code,
            detail: each.message,
            params: each.params,
          })),
        ),
      }
