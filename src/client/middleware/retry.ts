import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import { isStale, overtaken, staleConflict } from '../../schema/stale.js'
import type { Client } from '../Client.js'
import { rowsByKey, standingOf } from '../verify.js'
import { backoff } from './backoff.js'
import { around, isWrite, type Call } from './around.js'
import { optionsOf } from '../../value/optionsOf.js'
import { noNumber, refusing } from './refusing.js'
import { sleep as sleepFor, type Signal, type Sleep } from './sleep.js'

/**
 * When and how often a call is retried.
 *
 * - `times` is the largest number of retries of a call.
 * - `delay` is the wait before the first retry, in milliseconds. The default is 100. The wait doubles for each further
 *   retry.
 * - `maxDelay` is the longest wait, in milliseconds. The default is 10,000. Each actual wait is a random part, from
 *   half to all, of the computed one. If a backend says how long to wait, that time is used. If it is longer than
 *   `maxDelay`, the backend's error is the answer.
 * - `signal` stops waiting and retrying once it is aborted. The answer is then the error of the last try.
 * - `sleep` and `random` are for tests.
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
 * Retries calls that failed with a `retryable` error, if that is safe: reads, and updates and deletes by key, which
 * have the same effect when they are done twice.
 *
 * Creates are never retried, since the rows may exist already. Whole mutations aren't either, since they may add to
 * what they find. Nothing is retried inside a transaction, since the error may have ended it.
 *
 * Nested retries multiply: `retry({ times: 3 })` makes at most 4 calls, and around another one 16.
 *
 * Before a change is retried, its row is read. If another writer has changed it in the meantime, the answer is a
 * `Conflict`, and nothing is overwritten.
 *
 * If the first try of a write has an unknown result, a later try that fails for good doesn't change that. The answer is
 * then the earlier, `retryable` error. The same applies if a retried delete finds fewer rows than it was given, since
 * it is unknown whether they existed.
 *
 * @example
 * import { taskEither as TE } from 'fp-ts'
 * import { autoId, clientFailed, pipe, retry, schema, toArray } from 'queryset-ts'
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
export const retry = (options: RetryOptions) => {
  const {
    times = NaN,
    delay = 100,
    maxDelay = 10_000,
    signal,
    sleep = sleepFor,
    random = Math.random,
  } = optionsOf(options)
  const wrong = noNumber({ times, delay, maxDelay })
  if (wrong !== null) return refusing('retry', wrong)
  const wait = backoff({ delay, maxDelay, random })
  const isAborted = (): boolean => signal?.aborted === true
  return <C extends Client>(client: C): C =>
    around((call, run) =>
      !isSafe(call)
        ? run
        : async () => {
            const first = await run()
            /* eslint-disable-next-line functional/no-let -- the answer of the last try */
            let answer = first
            /* eslint-disable-next-line functional/no-loop-statements -- one turn a try */
            for (let tries = 0; ; tries += 1) {
              if (E.isRight(answer)) return foundLess(call, answer.right) && E.isLeft(first) ? first : answer
              // The result of a later try doesn't undo what the first one may have done.
              if (!answer.left.retryable) return isWrite(call) && !isStale(answer.left) ? first : answer
              if (tries >= times || isAborted()) return answer
              const milliseconds = wait(answer.left, tries)
              if (milliseconds === null) return answer
              await sleep(milliseconds, signal)
              if (isAborted()) return answer
              const standing = await standingOfAll(client, call)
              if (standing._tag === 'unknown') return answer
              if (standing._tag === 'stale') return E.left(standing.error)
              answer = await run()
            }
          },
    )(client)
}

type StandingOfAll =
  { readonly _tag: 'open' | 'unknown' } | { readonly _tag: 'stale'; readonly error: QueryError }

/**
 * Whether the changes of a call can be retried. They can't if another writer has changed one of the rows, or if it is
 * unknown whether the changes were made already.
 */
const standingOfAll = async (client: Client, { model: name, changes = [] }: Call): Promise<StandingOfAll> => {
  const model = client.schema.models.get(name)
  const guarded = changes.flatMap((change, item) => (change.expect === undefined ? [] : [{ change, item }]))
  if (model === undefined || guarded.length === 0) return { _tag: 'open' }
  const rows = await rowsByKey(
    client,
    model,
    guarded.map(({ change }) => change.key),
  )
  if (E.isLeft(rows)) return { _tag: 'unknown' }
  const key = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  const standings = guarded.map(({ change, item }) =>
    standingOf(model, change, rows.right.get(key(change.key)), item),
  )
  const errors = standings.flatMap((each) => (each._tag === 'stale' ? each.errors : []))
  return errors.length > 0
    ? { _tag: 'stale', error: staleConflict(model, overtaken(errors)) }
    : { _tag: standings.every(({ _tag }) => _tag === 'open') ? 'open' : 'unknown' }
}

/** Whether a delete says that some of its rows didn't exist. */
const foundLess = ({ operation, items }: Call, answer: unknown): boolean =>
  (operation === 'delete' || operation === 'deleteBulk') && Number(answer) < (items ?? 0)

const unsafe: ReadonlyArray<Call['operation']> = ['create', 'createBulk', 'write', 'transaction']

const isSafe = ({ operation, inside }: Call): boolean => !inside && !unsafe.includes(operation)
