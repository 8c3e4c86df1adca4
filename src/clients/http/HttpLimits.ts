/**
 * How much may be asked of a server at once.
 *
 * @since 0.1.0
 */
import { wireLimits, type WireLimits } from '../../query/wire.js'

/**
 * What a request may cost at most: bytes of its body, rows of an answer (those that come in lists with a row included) or
 * of a write, and how deep and how large a query may be. No answer changes with them: a list ends where it has so many
 * rows, and `httpClient` goes on from there.
 *
 * @since 0.1.0
 */
export interface HttpLimits extends WireLimits {
  readonly bytes: number
  readonly rows: number
}

/**
 * The limits unless others are given: bodies of 8 MiB, 10,000 rows, and those of `decodeQuery`.
 *
 * @since 0.1.0
 */
export const httpLimits: HttpLimits = { ...wireLimits, bytes: 8 * 1024 * 1024, rows: 10_000 }
