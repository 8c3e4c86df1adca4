import { either as E, type taskEither as TE } from 'fp-ts'
import type { Answered, Driver, Isolation, SqlValue, StatementOptions, TransactionOptions } from './Driver.js'
import type { Connection, Pool } from './Pool.js'
import { natural, nothing, sql, textOf, type Sql } from './Sql.js'
import { isTransient, sqlError, type SqlError } from './SqlError.js'
import { acquired, isBroken, pause, released, statement, withConnection } from './statement.js'
import { streamedAlone, streamedInTurns, type Cursors, type Step } from './streamed.js'

/**
 * Makes a driver from a pool. It adds transactions, savepoints and retries.
 *
 * If an outermost transaction ends in a serialization failure or a deadlock, it runs again, up to 20 times by default,
 * after a random pause. A statement outside a transaction is sent again in the same cases. If a connection is lost
 * before COMMIT, nothing is written. If a COMMIT or a statement outside a transaction gets no answer, it may have been
 * done, and the error has `unknown: true`.
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
  ...engineOf(pool),
  query: (text, params, options) => () => resent(pool, text, params, { ...defaults, ...options }),
  ...streamOf(pool, defaults),
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

/** What is the same in a transaction. */
const engineOf = ({ dialect, generatedKeys = false }: Pool): Pick<Driver, 'dialect' | 'generatedKeys'> => ({
  dialect,
  generatedKeys,
})

/** Streams on connections of their own, or on the only one. A stream that can't share the only one would keep it. */
const streamOf = (pool: Pool, defaults: StatementOptions): Pick<Driver, 'stream'> => {
  const { streams, single = false } = pool
  if (streams === undefined || (single && streams === 'alone')) return {}
  const cursors: Cursors = new Map()
  return {
    stream: (text, params, options) => {
      const asked = { pool, text, params, options: { ...defaults, ...options } }
      return single
        ? streamedInTurns(asked, (run) => withConnection(pool, run), cursors, true)
        : streamedAlone(asked)
    },
  }
}

/**
 * Sends a statement on a connection of its own. Sends it again after a deadlock or a serialization failure: nothing of it
 * was done then. It is all in one function, since each async function takes a part of a short statement's time.
 */
const resent = async (
  pool: Pool,
  text: string,
  params: ReadonlyArray<SqlValue>,
  options: StatementOptions,
): Promise<E.Either<SqlError, Answered>> => {
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a try */
  for (let tries = 0; ; tries += 1) {
    const found = await acquired(pool)
    const answer = E.isLeft(found) ? found : await statement(pool, found.right, text, params, options)
    if (E.isRight(found)) {
      const pending = released(found.right, E.isLeft(answer) && isBroken(answer.left))
      if (pending !== null) await pending
    }
    if (E.isRight(answer) || !isTransient(answer.left) || tries >= mostTries) return answer
    await pauseAfter(tries)
  }
}

/** How many times a transaction or a statement is run again, unless said otherwise. */
const mostTries = 20

/** A random pause, so that writers that conflicted don't try again at the same time. */
const pauseAfter = (tries: number): Promise<void> => pause(Math.random() * Math.min(200, 2 ** (tries + 1)))

/** Runs programs one after the other. */
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
  const level: Level = { pool, connection, defaults, depth: 0, over, cursors: new Map() }
  const result = await running(level, program)
  await closing(level)
  const ended = await end(level, result, send)
  await released(connection, over.why !== null && isBroken(over.why))
  return ended
}

/** Closes the streams that a program has left open. PostgreSQL closes them itself. */
const closing = async ({ pool, connection, cursors }: Level): Promise<void> => {
  if (pool.streams === 'cursor') return
  /* eslint-disable-next-line functional/no-loop-statements -- one after the other */
  for (const close of cursors.values()) await close(connection)
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
  readonly cursors: Cursors
}

const finished = sqlError('failed', 'the transaction is over: use its driver in its program only')

/** Runs a program on a level. Waits for the statements that the program leaves running. */
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
  const { pool, connection, defaults, over, cursors } = level
  const step: Step = (run) => guarded(async () => noted(over, await run(connection)))()
  const tx: Driver = {
    ...engineOf(pool),
    query: (text, params, options) =>
      guarded(async () =>
        noted(over, await statement(pool, connection, text, params, { ...defaults, ...options })),
      ),
    ...(pool.streams === undefined || pool.streams === 'alone'
      ? {}
      : {
          stream: (text, params, options) =>
            streamedInTurns(
              { pool, text, params, options: { ...defaults, ...options } },
              step,
              cursors,
              false,
            ),
        }),
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

/** An error that ends the transaction ends it for good. Nothing of it remains in the database. */
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
    // A program that ignores the error that ended its transaction has lost the transaction all the same.
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
