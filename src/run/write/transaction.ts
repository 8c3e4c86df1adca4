import { taskEither as TE } from 'fp-ts'
import { unsupported, type QueryError } from '../../value/QueryError.js'
import { ask } from '../../client/ask.js'
import type { WritableClient } from '../../client/Client.js'
import { total } from '../../value/total.js'

const typedTransaction = <A>(
  client: WritableClient,
  program: (client: WritableClient) => TE.TaskEither<QueryError, A>,
): TE.TaskEither<QueryError, A> => {
  const { transaction: run } = client
  return run === undefined
    ? TE.left(unsupported(client.name, 'transactions'))
    : ask(client.name, 'transaction', () => run(program))
}

/**
 * Runs a program whose writes are done together, if it succeeds, or not at all. The program uses the client that it
 * is given; one transaction within another is a part of it that can fail alone. A client that can't do that is
 * `Unsupported`, and the program isn't run.
 *
 * While it runs, the outer client may wait for its end: don't wait for the outer client in the program.
 *
 * @example
 * import { taskEither as TE } from 'fp-ts'
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, count, create, field, schema, transaction } from 'queryset-ts'
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
