import { around } from './around.js'
import { optionsOf } from '../../value/optionsOf.js'
import { paced } from './paced.js'
import { noNumber, refusing } from './refusing.js'
import { sleep as sleepFor, type Sleep } from './sleep.js'

/**
 * The number of calls allowed in any span of `per` milliseconds. `now`, a clock that never goes back, and `sleep` are
 * for tests.
 *
 * @since 0.1.0
 */
export interface RateLimitOptions {
  readonly calls: number
  readonly per: number
  readonly now?: () => number
  readonly sleep?: Sleep
}

/**
 * Limits how often a client is called. Further calls wait, in the order of their arrival. The calls inside a
 * transaction count, but the transaction itself doesn't. Clients that are given to the same `rateLimit` share its
 * limit.
 *
 * @example
 * import { autoId, pipe, rateLimit, schema, toArray } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = pipe(memory(models, { genre: [{ id: 1 }] }), rateLimit({ calls: 100, per: 1000 }))
 * console.log(await toArray(client)(models.genre)()) // => { _tag: 'Right', right: [ { id: 1 } ] }
 *
 * @since 0.1.0
 */
export const rateLimit = (options: RateLimitOptions) => {
  const { calls = NaN, per = NaN, now = () => performance.now(), sleep = sleepFor } = optionsOf(options)
  const wrong = noNumber({ calls, per }) ?? (Number.isFinite(per) ? null : 'per')
  if (wrong !== null) return refusing('rateLimit', wrong, 'a finite number')
  const wait = paced({ calls, per, now, sleep })
  return around(
    (call, run) =>
      call.operation === 'transaction'
        ? run
        : async () => {
            await wait()
            return run()
          },
    { batches: true },
  )
}
