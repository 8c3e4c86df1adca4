/**
 * Requests rows or one row, and tells rows from refusals.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import { failedWith, garbled, jsonOf, send, type Sent } from '../http/send.js'
import type { RestConnection } from './Connection.js'
import type { RestResponse } from './RestStyle.js'

/** The service's answer to one request for rows. */
export interface RowsResponse {
  readonly status: number
  readonly error: QueryError | null
  readonly rows: ReadonlyArray<unknown>
  readonly response: RestResponse
}

/** Requests the rows at a URL, within the service's limits. */
export const getRows = (
  connection: RestConnection,
  url: string,
): Promise<E.Either<QueryError, RowsResponse>> =>
  connection.sending<RowsResponse>({
    operation: 'list',
    send: (signal) => getOnce({ ...connection, sender: { ...connection.sender, signal } }, url),
    errorOf: ({ error }) => error,
    isSafe: ({ retryable }) => retryable,
  })

const getOnce = async (
  { sender, style }: RestConnection,
  url: string,
): Promise<E.Either<QueryError, RowsResponse>> => {
  const sent: Sent = { operation: 'list', writes: false, url, method: 'GET' }
  const response = await send(sender, sent)
  if (E.isLeft(response)) return response
  const { status, headers, ok } = response.right
  if (!ok) {
    await response.right.body?.cancel().catch(() => null)
    return E.right({
      status,
      error: failedWith(sender, sent, response.right),
      rows: [],
      response: { headers, body: null },
    })
  }
  return E.flatMap(
    await jsonOf(sender, sent, response.right),
    (body: unknown): E.Either<QueryError, RowsResponse> => {
      const rows = body === undefined ? null : style.rows(body)
      return Array.isArray(rows)
        ? E.right({
            status,
            error: null,
            rows: rows as ReadonlyArray<unknown>,
            response: { headers, body },
          })
        : E.left(garbled(sender, sent, 'there are no rows in the answer'))
    },
  )
}

/** Requests the row at a URL, within the service's limits. Returns `null` if there is none. */
export const getOne = (
  connection: RestConnection,
  url: string,
): Promise<E.Either<QueryError, { readonly row: unknown } | null>> =>
  connection.sending<{ readonly row: unknown } | null>({
    operation: 'list',
    send: async (signal) => {
      const sender = { ...connection.sender, signal }
      const sent: Sent = { operation: 'list', writes: false, url, method: 'GET' }
      const response = await send(sender, sent)
      if (E.isLeft(response)) return response
      const { status, ok } = response.right
      if (ok)
        return E.flatMap(
          await jsonOf(sender, sent, response.right),
          (body: unknown): E.Either<QueryError, { readonly row: unknown }> => {
            const row = body === undefined ? undefined : connection.style.one?.(body)
            return row === undefined || row === null
              ? E.left(garbled(sender, sent, 'there is no row in the answer'))
              : E.right({ row })
          },
        )
      await response.right.body?.cancel().catch(() => null)
      return status === 404 || status === 410
        ? E.right(null)
        : E.left(failedWith(sender, sent, response.right))
    },
    errorOf: () => null,
    isSafe: ({ retryable }) => retryable,
  })
