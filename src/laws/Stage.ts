/**
 * What stands between a client and its backend while a case runs: it has calls wait for each other, or fail.
 *
 * @since 0.1.0
 */
import type { Io } from './Options.js'

/**
 * - `io` is where the client waits.
 * - `failing` has it fail at a point of waiting that is to come, counted from 0; `null` ends that. It tells how often
 *   the client has waited since it was told last.
 * - `waited` tells whether the client has waited at all.
 * - `directed` runs programs that overlap. Each pick says which of those that wait goes on (its remainder by 8), and
 *   how far before the next pick is taken. It tells whether all of them came to an end.
 *
 * @since 0.1.0
 */
export interface Stage {
  readonly io: Io
  readonly failing: (at: number | null) => number
  readonly waited: () => boolean
  readonly directed: (
    programs: ReadonlyArray<() => Promise<void>>,
    picks: ReadonlyArray<number>,
  ) => Promise<boolean>
}

/** @since 0.1.0 */
export const stage = (): Stage => {
  const state: {
    failAt: number | null
    waited: number
    ever: boolean
    directing: boolean
    readonly waiting: Array<() => void>
  } = { failAt: null, waited: 0, ever: false, directing: false, waiting: [] }
  const wait = (): Promise<void> =>
    state.directing
      ? new Promise((go) => {
          state.waiting.push(go)
        })
      : Promise.resolve()
  return {
    io: () => {
      const number = state.waited
      state.waited += 1
      state.ever = true
      return state.failAt === number ? Promise.reject(new Error('the connection was lost')) : wait()
    },
    failing: (at) => {
      const { waited } = state
      state.failAt = at
      state.waited = 0
      return waited
    },
    waited: () => state.ever,
    directed: async (programs, picks) => {
      state.directing = true
      const left = { running: programs.length, picked: 0, turns: all, idle: 0 }
      programs.forEach((program) => {
        void wait()
          .then(program)
          .then(() => {
            left.running -= 1
          })
      })
      /* eslint-disable-next-line functional/no-loop-statements -- a step at a time, until all have ended */
      while (left.running > 0 && left.idle < patience) {
        await turns(left.turns)
        const pick = picks[left.picked] ?? 0
        const [next] = state.waiting.splice((pick % 8) % Math.max(1, state.waiting.length), 1)
        if (next === undefined) {
          left.turns = all
          left.idle += 1
          if (left.running > 0 && left.idle % 10 === 0) await later()
        } else {
          left.picked += 1
          left.idle = 0
          left.turns = waits[Math.floor(pick / 8) % waits.length] ?? all
          next()
        }
      }
      state.directing = false
      state.waiting.splice(0).forEach((go) => {
        go()
      })
      return left.running === 0
    },
  }
}

/** After so many turns of the queue of promises nothing happens any more but what waits. */
const all = 60

/** How many turns a pick gives to what it lets go on, before there is another pick. */
const waits = [all, 0, 1, 2, 3, 5, 8, 13] as const

/** So often nothing happens before that is taken for the end. */
const patience = 20_000

const turns = async (n: number): Promise<void> => {
  /* eslint-disable-next-line functional/no-loop-statements -- one turn after the other */
  for (let turn = 0; turn < n; turn++) await Promise.resolve()
}

const later = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 0)
  })
