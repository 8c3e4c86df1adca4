/**
 * What stands between a client and its backend while a case runs: it lets steps wait for each other, or fail.
 *
 * @since 0.1.0
 */
import type { Fault } from './Case.js'
import type { Io } from './Options.js'

/**
 * - `io` is what the client passes its steps through.
 * - `failing` has one of the steps to come fail, and tells how many came; `null` ends that.
 * - `directed` runs programs that overlap. Each pick says which of those that wait at a step goes on (its remainder
 *   by 8), and how far before the next pick is taken. It tells how many picks there were to take.
 *
 * @since 0.1.0
 */
export interface Stage {
  readonly io: Io
  readonly failing: (fault: Fault | null) => number
  readonly directed: (
    programs: ReadonlyArray<() => Promise<void>>,
    picks: ReadonlyArray<number>,
  ) => Promise<number>
}

interface Waiting {
  readonly go: () => void
}

/** What a step that was made to fail fails with. */
const lost = () => new Error('the connection was lost')

/** @since 0.1.0 */
export const stage = (): Stage => {
  const state: {
    fault: Fault | null
    steps: number
    directing: boolean
    readonly waiting: Array<Waiting>
  } = { fault: null, steps: 0, directing: false, waiting: [] }
  const io: Io = async (step) => {
    if (state.directing)
      await new Promise<void>((go) => {
        state.waiting.push({ go })
      })
    const number = state.steps
    state.steps += 1
    const failing = state.fault !== null && state.fault.at === number ? state.fault.when : null
    if (failing === 'before') return Promise.reject(lost())
    const result = await step()
    return failing === 'after' ? Promise.reject(lost()) : result
  }
  return {
    io,
    failing: (fault) => {
      const { steps } = state
      state.fault = fault
      state.steps = 0
      return steps
    },
    directed: async (programs, picks) => {
      state.directing = true
      const left = { running: programs.length, picked: 0, turns: all }
      programs.forEach((program) => {
        void io(() => Promise.resolve())
          .then(program)
          .then(() => {
            left.running -= 1
          })
      })
      /* eslint-disable-next-line functional/no-loop-statements -- a step at a time, until all have ended */
      while (left.running > 0) {
        await turns(left.turns)
        if (state.waiting.length === 0) {
          left.turns = all
          if (left.running > 0) await later()
          continue
        }
        const pick = picks[left.picked] ?? 0
        left.picked += 1
        left.turns = waits[Math.floor(pick / 8) % waits.length] ?? all
        const [next] = state.waiting.splice((pick % 8) % state.waiting.length, 1)
        next?.go()
      }
      state.directing = false
      return left.picked
    },
  }
}

/** After so many turns of the queue of promises nothing happens any more without a step. */
const all = 40

/** How many turns a pick gives to what it lets go on, before there is another pick. */
const waits = [all, 0, 1, 2, 3, 5, 8, 13] as const

const turns = async (n: number): Promise<void> => {
  /* eslint-disable-next-line functional/no-loop-statements -- one turn after the other */
  for (let turn = 0; turn < n; turn++) await Promise.resolve()
}

const later = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 0)
  })
