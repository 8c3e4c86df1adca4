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
 * A client that tries again what failed with an error that is `retryable`, as far as that is safe: reads, and updates
 * and deletes by key, which are the same when done twice. Rows are never made again, since they may be there already;
 * nor are mutations sent whole again, which may add to what they find; and within a transaction nothing is tried again,
 * since that may have been ended by the error.
 *
 * One within another multiplies: `retry({ times: 3 })` makes 4 calls at most, and around another one 16.
 *
 * Before a change is tried again, its row is read. Where another writer has changed it meanwhile, the answer is a
 * `Conflict`, and nothing is overwritten.
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
              // What a later try says of itself doesn't undo what the first one may have done.
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
 * Whether the changes of a call may be tried again: not once another writer has changed one of the rows, and not where
 * nobody can tell whether the changes were made already.
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

/** Whether a delete says that some of its rows weren't there. */
const foundLess = ({ operation, items }: Call, answer: unknown): boolean =>
  (operation === 'delete' || operation === 'deleteBulk') && Number(answer) < (items ?? 0)

const unsafe: ReadonlyArray<Call['operation']> = ['create', 'createBulk', 'write', 'transaction']

const isSafe = ({ operation, inside }: Call): boolean => !inside && !unsafe.includes(operation)
