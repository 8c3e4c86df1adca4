import type { QueryError } from '../../value/QueryError.js'

/** The first wait, the longest wait, and the source of the random part of each. */
interface Waits {
  readonly delay?: number
  readonly maxDelay?: number
  readonly random?: () => number
}

/**
 * How many milliseconds to wait after a failure, before the first, second, … retry. `null` if the backend asks to be
 * left alone for longer than `maxDelay`.
 *
 * @since 0.2.0
 */
export const backoff =
  ({ delay = 100, maxDelay = 10_000, random = Math.random }: Waits) =>
  (error: QueryError, tries: number): number | null => {
    const own = Math.min(maxDelay, delay * 2 ** tries) * (0.5 + random() / 2)
    const asked = error._tag === 'ClientFailed' ? error.retryAfter : null
    return asked === null ? own : asked > maxDelay ? null : Math.max(asked, own)
  }
