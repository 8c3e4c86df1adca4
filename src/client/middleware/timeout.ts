import { either as E } from 'fp-ts'
import { clientFailed } from '../../value/QueryError.js'
import { around } from './around.js'
import { noNumber, refusing } from './refusing.js'
import { longest } from './sleep.js'

/**
 * Limits the time of each call, in milliseconds. A call that takes longer is a `ClientFailed` that is `retryable`. If
 * it is a write, it is unknown whether it was done. A later answer is dropped. Each batch of a stream is a call. The limit applies to each call inside a
 * transaction, but not to the transaction as a whole. A limit of more than 24 days, such as `Infinity`, means no limit.
 *
 * @example
 * import { autoId, pipe, schema, timeout, toArray } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = pipe(memory(models, { genre: [{ id: 1 }] }), timeout(5000))
 * console.log(await toArray(client)(models.genre)()) // => { _tag: 'Right', right: [ { id: 1 } ] }
 *
 * @since 0.1.0
 */
export const timeout = (milliseconds: number) =>
  noNumber({ milliseconds }) === null ? limited(milliseconds) : refusing('timeout', 'milliseconds')

const limited = (milliseconds: number) =>
  around(
    (call, run) =>
      call.operation === 'transaction' || milliseconds > longest
        ? run
        : async () => {
            const timer: { id?: ReturnType<typeof setTimeout> } = {}
            const late = new Promise<E.Either<ReturnType<typeof clientFailed>, never>>((done) => {
              timer.id = setTimeout(() => {
                done(
                  E.left(
                    clientFailed('timeout', call.operation, null, {
                      message: `no answer within ${String(milliseconds)} ms`,
                      hint: 'Try again later, or allow more time.',
                      retryable: true,
                    }),
                  ),
                )
              }, milliseconds)
            })
            // A call that throws at once must not leave a timer behind.
            try {
              return await Promise.race([run(), late])
            } finally {
              clearTimeout(timer.id)
            }
          },
    { batches: true },
  )
