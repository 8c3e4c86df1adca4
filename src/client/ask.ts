import { either as E, type taskEither as TE } from 'fp-ts'
import { clientFailed, type QueryError } from '../value/QueryError.js'

/**
 * Asks a client something. A function that throws or rejects, which it shouldn't, has failed like one that says
 * so.
 *
 * @since 0.1.0
 */
export const ask =
  <A>(
    client: string,
    operation: string,
    question: () => TE.TaskEither<QueryError, A>,
  ): TE.TaskEither<QueryError, A> =>
  async () => {
    try {
      return await question()()
    } catch (cause) {
      return E.left(clientFailed(client, operation, cause))
    }
  }
