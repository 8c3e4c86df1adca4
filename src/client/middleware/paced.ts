import { sleep as sleepFor, type Signal, type Sleep } from './sleep.js'

/** A number of calls in any span of a number of milliseconds. */
interface CallPace {
  readonly calls: number
  readonly per: number
  readonly now?: () => number
  readonly sleep?: Sleep
}

/**
 * Waits until one more call may start, so that no span of the given length has too many. Calls start in the order of
 * their arrival.
 *
 * @since 0.2.0
 */
export const paced = ({
  calls,
  per,
  now = () => performance.now(),
  sleep = sleepFor,
}: CallPace): ((signal?: Signal) => Promise<void>) => {
  const most = Math.max(1, Math.floor(calls))
  // The start times of the last calls, as a ring with one entry for each call in a span.
  const last: Array<number> = []
  const state = { next: 0 }
  return async (signal) => {
    const at = Math.max(now(), last.length < most ? 0 : (last[state.next] ?? 0) + per)
    last[state.next] = at
    state.next = (state.next + 1) % most
    const left = at - now()
    if (left > 0) await sleep(left, signal)
  }
}
