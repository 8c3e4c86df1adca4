/**
 * A task of which only one run is active at a time. Callers during a run share the next run, so the result of a run is
 * never older than the call.
 *
 * @since 0.1.0
 */
export const latest = <A>(task: () => Promise<A>): (() => Promise<A>) => {
  /* eslint-disable functional/no-let -- who is running, and who waits, changes as they come */
  let running: Promise<A> | null = null
  let waiting: Promise<A> | null = null
  /* eslint-enable functional/no-let */
  const start = (): Promise<A> => {
    waiting = null
    const run = task().finally(() => {
      if (running === run) running = null
    })
    running = run
    return run
  }
  return () => {
    if (waiting !== null) return waiting
    if (running === null) return start()
    waiting = running.then(start, start)
    return waiting
  }
}
