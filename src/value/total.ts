import { either as E } from 'fp-ts'
import { describeCause } from './describeCause.js'
import { invalidStep, type QueryError } from './QueryError.js'

/** What comes after the last call: a program to be run, or an answer. */
type End = 'program' | 'answer'

type Call = (...given: ReadonlyArray<unknown>) => unknown

/**
 * A function that never throws, nor rejects: it is called `calls` times, each time on what the call before gave, and what
 * it throws by then, or its program does, is a `Left`. Types hold what it is given, but not everybody has types.
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
    (call: Call, left: number): Call =>
    (...given) => {
      try {
        const next = call(...given)
        // What a call gives is a function again, but for what the last one gives.
        return left > 1
          ? held(next as Call, left - 1)
          : end === 'answer'
            ? next
            : program(next as () => unknown)
      } catch (cause) {
        return failing(left - 1, cause)
      }
    }
  // It is called as `f` is, and gives what `f` gives.
  return held(f as unknown as Call, calls) as unknown as F
}
