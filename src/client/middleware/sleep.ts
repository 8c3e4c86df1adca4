/**
 * As much of an `AbortSignal` as is needed.
 *
 * @since 0.1.0
 */
export interface Signal {
  readonly aborted: boolean
  readonly addEventListener: (type: 'abort', listener: () => void) => void
  readonly removeEventListener: (type: 'abort', listener: () => void) => void
}

/**
 * Waits, in milliseconds, or until a signal is given. Tests give a clock of their own.
 *
 * @since 0.1.0
 */
export type Sleep = (milliseconds: number, signal?: Signal) => Promise<void>

/**
 * As many milliseconds as a timer can wait, 24 days: of more it makes one.
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
