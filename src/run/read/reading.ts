import { either as E, type taskEither as TE } from 'fp-ts'
import { clientFailed, type QueryError, type ReadError } from '../../value/QueryError.js'
import type { Client } from '../../client/Client.js'

/**
 * The error of a read. A client may answer a read with an error of a write, such as a `Conflict` if its data is
 * inconsistent. The read is then `ClientFailed`, with that error as its cause.
 *
 * @since 0.2.0
 */
export const readError =
  (client: Client, operation: string) =>
  (error: QueryError): ReadError => {
    switch (error._tag) {
      case 'Conflict':
      case 'Protected':
      case 'Invalid':
      case 'Incomplete': {
        const { message, hint, retryable } = error
        return clientFailed(client.name, operation, error, { message, hint, retryable })
      }
      default:
        return error
    }
  }

/**
 * A program that reads, with the errors of reads only.
 *
 * @since 0.2.0
 */
export const reading =
  (client: Client, operation: string) =>
  <A>(program: TE.TaskEither<QueryError, A>): TE.TaskEither<ReadError, A> =>
  async () => {
    const answer = await program()
    return E.isLeft(answer) ? E.left(readError(client, operation)(answer.left)) : answer
  }
