import { sleep as sleepFor, type Signal, type Sleep } from './sleep.js'

/** So many in any span of so many milliseconds. */
interface Pace {
  readonly calls: number
  readonly per: number
  readonly now?: () => number
  readonly sleep?: Sleep
}

/**
 * Waits until one more may begin: so many in any span of so many milliseconds, in their order.
 *
 * @since 0.2.0
 */
export const paced = ({
  calls,
  per,
  now = () => performance.now(),
  sleep = sleepFor,
}: Pace): ((signal?: Signal) => Promise<void>) => {
  const most = Math.max(1, Math.floor(calls))
  // When the last ones were, or will be: a ring of as many as may be in one span.
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
