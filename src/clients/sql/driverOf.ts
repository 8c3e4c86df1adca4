import { either as E, type taskEither as TE } from 'fp-ts'
import type { Answered, Driver, Isolation, SqlValue, StatementOptions, TransactionOptions } from './Driver.js'
import type { Connection, Pool } from './Pool.js'
import { natural, nothing, sql, textOf, type Sql } from './Sql.js'
import { isTransient, sqlError, type SqlError } from './SqlError.js'

/**
 * Makes a driver of a pool: statements, transactions with savepoints, and what is done when one fails.
 *
 * An outermost transaction that ends in a serialization failure or a deadlock is run again, 20 times unless said
 * otherwise, after a pause that grows. A statement outside of a transaction is sent again in the same cases. A connection
 * that is lost before COMMIT leaves nothing written. If a COMMIT isn't answered, or a statement outside of a transaction
 * isn't, it may have been done: the error's `unknown` says so.
 *
 * @example
 * import { driverOf, onlyOne, sqlError } from 'queryset-ts/sql'
 * const pool = onlyOne(
 *   { dialect: 'sqlite', errorOf: () => sqlError('failed', 'it failed'), close: () => Promise.resolve() },
 *   { query: () => Promise.resolve({ rows: [[1]], affected: 0 }) },
 * )
 * console.log(await driverOf(pool).query('select 1', [])()) // => { _tag: 'Right', right: { rows: [ [Array] ], affected: 0 } }
 *
 * @since 0.2.0
 */
export const driverOf = (pool: Pool, defaults: StatementOptions = {}): Driver => ({
  dialect: pool.dialect,
  query: (text, params, options) => () =>
    resent(() =>
      withConnection(pool, (connection) =>
        statement(pool, connection, text, params, { ...defaults, ...options }),
      ),
    ),
  stream: (text, params, options) => streamed(pool, text, params, { ...defaults, ...options }),
  transaction: (options, program) => () => retried(pool, defaults, options, program),
  close: async () => {
    try {
      await pool.close()
      return E.right(undefined)
    } catch (cause) {
      return E.left(pool.errorOf(cause))
    }
  },
})

const acquired = async (pool: Pool): Promise<E.Either<SqlError, Connection>> => {
  try {
    return E.right(await pool.acquire())
  } catch (cause) {
    // Nothing was sent.
    return E.left({ ...pool.errorOf(cause), unknown: false })
  }
}

const released = async (connection: Connection, broken: boolean): Promise<void> => {
  try {
    await connection.release(broken)
  } catch {
    // It is given up anyway.
  }
}

const withConnection = async <A>(
  pool: Pool,
  run: (connection: Connection) => Promise<E.Either<SqlError, A>>,
): Promise<E.Either<SqlError, A>> => {
  const connection = await acquired(pool)
  if (E.isLeft(connection)) return connection
  const result = await run(connection.right)
  await released(connection.right, E.isLeft(result) && isBroken(result.left))
  return result
}

/** Sends a statement again after a deadlock or a serialization failure. Nothing of it was done then. */
const resent = async <A>(send: () => Promise<E.Either<SqlError, A>>): Promise<E.Either<SqlError, A>> => {
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a try */
  for (let tries = 0; ; tries += 1) {
    const answer = await send()
    if (E.isRight(answer) || !isTransient(answer.left) || tries >= mostTries) return answer
    await pauseAfter(tries)
  }
}

/** How many times a transaction or a statement is run again, unless said otherwise. */
const mostTries = 20

/** A random pause, so that writers that conflicted don't try again at the same time. */
const pauseAfter = (tries: number): Promise<void> => pause(Math.random() * Math.min(200, 2 ** (tries + 1)))

/** After a cancellation it isn't known whether another one is on its way. */
const isBroken = ({ kind }: SqlError): boolean => kind === 'lost' || kind === 'cancelled'

const signalOf = ({ signal, timeout }: StatementOptions): AbortSignal | undefined => {
  if (timeout === undefined) return signal
  const late = AbortSignal.timeout(timeout)
  return signal === undefined ? late : AbortSignal.any([signal, late])
}

const stopped = (): SqlError => sqlError('cancelled', 'the statement was cancelled before it was sent')

const statement = async (
  pool: Pool,
  connection: Connection,
  text: string,
  params: ReadonlyArray<SqlValue>,
  options: StatementOptions,
): Promise<E.Either<SqlError, Answered>> => {
  const signal = signalOf(options)
  if (signal?.aborted === true) return E.left(stopped())
  const answered = connection.query(text, params, options).then(
    (answer): E.Either<SqlError, Answered> => E.right(answer),
    (cause: unknown) => E.left(pool.errorOf(cause)),
  )
  if (signal === undefined) return answered
  const cancelling = cancellation(connection, signal)
  const answer = await Promise.race([answered, cancelling.undelivered])
  return cancelling.settled(answer)
}

/** How many milliseconds a request to cancel may take. It may have to wait for a connection of its own. */
const grace = 1000

interface Cancellation {
  /** An error, once a request to cancel could not be delivered in time. */
  readonly undelivered: Promise<E.Either<SqlError, Answered>>
  /** The answer, once no request to cancel is on its way any more. */
  readonly settled: (answer: E.Either<SqlError, Answered>) => Promise<E.Either<SqlError, Answered>>
}

/**
 * Cancels what a connection does when the signal comes. A request that can't be delivered gives up the connection: a
 * pool may have none left to send it by.
 */
const cancellation = (connection: Connection, signal: AbortSignal): Cancellation => {
  const state: { asked: Promise<boolean> } = { asked: Promise.resolve(true) }
  const lost = E.left<SqlError, Answered>(
    sqlError('cancelled', 'the statement was given up: the request to cancel it could not be sent', {
      unknown: true,
    }),
  )
  const given: { up: () => void } = { up: () => undefined }
  const undelivered = new Promise<E.Either<SqlError, Answered>>((done) => {
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

async function* streamed(
  pool: Pool,
  text: string,
  params: ReadonlyArray<SqlValue>,
  options: StatementOptions,
): AsyncGenerator<E.Either<SqlError, ReadonlyArray<ReadonlyArray<unknown>>>> {
  const found = await acquired(pool)
  if (E.isLeft(found)) {
    yield found
    return
  }
  const connection = found.right
  const signal = signalOf(options)
  const state = { broken: false }
  try {
    if (connection.stream === undefined) {
      const all = await statement(pool, connection, text, params, options)
      yield E.map(({ rows }: Answered) => rows)(all)
      return
    }
    /* eslint-disable-next-line functional/no-loop-statements -- a batch at a time, in bounded memory */
    for await (const rows of connection.stream(text, params, options)) {
      if (signal?.aborted === true) {
        yield E.left(sqlError('cancelled', 'the statement was cancelled'))
        return
      }
      yield E.right(rows)
    }
  } catch (cause) {
    const error = pool.errorOf(cause)
    state.broken = isBroken(error)
    yield E.left(error)
  } finally {
    await released(connection, state.broken)
  }
}

/** What runs one after the other. */
type Turns = <A>(run: () => Promise<A>) => Promise<A>

const turns = (): Turns => {
  const queue: { last: Promise<unknown> } = { last: Promise.resolve() }
  return (run) => {
    const turn = queue.last.then(run)
    queue.last = turn.catch(() => undefined)
    return turn
  }
}

const retried = async <L, A>(
  pool: Pool,
  defaults: StatementOptions,
  options: TransactionOptions,
  program: (tx: Driver) => TE.TaskEither<L, A>,
): Promise<E.Either<L | SqlError, A>> => {
  const { retries = mostTries } = options
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a try */
  for (let tries = 0; ; tries += 1) {
    const over: Over = { why: null }
    const result = await outermost(pool, defaults, options, program, over)
    if (over.why === null || !isTransient(over.why) || tries >= retries) return result
    await pauseAfter(tries)
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((done) => {
    setTimeout(done, milliseconds)
  })

/** Why a transaction can't go on, once it can't. */
interface Over {
  why: SqlError | null
}

const outermost = async <L, A>(
  pool: Pool,
  defaults: StatementOptions,
  options: TransactionOptions,
  program: (tx: Driver) => TE.TaskEither<L, A>,
  over: Over,
): Promise<E.Either<L | SqlError, A>> => {
  const found = await acquired(pool)
  if (E.isLeft(found)) return found
  const connection = found.right
  const send = (text: string) => statement(pool, connection, text, [], { prepare: false })
  const begun = await inOrder(beginOf(pool.dialect, options), send)
  if (E.isLeft(begun)) {
    over.why = begun.left
    await released(connection, isBroken(begun.left))
    return E.left({ ...begun.left, unknown: false })
  }
  const level: Level = { pool, connection, defaults, depth: 0, over }
  const result = await running(level, program)
  const ended = await end(level, result, send)
  await released(connection, over.why !== null && isBroken(over.why))
  return ended
}

const inOrder = async (
  texts: ReadonlyArray<string>,
  send: (text: string) => Promise<E.Either<SqlError, Answered>>,
): Promise<E.Either<SqlError, void>> => {
  /* eslint-disable-next-line functional/no-loop-statements -- one after the other */
  for (const text of texts) {
    const sent = await send(text)
    if (E.isLeft(sent)) return sent
  }
  return E.right(undefined)
}

const levels: { readonly [I in Isolation]: Sql } = {
  'read committed': sql`read committed`,
  'repeatable read': sql`repeatable read`,
  serializable: sql`serializable`,
}

const beginOf = (
  dialect: Pool['dialect'],
  { isolation, readOnly = false }: TransactionOptions,
): ReadonlyArray<string> => {
  const level = isolation === undefined ? nothing : sql` isolation level ${levels[isolation]}`
  const mode = readOnly ? sql` read only` : nothing
  switch (dialect) {
    case 'postgres':
      return [textOf(sql`begin${level}${mode}`)]
    case 'sqlite':
      // One that reads first and writes later would fail where another one has written since.
      return [readOnly ? 'begin' : 'begin immediate']
    case 'mariadb':
    case 'mysql':
      return [
        ...(isolation === undefined ? [] : [textOf(sql`set transaction${level}`)]),
        textOf(sql`start transaction${mode}`),
      ]
  }
}

/** A transaction, or a savepoint within it. */
interface Level {
  readonly pool: Pool
  readonly connection: Connection
  readonly defaults: StatementOptions
  readonly depth: number
  readonly over: Over
}

const finished = sqlError('failed', 'the transaction is over: use its driver in its program only')

/** Runs a program on a level; what it leaves running is waited for. */
const running = async <L, A>(
  level: Level,
  program: (tx: Driver) => TE.TaskEither<L, A>,
): Promise<E.Either<L | SqlError, A>> => {
  const turn = turns()
  const state = { done: false }
  const guarded =
    <X, Y>(run: () => Promise<E.Either<X, Y>>): TE.TaskEither<X | SqlError, Y> =>
    () =>
      turn(async () => {
        if (state.done) return E.left(finished)
        return level.over.why === null ? run() : E.left(level.over.why)
      })
  const { pool, connection, defaults, over } = level
  const tx: Driver = {
    dialect: pool.dialect,
    query: (text, params, options) =>
      guarded(async () =>
        noted(over, await statement(pool, connection, text, params, { ...defaults, ...options })),
      ),
    transaction: (_, inner) => guarded(() => savepoint({ ...level, depth: level.depth + 1 }, inner)),
    close: () => Promise.resolve(E.left(finished)),
  }
  try {
    const result = await program(tx)()
    return await turn(() => {
      state.done = true
      return Promise.resolve(result)
    })
  } catch (cause) {
    state.done = true
    return E.left({ ...pool.errorOf(cause), kind: 'failed', unknown: false })
  }
}

/** What ends a transaction ends it for good; nothing of it is there then. */
const noted = <A>(over: Over, result: E.Either<SqlError, A>): E.Either<SqlError, A> => {
  if (E.isRight(result)) return result
  const error = { ...result.left, unknown: false }
  if (isTransient(error) || error.kind === 'lost') over.why = error
  return E.left(error)
}

const end = async <L, A>(
  { over, pool, connection }: Level,
  result: E.Either<L | SqlError, A>,
  send: (text: string) => Promise<E.Either<SqlError, Answered>>,
): Promise<E.Either<L | SqlError, A>> => {
  if (over.why?.kind === 'lost') return E.left(over.why)
  if (over.why !== null || E.isLeft(result)) {
    const undone = await send('rollback')
    if (E.isLeft(undone)) over.why ??= { ...undone.left, kind: 'lost' }
    // A program that passes over what ended its transaction has still lost it.
    return over.why !== null && E.isRight(result) ? E.left(over.why) : result
  }
  const committed = await send('commit')
  if (E.isRight(committed)) return result
  over.why = committed.left
  if (committed.left.kind === 'lost') return E.left({ ...committed.left, unknown: true })
  const why = await explained(pool, connection, committed.left)
  // SQLite keeps the transaction open.
  if (pool.dialect === 'sqlite') await send('rollback')
  return E.left({ ...why, unknown: false })
}

/** SQLite doesn't say which foreign key leads nowhere, but it can be asked, as long as the transaction is open. */
const explained = async (pool: Pool, connection: Connection, error: SqlError): Promise<SqlError> => {
  if (pool.dialect !== 'sqlite' || error.kind !== 'foreignKey') return error
  const ask = (text: string, params: ReadonlyArray<SqlValue> = []) =>
    statement(pool, connection, text, params, {})
  const found = await ask('select "table", "fkid" from pragma_foreign_key_check limit 1')
  const [row] = E.isRight(found) ? found.right.rows : []
  const [table, id] = row ?? []
  if (typeof table !== 'string') return error
  const columns = await ask('select "from" from pragma_foreign_key_list(?) where "id" = ? order by "seq"', [
    table,
    Number(id),
  ])
  const names = E.isRight(columns) ? columns.right.rows.map(([name]) => String(name)) : []
  return { ...error, table, columns: names }
}

const savepoint = async <L, A>(
  level: Level,
  program: (tx: Driver) => TE.TaskEither<L, A>,
): Promise<E.Either<L | SqlError, A>> => {
  const name = sql`qs_${natural(level.depth)}`
  const send = async (text: string): Promise<E.Either<SqlError, Answered>> =>
    noted(level.over, await statement(level.pool, level.connection, text, [], { prepare: false }))
  const begun = await send(textOf(sql`savepoint ${name}`))
  if (E.isLeft(begun)) return begun
  const result = await running(level, program)
  if (level.over.why !== null) return E.isLeft(result) ? result : E.left(level.over.why)
  const ended = await inOrder(
    [...(E.isRight(result) ? [] : [sql`rollback to savepoint ${name}`]), sql`release savepoint ${name}`].map(
      textOf,
    ),
    send,
  )
  return E.isLeft(ended) ? ended : result
}
