/**
 * Takes turns: writes through one client run one after the other within this process.
 *
 * @since 0.2.0
 */
import type { either as E, taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import { ask } from './ask.js'
import type { Client } from './Client.js'

/** The end of the queue of writes. */
interface Queue {
  last: Promise<unknown>
}

const queues = new WeakMap<Client, Queue>()

const queueOf = (client: Client): Queue => {
  const known = queues.get(client)
  if (known !== undefined) return known
  const made: Queue = { last: Promise.resolve() }
  queues.set(client, made)
  return made
}

/**
 * Makes a client that is derived from another one wait for the same turns.
 *
 * @since 0.2.0
 */
export const sharesTurns = <C extends Client>(client: Client, made: C): C => {
  queues.set(made, queueOf(client))
  return made
}

/** The clients that programs receive. Such a client already has a turn or a transaction. */
const held = new WeakSet<Client>()

/**
 * Whether a client was given to a program that runs in a turn or a transaction.
 *
 * @since 0.2.0
 */
export const isHeld = (client: Client): boolean => held.has(client)

/**
 * Marks a client as one that is used within a turn or a transaction.
 *
 * @since 0.2.0
 */
export const holding = <C extends Client>(client: C): C => {
  held.add(client)
  return client
}

/**
 * Runs a program once the programs before it have finished. The program must use the client that it receives. A write
 * through another client with the same turns would wait for this program to end, and so wait forever.
 *
 * @since 0.2.0
 */
export const inTurn =
  <C extends Client, A>(
    client: C,
    program: (client: C) => Promise<E.Either<QueryError, A>>,
  ): TE.TaskEither<QueryError, A> =>
  () => {
    const queue = queueOf(client)
    const inside = holding({ ...client })
    const turn = queue.last.then(ask(client.name, 'write', () => () => program(inside)))
    // The queue keeps no results.
    queue.last = turn.then(
      () => undefined,
      () => undefined,
    )
    return turn
  }
