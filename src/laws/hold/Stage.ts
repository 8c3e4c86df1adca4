/**
 * Stands between a client and its backend while a case runs. It makes calls wait for each other, and makes the backend
 * fail.
 *
 * @since 0.1.0
 */
import type { Io } from '../Options.js'

/**
 * - `io` is the client's waiting point.
 * - `failing` makes a later waiting point fail, counted from 0. `null` turns that off. It gives the number of waiting
 *   points since the last call of `failing`.
 * - `waited` tells whether the client has waited at all.
 * - `directed` runs programs that overlap. Each pick chooses the waiting program that goes on (its remainder by 8), and
 *   how far it goes before the next pick. The result tells whether all programs ended. `note` is called with the thread
 *   that waits or goes on, as long as that is certain.
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
    note?: (thread: number, what: 'waits' | 'goes on') => void,
  ) => Promise<boolean>
}

/** A waiting program and its thread. */
interface Waiting {
  readonly go: () => void
  readonly thread: number | null
}

/** @since 0.1.0 */
export const stage = (): Stage => {
  const state: {
    failAt: number | null
    waited: number
    ever: boolean
    directing: boolean
    /** The thread that goes on. `null` if it may be any thread. */
    thread: number | null
    note: (thread: number, what: 'waits' | 'goes on') => void
    readonly waiting: Array<Waiting>
  } = {
    failAt: null,
    waited: 0,
    ever: false,
    directing: false,
    thread: null,
    note: () => undefined,
    waiting: [],
  }
  const wait = (thread: number | null): Promise<void> =>
    state.directing
      ? new Promise((go) => {
          state.waiting.push({ go, thread })
        })
      : Promise.resolve()
  const waitNoted = (): Promise<void> => {
    if (state.directing && state.thread !== null) state.note(state.thread, 'waits')
    return wait(state.thread)
  }
  return {
    io: () => {
      const number = state.waited
      state.waited += 1
      state.ever = true
      return state.failAt === number ? Promise.reject(new Error('the connection was lost')) : waitNoted()
    },
    failing: (at) => {
      const { waited } = state
      state.failAt = at
      state.waited = 0
      return waited
    },
    waited: () => state.ever,
    directed: async (programs, picks, note = () => undefined) => {
      state.directing = true
      state.note = note
      state.thread = null
      const left = { running: programs.length, picked: 0, turns: all, idle: 0, certain: true }
      const begun = new Set<number>()
      programs.forEach((program, i) => {
        void wait(i)
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
          left.certain &&= left.turns === all
          left.turns = waits[Math.floor(pick / 8) % waits.length] ?? all
          state.thread = left.certain ? next.thread : null
          if (state.thread !== null && begun.has(state.thread)) note(state.thread, 'goes on')
          if (next.thread !== null) begun.add(next.thread)
          next.go()
        }
      }
      state.directing = false
      state.waiting.splice(0).forEach(({ go }) => {
        go()
      })
      return left.running === 0
    },
  }
}

/** The number of turns of the promise queue after which only waiting programs are left. */
const all = 60

/** The number of turns that a program gets before the next pick. */
const waits = [all, 0, 1, 2, 3, 5, 8, 13] as const

/** The number of idle rounds after which the run counts as ended. */
const patience = 20_000

const turns = async (n: number): Promise<void> => {
  /* eslint-disable-next-line functional/no-loop-statements -- one turn after the other */
  for (let turn = 0; turn < n; turn++) await Promise.resolve()
}

const later = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 0)
  })
