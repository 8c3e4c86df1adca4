/**
 * Throttling: how often somebody may ask.
 *
 * @since 0.2.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import type { Context } from './Context.js'
import { refuse, type Failure } from './Failure.js'

/**
 * Counts requests. `take` counts one request of a caller (`key`) at the time `now`. It returns 0 if the request is
 * allowed. If there were `limit` requests within the last `period`, it returns the number of milliseconds to wait. All
 * times are in milliseconds. A store that several processes share must do this atomically.
 *
 * @since 0.2.0
 */
export interface ThrottleStore {
  readonly take: (key: string, now: number, limit: number, period: number) => TE.TaskEither<Failure, number>
}

/** @since 0.2.0 */
export interface Throttle<in U> {
  readonly limit: number
  /** In milliseconds. */
  readonly period: number
  readonly store: ThrottleStore
  /** The caller to count. `null` isn't counted. */
  readonly of: (context: Context<U>) => string | null
}

/** The maximum number of callers that a store in memory remembers. Those that asked longest ago are forgotten first. */
const mostKeys = 100_000

/**
 * A store that counts the requests of this process.
 *
 * @since 0.2.0
 */
export const throttleStore = (): ThrottleStore => {
  const taken = new Map<string, ReadonlyArray<number>>()
  return {
    take: (key, now, limit, period) => () => {
      const recent = (taken.get(key) ?? []).filter((at) => at > now - period)
      const free = recent.length < limit
      const kept = free ? [...recent, now] : recent
      taken.delete(key)
      taken.set(key, kept)
      const oldest = taken.keys().next()
      if (taken.size > mostKeys && oldest.done !== true) taken.delete(oldest.value)
      return Promise.resolve(E.right(free ? 0 : Math.max(1, (recent[0] ?? now) + period - now)))
    },
  }
}

/**
 * Limits the requests in a period. Callers are counted by network address, unless `of` gives another key. All callers
 * with an unknown address are counted together.
 *
 * @since 0.2.0
 */
export const throttle = (
  limit: number,
  period: number,
  store: ThrottleStore,
  of: (context: Context) => string | null = ({ address }) => `address ${address ?? ''}`,
): Throttle<unknown> => ({ limit, period, store, of })

/** Limits the requests in a minute. @since 0.2.0 */
export const perMinute = (
  limit: number,
  store: ThrottleStore,
  of?: (context: Context) => string | null,
): Throttle<unknown> => throttle(limit, 60_000, store, of)

/** Counts a request, or refuses it. @since 0.2.0 */
export const throttled =
  <U>(
    throttles: ReadonlyArray<Throttle<U>>,
    context: Context<U>,
    name: string,
  ): TE.TaskEither<Failure, null> =>
  async () => {
    /* eslint-disable-next-line functional/no-loop-statements -- one after the other */
    for (const [i, { limit, period, store, of }] of throttles.entries()) {
      const who = of(context)
      if (who === null) continue
      const wait = await store.take(`${name} ${String(i)} ${who}`, context.now().getTime(), limit, period)()
      if (E.isLeft(wait)) return wait
      if (wait.right > 0)
        return E.left(
          refuse(429, 'throttled', 'There were too many requests.', {
            'retry-after': String(Math.ceil(wait.right / 1000)),
          }),
        )
    }
    return E.right(null)
  }
