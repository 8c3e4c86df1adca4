/**
 * The part of an `AbortSignal` that is needed.
 *
 * @since 0.1.0
 */
export interface Signal {
  readonly aborted: boolean
  readonly addEventListener: (type: 'abort', listener: () => void) => void
  readonly removeEventListener: (type: 'abort', listener: () => void) => void
}

/**
 * Waits for a number of milliseconds, or until a signal is aborted. Tests give their own clock.
 *
 * @since 0.1.0
 */
export type Sleep = (milliseconds: number, signal?: Signal) => Promise<void>

/**
 * The longest time that a timer can wait, in milliseconds: 24 days. A timer with a longer time fires after 1
 * millisecond.
 *
 * @since 0.1.0
 */
export const longest = 2 ** 31 - 1

/** @since 0.1.0 */
export const sleep: Sleep = (milliseconds, signal) =>
  new Promise((done) => {
    if (signal?.aborted === true) {
      done()
      return
    }
    const end = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      done()
    }
    const timer = setTimeout(end, Math.min(milliseconds, longest))
    signal?.addEventListener('abort', end)
  })
