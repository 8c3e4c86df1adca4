/**
 * Throttling: how often somebody may ask.
 *
 * @since 0.2.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import type { Context } from './Context.js'
import { refuse, type Failure } from './Failure.js'

/**
 * Where requests are counted. `take` counts a request of somebody at a time, in milliseconds, unless there were `limit`
 * within the `period` before; then it gives how many milliseconds to wait, else 0. A store that several processes share has
 * to do that at once.
 *
 * @since 0.2.0
 */
export interface ThrottleStore {
  readonly take: (key: string, now: number, limit: number, period: number) => TE.TaskEither<Failure, number>
}

/** @since 0.2.0 */
export interface Throttle<in U> {
  readonly limit: number
  /** Milliseconds. */
  readonly period: number
  readonly store: ThrottleStore
  /** Who it is that is counted; `null` isn't. */
  readonly of: (context: Context<U>) => string | null
}

/** Most callers that a store in memory remembers; those that asked longest ago are forgotten first. */
const mostKeys = 100_000

/**
 * Counts in this process.
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
 * So many requests in a period, counted by network address unless `of` says otherwise. Callers whose address isn't known
 * are counted together.
 *
 * @since 0.2.0
 */
export const throttle = (
  limit: number,
  period: number,
  store: ThrottleStore,
  of: (context: Context) => string | null = ({ address }) => `address ${address ?? ''}`,
): Throttle<unknown> => ({ limit, period, store, of })

/** So many requests a minute. @since 0.2.0 */
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
