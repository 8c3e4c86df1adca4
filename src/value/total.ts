import { either as E } from 'fp-ts'
import { describeCause } from './describeCause.js'
import { invalidStep, type QueryError } from './QueryError.js'

/** The result of the last call: a program to run, or an answer. */
type End = 'program' | 'answer'

type AnyFunction = (...given: ReadonlyArray<unknown>) => unknown

/**
 * Makes a function that never throws or rejects. It is called `calls` times, each time on the result of the call
 * before. If a call or the resulting program throws, the result is a `Left`. Types restrict the arguments, but callers
 * may not use types.
 *
 * @since 0.2.0
 */
export const total = <F extends (...given: never) => unknown>(
  name: string,
  calls: number,
  end: End,
  f: F,
): F => {
  const failed = (cause: unknown): E.Either<QueryError, never> =>
    E.left(
      invalidStep(
        name,
        0,
        `it was given something else than it takes: ${describeCause(cause)}`,
        `See what the type of '${name}' says.`,
      ),
    )
  const failing = (left: number, cause: unknown): unknown =>
    left > 0
      ? () => failing(left - 1, cause)
      : end === 'answer'
        ? failed(cause)
        : () => Promise.resolve(failed(cause))
  const program =
    (run: () => unknown): (() => Promise<unknown>) =>
    async () => {
      try {
        return await run()
      } catch (cause) {
        return failed(cause)
      }
    }
  const held =
    (call: AnyFunction, left: number): AnyFunction =>
    (...given) => {
      try {
        const next = call(...given)
        // Each call gives a function again, except the last one.
        return left > 1
          ? held(next as AnyFunction, left - 1)
          : end === 'answer'
            ? next
            : program(next as () => unknown)
      } catch (cause) {
        return failing(left - 1, cause)
      }
    }
  // It is called like `f`, and gives the same results as `f`.
  return held(f as unknown as AnyFunction, calls) as unknown as F
}
