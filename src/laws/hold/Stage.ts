/**
 * What stands between a client and its backend while a case runs: it has calls wait for each other, or fail.
 *
 * @since 0.1.0
 */
import type { Io } from '../Options.js'

/**
 * - `io` is where the client waits.
 * - `failing` has it fail at a point of waiting that is to come, counted from 0; `null` ends that. It tells how often
 *   the client has waited since it was told last.
 * - `waited` tells whether the client has waited at all.
 * - `directed` runs programs that overlap. Each pick says which of those that wait goes on (its remainder by 8), and
 *   how far before the next pick is taken. It tells whether all of them came to an end, and `note`s which of them waits
 *   and goes on, as long as that is certain.
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

/** Whoever waits, and of which thread it is. */
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
    /** The thread that goes on; `null` where it may be any. */
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
