/**
 * Responses as JSON: a value, a refusal, or an error with the status that fits it.
 *
 * @since 0.2.0
 */
import type { QueryError } from '../../value/QueryError.js'
import type { Json } from '../../value/Value.js'
import type { HttpLimits } from './HttpLimits.js'
import { isJson } from './isJson.js'
import { isWithin } from './limitSupport.js'
import { measure } from './measure.js'
import type { Unread } from './readBody.js'
import { encodeError } from './wireError.js'

/** The headers of every answer. */
export const jsonHeaders = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
}

/** A response with a JSON body, which no cache keeps. */
export const asJson = (
  status: number,
  body: Json,
  headers: { readonly [name: string]: string } = {},
): Response => new Response(JSON.stringify(body), { status, headers: { ...jsonHeaders, ...headers } })

/** A request that isn't looked into. */
export const refused = (
  status: number,
  message: string,
  headers: { readonly [name: string]: string } = {},
): Response => asJson(status, { refused: message }, headers)

/** A request whose body can't be read. */
export const unread = (why: Unread, limits: HttpLimits): Response =>
  why === 'too large'
    ? asJson(413, {
        refused: `send no more than ${String(limits.bytes)} bytes at once`,
        limits: toldOf(limits),
      })
    : refused(400, why === 'no text' ? 'send UTF-8' : 'the body broke off')

/** Whoever asks for too much learns how much there may be, and asks for less. */
const toldOf = ({ bytes, rows, depth, size }: HttpLimits): Json => ({ bytes, rows, depth, size })

/** Whether what is asked is more than the limits allow. */
export const isBeyond = (limits: HttpLimits, asked: unknown): boolean => {
  if (!isJson(asked)) return false
  const { query = null, write = null } = asked
  const items = isJson(write) ? [write['rows'], write['changes'], write['keys']] : []
  return (
    !isWithin(limits, measure(query)) ||
    items.some((each) => Array.isArray(each) && each.length > limits.rows)
  )
}

/** A request that ends with an error. With limits, where it asked for more than they allow. */
export const failed = (error: QueryError, limits: HttpLimits | null = null): Response => {
  const after = error._tag === 'ClientFailed' ? error.retryAfter : null
  return asJson(
    statusOf(error),
    { error: encodeError(error), ...(limits === null ? {} : { limits: toldOf(limits) }) },
    after === null ? {} : { 'retry-after': String(Math.ceil(after / 1000)) },
  )
}

const statusOf = (error: QueryError): number => {
  switch (error._tag) {
    case 'InvalidField':
    case 'InvalidStep':
    case 'InvalidQuery':
      return 400
    case 'NotFound':
      return 404
    case 'Conflict':
    case 'Protected':
    case 'MultipleFound':
    case 'Incomplete':
      return 409
    case 'Invalid':
    case 'Unsupported':
    case 'OverBudget':
      return 422
    case 'ClientFailed':
      return error.retryable ? 503 : 500
    case 'InvalidSchema':
    case 'Undecodable':
    case 'BadFile':
      return 500
  }
}
