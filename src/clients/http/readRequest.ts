/**
 * Reading the body of a request: its JSON, and the `id` that its answer repeats.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { invalidQuery, type QueryError } from '../../value/QueryError.js'
import { isJson } from './isJson.js'
import { outgrows } from './outgrows.js'

/** The JSON of a body, which is neither too long nor too deep. */
export const parsed = (text: string): E.Either<QueryError, unknown> => {
  const much = outgrows(text)
  return much === null
    ? E.tryCatch(
        () => JSON.parse(text) as unknown,
        () => invalidQuery('', 'is not JSON', 'Send JSON.'),
      )
    : E.left(invalidQuery('', much, 'Ask, or write, in several requests.'))
}

/** What an answer says of its question: the `id` that it came with, if it did. */
export type RequestId = { readonly id?: string }

/** A question, and its `id` apart. */
export const apart = (json: unknown): { readonly id: RequestId; readonly rest: unknown } => {
  if (!isJson(json) || typeof json['id'] !== 'string' || json['id'].length > longestId)
    return { id: {}, rest: json }
  const { id, ...rest } = json
  return { id: { id }, rest }
}

const longestId = 100
