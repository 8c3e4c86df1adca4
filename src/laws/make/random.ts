import type { Tape } from './Tape.js'

/**
 * An endless sequence of uniformly distributed numbers that a seed determines (mulberry32).
 *
 * @since 0.1.0
 */
export const random = (seed: number): Tape => {
  const state = { at: seed | 0 }
  return {
    next: (n) => {
      state.at = (state.at + 0x6d2b79f5) | 0
      const a = Math.imul(state.at ^ (state.at >>> 15), 1 | state.at)
      const b = (a + Math.imul(a ^ (a >>> 7), 61 | a)) ^ a
      const c = (b ^ (b >>> 14)) >>> 0
      return n <= 1 ? 0 : Math.floor((c / 4294967296) * n)
    },
  }
}
