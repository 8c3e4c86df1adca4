import { either as E } from 'fp-ts'
import { clientFailed } from '../../value/QueryError.js'
import { around } from './around.js'
import { noNumber, refusing } from './refusing.js'
import { longest } from './sleep.js'

/**
 * A client whose calls may take so many milliseconds each. One that takes longer is a `ClientFailed` that is
 * `retryable`, so that of a write it isn't known whether it was done; what it answers later is dropped. A transaction
 * as a whole may take any time, each call in it may not. More than 24 days (`Infinity`, too) are as long as it takes.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, schema, timeout, toArray } from 'queryset-ts'
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
  around((call, run) =>
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
          // A call that throws at once leaves no timer, either.
          try {
            return await Promise.race([run(), late])
          } finally {
            clearTimeout(timer.id)
          }
        },
  )
