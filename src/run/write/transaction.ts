import { taskEither as TE } from 'fp-ts'
import { unsupported, type WriteError } from '../../value/QueryError.js'
import { ask } from '../../client/ask.js'
import type { WritableClient } from '../../client/Client.js'
import { total } from '../../value/total.js'

const typedTransaction = <A>(
  client: WritableClient,
  program: (client: WritableClient) => TE.TaskEither<WriteError, A>,
): TE.TaskEither<WriteError, A> => {
  const { transaction: run } = client
  return run === undefined
    ? TE.left(unsupported(client.name, 'transactions'))
    : ask(client.name, 'transaction', () => run(program))
}

/**
 * Runs a program as a transaction: its writes are kept if it succeeds, and otherwise undone. The program must use the
 * client that it receives. A transaction inside another one can fail on its own. For a client without transactions the
 * result is `Unsupported`, and the program isn't run.
 *
 * While the program runs, the outer client may wait for it to end. Don't wait for the outer client inside the program.
 *
 * @example
 * import { taskEither as TE } from 'fp-ts'
 * import { autoId, count, create, field, pipe, schema, transaction } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text({ maxLength: 5 }) } })
 * const client = memory(models, {})
 * const both = transaction(client, (inside) =>
 *   pipe(
 *     models.genre,
 *     create(inside, { name: 'Rock' }),
 *     TE.chain(() => pipe(models.genre, create(inside, { name: 'Much too long' }))),
 *   ),
 * )
 * console.log((await both())._tag) // => Left
 * console.log(await pipe(models.genre, count(client))()) // => { _tag: 'Right', right: 0 }
 *
 * @since 0.1.0
 */
export const transaction = total('transaction', 1, 'program', typedTransaction)
