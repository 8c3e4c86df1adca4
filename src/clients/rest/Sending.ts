/**
 * Sends single HTTP requests: with retries, with a limited rate, with limited concurrency, and with a time limit.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { clientFailed, type QueryError } from '../../value/QueryError.js'
import { backoff } from '../../client/middleware/backoff.js'
import { gate } from '../../client/middleware/gate.js'
import { paced } from '../../client/middleware/paced.js'
import type { RateLimitOptions } from '../../client/middleware/rateLimit.js'
import { noNumber } from '../../client/middleware/refusing.js'
import type { RetryOptions } from '../../client/middleware/retry.js'
import { longest, sleep as sleepFor } from '../../client/middleware/sleep.js'

/**
 * Limits of single requests. They are like the middleware of the same names, but apply to each HTTP request instead of
 * each call. A list of nine pages is one call and nine requests.
 *
 * - `retry` retries a request. Earlier pages are kept. A read is retried after every `retryable` error. A write is
 *   retried only after a 429, with which the service says that it did nothing.
 * - `rateLimit` waits before a request, including a retry.
 * - `timeout` ends a request after a number of milliseconds, including its body.
 * - `concurrency` is the largest number of requests at the same time.
 *
 * @since 0.2.0
 */
export interface RequestLimits {
  readonly retry?: RetryOptions
  readonly rateLimit?: RateLimitOptions
  readonly timeout?: number
  readonly concurrency?: number
}

/**
 * One request, which ends when the signal is aborted. `isSafe` says whether it may be sent again after an error.
 *
 * @since 0.2.0
 */
export interface LimitedRequest<A> {
  readonly operation: string
  readonly send: (signal: AbortSignal | null) => Promise<E.Either<QueryError, A>>
  /** The error that an answer stands for, if it isn't a `Left` already. */
  readonly errorOf: (answer: A) => QueryError | null
  readonly isSafe: (error: QueryError) => boolean
}

/**
 * Sends a request, as often as the limits allow.
 *
 * @since 0.2.0
 */
export type Sending = <A>(attempt: LimitedRequest<A>) => Promise<E.Either<QueryError, A>>

/**
 * The name of the first limit that is not a number, or `null` if all are.
 *
 * @since 0.2.0
 */
export const wrongLimit = ({ retry, rateLimit, timeout, concurrency }: RequestLimits): string | null =>
  noNumber({
    ...(retry === undefined
      ? {}
      : { times: retry.times, delay: retry.delay ?? 0, maxDelay: retry.maxDelay ?? 0 }),
    ...(rateLimit === undefined ? {} : { calls: rateLimit.calls, per: rateLimit.per }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(concurrency === undefined ? {} : { concurrency }),
  }) ?? (rateLimit === undefined || Number.isFinite(rateLimit.per) ? null : 'per')

/**
 * Sends requests within limits, which all requests of a client share.
 *
 * @since 0.2.0
 */
export const sendingWithin = (client: string, limits: RequestLimits, signal: AbortSignal | null): Sending => {
  const { retry, rateLimit, timeout, concurrency } = limits
  const pace = rateLimit === undefined ? null : paced(rateLimit)
  const turn = concurrency === undefined ? null : gate(concurrency)
  const wait = retry === undefined ? null : backoff(retry)
  const once = async <A>({ operation, send }: LimitedRequest<A>): Promise<E.Either<QueryError, A>> => {
    const timed = () =>
      timeout === undefined || timeout > longest
        ? send(signal)
        : withinTime(client, operation, timeout, signal, send)
    if (pace !== null) await pace(signal ?? undefined)
    return turn === null ? timed() : turn(timed)
  }
  return async (attempt) => {
    /* eslint-disable-next-line functional/no-loop-statements -- one turn a try */
    for (let tries = 0; ; tries += 1) {
      const answer = await once(attempt)
      const error = E.isLeft(answer) ? answer.left : attempt.errorOf(answer.right)
      if (error === null || retry === undefined || wait === null) return answer
      if (tries >= retry.times || !attempt.isSafe(error) || isEnded(signal, retry)) return answer
      const milliseconds = wait(error, tries)
      if (milliseconds === null) return answer
      await (retry.sleep ?? sleepFor)(milliseconds, signal ?? retry.signal)
      if (isEnded(signal, retry)) return answer
    }
  }
}

const isEnded = (signal: AbortSignal | null, { signal: own }: RetryOptions): boolean =>
  signal?.aborted === true || own?.aborted === true

/** Limits the time of a request, in milliseconds. A later answer is dropped. */
const withinTime = async <A>(
  client: string,
  operation: string,
  milliseconds: number,
  signal: AbortSignal | null,
  send: (signal: AbortSignal) => Promise<E.Either<QueryError, A>>,
): Promise<E.Either<QueryError, A>> => {
  const controller = new AbortController()
  const end = (): void => {
    controller.abort()
  }
  if (signal?.aborted === true) end()
  signal?.addEventListener('abort', end)
  const timer: { id?: ReturnType<typeof setTimeout> } = {}
  const late = new Promise<E.Either<QueryError, never>>((done) => {
    timer.id = setTimeout(() => {
      done(
        E.left(
          clientFailed(client, operation, null, {
            message: `no answer within ${String(milliseconds)} ms`,
            hint: 'Try again later, or allow more time.',
            retryable: true,
          }),
        ),
      )
      end()
    }, milliseconds)
  })
  try {
    return await Promise.race([send(controller.signal), late])
  } finally {
    clearTimeout(timer.id)
    signal?.removeEventListener('abort', end)
  }
}
