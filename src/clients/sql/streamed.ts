/**
 * The rows of a statement, a batch at a time.
 *
 * A cursor is opened, read and closed on one connection. Of a pool with several connections, a stream has one for itself.
 * The only connection of a pool, and that of a transaction, is lent for each step, so that other statements can be run
 * between two batches.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { SqlValue, StreamOptions } from './Driver.js'
import type { Connection, Pool } from './Pool.js'
import { declaring, natural, sql, textOf } from './Sql.js'
import { sqlError, type SqlError } from './SqlError.js'
import { acquired, cancellable, isBroken, released, statement } from './statement.js'

type Batch = ReadonlyArray<ReadonlyArray<unknown>>

/** A statement to stream, and how its rows are read. */
export interface Streamed {
  readonly pool: Pool
  readonly text: string
  readonly params: ReadonlyArray<SqlValue>
  readonly options: StreamOptions
}

/**
 * The open cursors of a connection that is shared: the numbers in their names, and the functions that close them.
 *
 * @since 0.2.0
 */
export type Cursors = Map<number, Close>

type Close = (connection: Connection) => Promise<E.Either<SqlError, unknown>>

/** Runs a step of a stream on its connection. */
export type Step = <A>(
  run: (connection: Connection) => Promise<E.Either<SqlError, A>>,
) => Promise<E.Either<SqlError, A>>

/** A cursor that is open. `next` gives `null` after the last batch. */
interface Cursor {
  readonly next: (connection: Connection) => Promise<E.Either<SqlError, Batch | null>>
  readonly close: Close
}

const usual = 1000

/** The number of rows in a batch. */
const sizeOf = ({ size = usual }: StreamOptions): number => Math.max(1, Math.floor(size))

/** A cursor of PostgreSQL. Its last batch isn't full, so that there is no need to ask for one more. */
const declared = async (
  { pool, text, params, options }: Streamed,
  connection: Connection,
  number: number,
  hold: boolean,
): Promise<E.Either<SqlError, Cursor>> => {
  const name = hold ? sql`qs_h${natural(number)}` : sql`qs_c${natural(number)}`
  const size = sizeOf(options)
  const own = { ...options, prepare: false }
  const state = { last: false }
  const opened = await statement(pool, connection, declaring(name, hold, text), params, own)
  if (E.isLeft(opened)) return opened
  const fetching = textOf(sql`fetch forward ${natural(size)} from ${name}`)
  return E.right({
    next: async (on) => {
      if (state.last) return E.right(null)
      const fetched = await statement(pool, on, fetching, [], own)
      if (E.isLeft(fetched)) return fetched
      const { rows } = fetched.right
      state.last = rows.length < size
      return E.right(rows.length === 0 ? null : rows)
    },
    close: (on) => statement(pool, on, textOf(sql`close ${name}`), [], { prepare: false }),
  })
}

/** A cursor of a package. */
const iterated = ({ pool, options }: Streamed, rows: AsyncIterable<Batch>): Cursor => {
  const iterator = rows[Symbol.asyncIterator]()
  return {
    next: async (on) =>
      E.map((each: IteratorResult<Batch, unknown>) => (each.done === true ? null : each.value))(
        await cancellable(pool, on, options, () => iterator.next()),
      ),
    close: (on) => cancellable(pool, on, {}, async () => iterator.return?.()),
  }
}

const opened = async (
  asked: Streamed,
  connection: Connection,
  number: number,
  hold: boolean,
): Promise<E.Either<SqlError, Cursor>> => {
  const { pool, text, params, options } = asked
  if (pool.streams === 'cursor') return declared(asked, connection, number, hold)
  if (connection.stream === undefined)
    return E.left(sqlError('failed', "a connection has no 'stream', although its pool says how it streams"))
  try {
    const rows = connection.stream(text, params, { ...options, size: sizeOf(options) })
    return E.right(iterated(asked, rows))
  } catch (cause) {
    return E.left(pool.errorOf(cause))
  }
}

/** How a stream ended: an error, or that all rows were read. */
interface End {
  error: SqlError | null
  all: boolean
}

async function* batches(
  step: Step,
  open: (connection: Connection) => Promise<E.Either<SqlError, Cursor>>,
  closes: (error: SqlError | null) => boolean,
  watched: (close: Close) => void = () => undefined,
): AsyncGenerator<E.Either<SqlError, Batch>, End, undefined> {
  const cursor = await step(open)
  if (E.isLeft(cursor)) {
    yield cursor
    return { error: cursor.left, all: false }
  }
  const { next, close } = cursor.right
  const end: End = { error: null, all: false }
  watched(close)
  try {
    /* eslint-disable-next-line functional/no-loop-statements -- a batch at a time, in bounded memory */
    for (;;) {
      const batch = await step(next)
      if (E.isLeft(batch)) {
        end.error = batch.left
        yield batch
        return end
      }
      end.all = batch.right === null
      if (batch.right === null) return end
      yield E.right(batch.right)
    }
  } finally {
    if (closes(end.error)) await step(close)
  }
}

/**
 * A stream on a connection of its own. The connection is given back when the stream ends, whether all rows were read or
 * not. PostgreSQL's cursors need a transaction.
 *
 * @since 0.2.0
 */
export async function* streamedAlone(
  asked: Streamed,
): AsyncGenerator<E.Either<SqlError, Batch>, void, undefined> {
  const { pool } = asked
  const found = await acquired(pool)
  if (E.isLeft(found)) {
    yield found
    return
  }
  const connection = found.right
  const cursors = pool.streams === 'cursor'
  const end: End = { error: null, all: false }
  try {
    const begun = cursors ? await begin(pool, connection) : E.right(null)
    if (E.isLeft(begun)) {
      end.error = begun.left
      yield begun
      return
    }
    const { error, all } = yield* batches(
      async (run) => run(connection),
      (on) => opened(asked, on, 0, false),
      // A transaction ends its cursors, and a connection that was given up may never answer.
      (error) => !cursors && (error === null || !isBroken(error)),
    )
    end.error = error
    end.all = all
  } finally {
    const broken = end.error !== null && isBroken(end.error)
    // Otherwise the next statement would read the rows that the package's stream has not read yet.
    const unread = !cursors && !end.all
    const ended = cursors && !broken ? await send(pool, connection, 'rollback') : E.right(null)
    await released(connection, broken || unread || E.isLeft(ended))
  }
}

const send = (pool: Pool, connection: Connection, text: string): Promise<E.Either<SqlError, unknown>> =>
  statement(pool, connection, text, [], { prepare: false })

/** All rows are expected to be read: without the setting, PostgreSQL would plan for the first tenth of them. */
const begin = async (pool: Pool, connection: Connection): Promise<E.Either<SqlError, unknown>> => {
  const begun = await send(pool, connection, 'begin read only')
  return E.isLeft(begun) ? begun : send(pool, connection, 'set local cursor_tuple_fraction = 1')
}

/**
 * A stream on a connection that others use between two batches. With `hold`, its cursor belongs to no transaction. An
 * iterator that was left open is closed by what is kept of it in `cursors`.
 *
 * @since 0.2.0
 */
export async function* streamedInTurns(
  asked: Streamed,
  step: Step,
  cursors: Cursors,
  hold: boolean,
): AsyncGenerator<E.Either<SqlError, Batch>, void, undefined> {
  const number = freeOf(cursors)
  cursors.set(number, () => Promise.resolve(E.right(null)))
  try {
    yield* batches(
      step,
      (connection) => opened(asked, connection, number, hold),
      () => true,
      (close) => cursors.set(number, close),
    )
  } finally {
    cursors.delete(number)
  }
}

const freeOf = (cursors: Cursors): number => {
  /* eslint-disable-next-line functional/no-loop-statements -- one turn an open cursor */
  for (let number = 0; ; number += 1) if (!cursors.has(number)) return number
}
