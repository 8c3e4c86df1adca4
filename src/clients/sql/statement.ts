/**
 * Statements on a connection, and how they are cancelled.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Answered, SqlValue, StatementOptions } from './Driver.js'
import type { Connection, Pool } from './Pool.js'
import { sqlError, type SqlError } from './SqlError.js'

/**
 * A connection of a pool.
 *
 * @since 0.2.0
 */
export const acquired = (pool: Pool): Promise<E.Either<SqlError, Connection>> => {
  // Nothing was sent.
  const failed = (cause: unknown) => E.left({ ...pool.errorOf(cause), unknown: false })
  try {
    return Promise.resolve(pool.acquire()).then((connection) => E.right(connection), failed)
  } catch (cause) {
    return Promise.resolve(failed(cause))
  }
}

/**
 * Gives a connection back. Most are given back at once, and the result is `null`: a promise would only take a turn. What
 * goes wrong is passed over: the connection is given up anyway.
 *
 * @since 0.2.0
 */
export const released = (connection: Connection, broken: boolean): Promise<void> | null => {
  try {
    const pending = connection.release(broken)
    return pending === undefined ? null : Promise.resolve(pending).catch(() => undefined)
  } catch {
    return null
  }
}

/**
 * Runs something on a connection of a pool, and gives it back.
 *
 * @since 0.2.0
 */
export const withConnection = async <A>(
  pool: Pool,
  run: (connection: Connection) => Promise<E.Either<SqlError, A>>,
): Promise<E.Either<SqlError, A>> => {
  const connection = await acquired(pool)
  if (E.isLeft(connection)) return connection
  const result = await run(connection.right)
  const pending = released(connection.right, E.isLeft(result) && isBroken(result.left))
  if (pending !== null) await pending
  return result
}

/**
 * Whether a connection can't be used again. After a cancellation it isn't known whether another one is on its way.
 *
 * @since 0.2.0
 */
export const isBroken = ({ kind }: SqlError): boolean => kind === 'lost' || kind === 'cancelled'

const signalOf = ({ signal, timeout }: StatementOptions): AbortSignal | undefined => {
  if (timeout === undefined) return signal
  const late = AbortSignal.timeout(timeout)
  return signal === undefined ? late : AbortSignal.any([signal, late])
}

const stopped = (): SqlError => sqlError('cancelled', 'the statement was cancelled before it was sent')

/**
 * Sends a statement on a connection.
 *
 * @since 0.2.0
 */
export const statement = (
  pool: Pool,
  connection: Connection,
  text: string,
  params: ReadonlyArray<SqlValue>,
  options: StatementOptions,
): Promise<E.Either<SqlError, Answered>> =>
  cancellable(pool, connection, options, () => connection.query(text, params, options))

/**
 * Does something on a connection, which the signal and the timeout of a statement cancel.
 *
 * @since 0.2.0
 */
export const cancellable = <A>(
  pool: Pool,
  connection: Connection,
  options: StatementOptions,
  run: () => Promise<A>,
): Promise<E.Either<SqlError, A>> => {
  const signal = signalOf(options)
  return signal === undefined ? attempted(pool, run) : cancelledBy(signal, pool, connection, run)
}

const cancelledBy = async <A>(
  signal: AbortSignal,
  pool: Pool,
  connection: Connection,
  run: () => Promise<A>,
): Promise<E.Either<SqlError, A>> => {
  if (signal.aborted) return E.left(stopped())
  const answered = attempted(pool, run)
  const cancelling = cancellation<A>(connection, signal)
  const answer = await Promise.race([answered, cancelling.undelivered])
  return cancelling.settled(answer)
}

const attempted = <A>(pool: Pool, run: () => Promise<A>): Promise<E.Either<SqlError, A>> => {
  const failed = (cause: unknown) => E.left(pool.errorOf(cause))
  try {
    return Promise.resolve(run()).then((answer) => E.right(answer), failed)
  } catch (cause) {
    return Promise.resolve(failed(cause))
  }
}

/** How many milliseconds a request to cancel may take. It may have to wait for a connection of its own. */
const grace = 1000

interface Cancellation<A> {
  /** An error, once a request to cancel could not be delivered in time. */
  readonly undelivered: Promise<E.Either<SqlError, A>>
  /** The answer, once no request to cancel is on its way any more. */
  readonly settled: (answer: E.Either<SqlError, A>) => Promise<E.Either<SqlError, A>>
}

/**
 * Cancels the statement of a connection when the signal comes. If the request to cancel can't be delivered, the
 * connection is given up: a pool may have no other connection to send it by.
 */
const cancellation = <A>(connection: Connection, signal: AbortSignal): Cancellation<A> => {
  const state: { asked: Promise<boolean> } = { asked: Promise.resolve(true) }
  const lost = E.left<SqlError, A>(
    sqlError('cancelled', 'the statement was given up: the request to cancel it could not be sent', {
      unknown: true,
    }),
  )
  const given: { up: () => void } = { up: () => undefined }
  const undelivered = new Promise<E.Either<SqlError, A>>((done) => {
    given.up = () => {
      done(lost)
    }
  })
  const cancel = (): void => {
    const sent = (connection.cancel?.() ?? Promise.resolve()).then(
      () => true,
      () => true,
    )
    state.asked = Promise.race([sent, pause(grace).then(() => false)])
    void state.asked.then((delivered) => {
      if (!delivered) given.up()
    })
  }
  signal.addEventListener('abort', cancel, { once: true })
  return {
    undelivered,
    settled: async (answer) => {
      signal.removeEventListener('abort', cancel)
      return (await state.asked) ? answer : lost
    },
  }
}

/**
 * Waits.
 *
 * @since 0.2.0
 */
export const pause = (milliseconds: number): Promise<void> =>
  new Promise((done) => {
    setTimeout(done, milliseconds)
  })
