import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import { around, isWrite, type Call } from './around.js'
import { sleep as sleepFor, type Signal, type Sleep } from './sleep.js'

/**
 * `times` is how often a call is tried again at most. Before each, so many milliseconds pass: `delay` before the first
 * (100 unless said otherwise), each time twice as many, `maxDelay` at most (10,000), and of these a random part between
 * half and all. A backend that says how long it wants to be left alone is waited for, unless that is longer than
 * `maxDelay`; then its error is the answer. Once `signal` is aborted nothing is waited for or tried again, and the error
 * of the last try is the answer. `sleep` and `random` are for tests.
 *
 * @since 0.1.0
 */
export interface RetryOptions {
  readonly times: number
  readonly delay?: number
  readonly maxDelay?: number
  readonly signal?: Signal
  readonly sleep?: Sleep
  readonly random?: () => number
}

/**
 * A client that tries again what failed with an error that is `retryable`, as far as that is safe: reads, updates
 * and deletes, which are the same when done twice. Rows are never made again, since they may be there already;
 * and within a transaction nothing is, since that may have been ended by the error.
 *
 * What isn't known of the first try of a write isn't known after a later one that fails for good, either: then the
 * answer is the error before, which is `retryable`. So it is for a delete that finds less than it was asked for when it
 * is tried again: nobody knows whether the rows were there.
 *
 * @example
 * import { taskEither as TE } from 'fp-ts'
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, clientFailed, retry, schema, toArray } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const whole = memory(models, { genre: [{ id: 1 }] })
 * let calls = 0
 * const flaky = {
 *   ...whole,
 *   list: (query: Parameters<typeof whole.list>[0]) =>
 *     (calls += 1) < 3 ? TE.left(clientFailed('flaky', 'list', 'lost', { retryable: true })) : whole.list(query),
 * }
 * const client = pipe(flaky, retry({ times: 3, delay: 1 }))
 * console.log(await toArray(client)(models.genre)(), calls) // => { _tag: 'Right', right: [ { id: 1 } ] } 3
 *
 * @since 0.1.0
 */
export const retry = ({
  times,
  delay = 100,
  maxDelay = 10_000,
  signal,
  sleep = sleepFor,
  random = Math.random,
}: RetryOptions) => {
  const wait = (error: QueryError, tries: number): number | null => {
    const own = Math.min(maxDelay, delay * 2 ** tries) * (0.5 + random() / 2)
    const asked = error._tag === 'ClientFailed' ? error.retryAfter : null
    return asked === null ? own : asked > maxDelay ? null : Math.max(asked, own)
  }
  const isAborted = (): boolean => signal?.aborted === true
  return around((call, run) =>
    !isSafe(call)
      ? run
      : async () => {
          const first = await run()
          /* eslint-disable-next-line functional/no-let -- the answer of the last try */
          let answer = first
          /* eslint-disable-next-line functional/no-loop-statements -- one turn a try */
          for (let tries = 0; ; tries += 1) {
            if (E.isRight(answer)) return foundLess(call, answer.right) && E.isLeft(first) ? first : answer
            // What a later try says of itself doesn't undo what the first one may have done.
            if (!answer.left.retryable) return isWrite(call) ? first : answer
            if (tries >= times || isAborted()) return answer
            const milliseconds = wait(answer.left, tries)
            if (milliseconds === null) return answer
            await sleep(milliseconds, signal)
            if (isAborted()) return answer
            answer = await run()
          }
        },
  )
}

/** Whether a delete says that some of its rows weren't there. */
const foundLess = ({ operation, items }: Call, answer: unknown): boolean =>
  (operation === 'delete' || operation === 'deleteBulk') && Number(answer) < (items ?? 0)

const isSafe = ({ operation, inside }: Call): boolean =>
  !inside && operation !== 'create' && operation !== 'createBulk' && operation !== 'transaction'
