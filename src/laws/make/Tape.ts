/**
 * Choices: small natural numbers that determine a case. 0 is always the simplest choice.
 *
 * @since 0.1.0
 */

/** @since 0.1.0 */
export interface Tape {
  /** Gives a number from 0 to `n - 1`. */
  readonly next: (n: number) => number
}

/** A tape that gives the numbers of a list, and 0 after its end. @since 0.1.0 */
export const tapeOf = (naturals: ReadonlyArray<number>): Tape => {
  const state = { at: 0 }
  return {
    next: (n) => {
      const natural = naturals[state.at] ?? 0
      state.at += 1
      return n <= 1 ? 0 : natural % n
    },
  }
}

/** @since 0.1.0 */
export const pick = <T>(tape: Tape, list: readonly [T, ...ReadonlyArray<T>]): T =>
  list[tape.next(list.length)] ?? list[0]

/** One item of a list, or `null` if the list is empty. @since 0.1.0 */
export const pickOf = <T>(tape: Tape, list: ReadonlyArray<T>): T | null =>
  list.length === 0 ? null : (list[tape.next(list.length)] ?? null)

/** True with a probability in percent. The choice 0 gives false. @since 0.1.0 */
export const chance = (tape: Tape, percent: number): boolean => tape.next(100) >= 100 - percent

/** One of several items by weight. The simplest comes first. @since 0.1.0 */
export const weighted = <T>(tape: Tape, choices: ReadonlyArray<readonly [number, T]>): T => {
  const at = tape.next(choices.reduce((sum, [weight]) => sum + weight, 0))
  const ends = { so: 0 }
  const chosen = choices.find(([weight]) => {
    ends.so += weight
    return at < ends.so
  })
  // The list isn't empty.
  return ((chosen ?? choices[0]) as readonly [number, T])[1]
}

/** @since 0.1.0 */
export const times = <T>(n: number, make: (i: number) => T): ReadonlyArray<T> =>
  Array.from(new Array<undefined>(n), (_, i) => make(i))

/** @since 0.1.0 */
export const shuffled = <T>(tape: Tape, list: ReadonlyArray<T>): ReadonlyArray<T> => {
  const rest = [...list]
  return list.map(() => rest.splice(tape.next(rest.length), 1)[0] as T)
}
