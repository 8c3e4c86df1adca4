/** What programs give, for tests that know whether it is a value or an error. */
import { expect } from 'chai'
import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../../src/index.js'

/** What an error says, in a test that fails by it. */
const shown = (error: unknown): string => {
  const { _tag, message } = (typeof error === 'object' ? error : null) as { _tag?: string; message?: string }
  return _tag === undefined || message === undefined ? JSON.stringify(error) : `${_tag}: ${message}`
}

/** The value of an answer; an error fails the test. */
export const rightOf = <A>(answer: E.Either<unknown, A>): A =>
  E.isLeft(answer) ? expect.fail(shown(answer.left)) : answer.right

/** The error of an answer; a value fails the test. */
export const leftOf = <Err>(answer: E.Either<Err, unknown>): Err =>
  E.isRight(answer) ? expect.fail(`no error: ${JSON.stringify(answer.right)}`) : answer.left

/** What a program gives; an error fails the test. */
export const right = async <A>(program: TE.TaskEither<unknown, A>): Promise<A> => rightOf(await program())

/** The error that a program ends with; a value fails the test. */
export const left = async (program: TE.TaskEither<QueryError, unknown>): Promise<QueryError> =>
  leftOf(await program())
