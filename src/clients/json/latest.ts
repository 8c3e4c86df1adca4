/**
 * A task that runs once at a time, whoever asks for it. Whoever asks while it runs gets the run after, which they
 * share: what a run answers was seen after it was asked for.
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
