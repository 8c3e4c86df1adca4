import type { either as E, taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import { ask } from './ask.js'
import type { WritableClient } from './Client.js'

/**
 * Runs a program as one, where the client can; as it is, where not.
 *
 * @since 0.1.0
 */
export const together = <A>(
  client: WritableClient,
  program: (client: WritableClient) => Promise<E.Either<QueryError, A>>,
): TE.TaskEither<QueryError, A> => {
  const { transaction, budget } = client
  return transaction === undefined
    ? // What the caller gives may throw.
      ask(client.name, 'write', () => () => program(client))
    : ask(client.name, 'transaction', () =>
        transaction((inside) => () => program(budget === undefined ? inside : { ...inside, budget })),
      )
}
