import { either as E, taskEither as TE } from 'fp-ts'
import { unsupported, type QueryError } from '../value/QueryError.js'
import { ask } from './ask.js'
import { guardRank, type Guard } from './Budget.js'
import type { WritableClient } from './Client.js'
import { isOwn } from './own.js'
import { holding, inTurn, isHeld } from './turns.js'

/**
 * How a client guards what it reads before a write against other writers. What the client does at once by itself is
 * also `atomic`; see `doesAtOnce`.
 *
 * @since 0.2.0
 */
export const guardOf = (client: WritableClient): Guard =>
  client.transaction !== undefined ? 'atomic' : checksRows(client) ? 'checked' : 'by turns'

/**
 * Whether a client refuses to write a row that doesn't have the expected values.
 *
 * @since 0.2.0
 */
export const checksRows = (client: WritableClient): boolean => client.checks === true && isOwn(client)

/**
 * Runs a program that reads and then writes, with the strongest guard that the client has: in a transaction, or else in
 * a turn. If the client's budget asks for a stronger guard, the result is `Unsupported`, and the program isn't run.
 *
 * @since 0.1.0
 */
export const together = <A>(
  client: WritableClient,
  program: (client: WritableClient) => Promise<E.Either<QueryError, A>>,
): TE.TaskEither<QueryError, A> => {
  const { transaction, budget } = client
  if (transaction !== undefined)
    return ask(client.name, 'transaction', () =>
      transaction(
        (inside) => () => program(holding(budget === undefined ? { ...inside } : { ...inside, budget })),
        { stable: true },
      ),
    )
  if (isHeld(client)) return ask(client.name, 'write', () => () => program(client))
  const refused = lessGuarded(client)
  return refused === null ? inTurn(client, program) : TE.left(refused)
}

/**
 * Why a client's guard is weaker than its budget asks for, or `null`.
 *
 * @since 0.2.0
 */
export const lessGuarded = (client: WritableClient): QueryError | null => {
  const own = guardOf(client)
  const wanted = client.budget?.guarded
  return wanted === undefined || guardRank[own] >= guardRank[wanted]
    ? null
    : unsupported(client.name, `writes that are guarded as '${wanted}': it guards them as '${own}'`)
}

/**
 * Runs a program that only writes: in a transaction if the client has them, or else directly.
 *
 * @since 0.2.0
 */
export const asOne = <A>(
  client: WritableClient,
  program: (client: WritableClient) => Promise<E.Either<QueryError, A>>,
): TE.TaskEither<QueryError, A> =>
  client.transaction === undefined
    ? ask(client.name, 'write', () => () => program(client))
    : together(client, program)
