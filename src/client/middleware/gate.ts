/**
 * Limits how many tasks run at the same time. The others wait for their turn, in the order of their arrival.
 *
 * @since 0.2.0
 */
export const gate = (most: number): (<A>(run: () => Promise<A>) => Promise<A>) => {
  const limit = Math.max(1, Math.floor(most))
  const waiting = new Set<() => void>()
  const state = { running: 0 }
  const enter = async (): Promise<void> => {
    if (state.running < limit) state.running += 1
    // A task that ends passes its turn on.
    else
      await new Promise<void>((turn) => {
        waiting.add(turn)
      })
  }
  const leave = (): void => {
    const [next] = waiting
    if (next === undefined) state.running -= 1
    else {
      waiting.delete(next)
      next()
    }
  }
  return async (run) => {
    await enter()
    try {
      return await run()
    } finally {
      leave()
    }
  }
}
