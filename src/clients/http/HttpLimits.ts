/**
 * Limits for the requests to a server.
 *
 * @since 0.1.0
 */
import { wireLimits, type WireLimits } from '../../query/wire.js'

/**
 * The limits of a request: the bytes of its body, the rows of an answer or of a write, and the depth and size of a
 * query. Related rows in lists count as rows of an answer. The limits don't change answers: a list ends when it has
 * that many rows, and `httpClient` requests the rest.
 *
 * @since 0.1.0
 */
export interface HttpLimits extends WireLimits {
  readonly bytes: number
  readonly rows: number
}

/**
 * The default limits: bodies of 8 MiB, 10,000 rows, and the limits of `decodeQuery`.
 *
 * @since 0.1.0
 */
export const httpLimits: HttpLimits = { ...wireLimits, bytes: 8 * 1024 * 1024, rows: 10_000 }
