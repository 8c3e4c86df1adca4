/**
 * SQLite through Node's own `node:sqlite`.
 *
 * @since 0.2.0
 */
import type { Driver, SqlValue, StatementOptions } from '../Driver.js'
import { driverOf } from '../driverOf.js'
import { sqliteError } from '../errors/sqliteError.js'
import { onlyOne } from '../Pool.js'
import { registerFunctions, type Registering } from './registered.js'
import { keeping } from './Statements.js'

/**
 * The members that the driver uses of a statement of `node:sqlite`.
 *
 * @since 0.2.0
 */
export interface NodeSqliteStatement {
  readonly setReadBigInts: (on: boolean) => unknown
  readonly setReturnArrays: (on: boolean) => unknown
  readonly columns: () => ReadonlyArray<unknown>
  readonly all: (...params: ReadonlyArray<NodeSqliteValue>) => ReadonlyArray<unknown>
  readonly iterate: (...params: ReadonlyArray<NodeSqliteValue>) => Iterable<unknown>
  readonly run: (...params: ReadonlyArray<NodeSqliteValue>) => { readonly changes: number | bigint }
}

/** @since 0.2.0 */
export type NodeSqliteValue = null | number | bigint | string | Uint8Array

/**
 * The members that the driver uses of a database of `node:sqlite`.
 *
 * @since 0.2.0
 */
export interface NodeSqliteDatabase extends Registering {
  readonly prepare: (text: string) => NodeSqliteStatement
  readonly exec: (text: string) => void
  readonly close: () => void
}

/**
 * A driver over a database of `node:sqlite` (Node 22.16 and newer), which has one connection: transactions wait for each
 * other. Closing it closes the database. Ints are read as `bigint`s, so that none is rounded.
 *
 * ```text
 * import { DatabaseSync } from 'node:sqlite'
 * import { nodeSqliteDriver } from 'queryset-ts/sql/sqlite'
 * const driver = nodeSqliteDriver(new DatabaseSync('shop.sqlite'))
 * ```
 *
 * @since 0.2.0
 */
export const nodeSqliteDriver = (db: NodeSqliteDatabase, options: StatementOptions = {}): Driver => {
  const prepared = keeping((text: string) => {
    const statement = db.prepare(text)
    statement.setReadBigInts(true)
    statement.setReturnArrays(true)
    return { statement, gives: statement.columns().length > 0, reads: isRead(text) }
  })
  const state = { ready: false }
  const readied = (): void => {
    if (state.ready) return
    registerFunctions(db)
    db.exec('pragma foreign_keys = on')
    db.exec('pragma busy_timeout = 5000')
    state.ready = true
  }
  return driverOf(
    onlyOne(
      {
        dialect: 'sqlite',
        streams: 'shared',
        errorOf: sqliteError,
        close: () => {
          db.close()
          return Promise.resolve()
        },
      },
      {
        query: (text, params) =>
          now(() => {
            readied()
            const { statement, gives, reads } = prepared(text)
            const values = params.map(bound)
            if (!gives) return { rows: [], affected: Number(statement.run(...values).changes) }
            const given = statement.all(...values)
            const rows = given.every(isRow) ? given : given.filter(isRow)
            return { rows, affected: reads ? 0 : rows.length }
          }),
        stream: (text, params, { size }) => {
          readied()
          return inBatches(db.prepare(text), params.map(bound), size)
        },
      },
    ),
    options,
  )
}

/** An exception becomes a rejection. */
// eslint-disable-next-line @typescript-eslint/require-await -- turns what it throws into a rejection
const now = async <A>(run: () => A): Promise<A> => run()

/** SQLite has no booleans and no lists. */
const bound = (value: SqlValue): NodeSqliteValue => {
  if (typeof value === 'boolean') return value ? 1n : 0n
  return isList(value) ? JSON.stringify(value) : value
}

const isList = (value: SqlValue): value is ReadonlyArray<SqlValue> => Array.isArray(value)

const isRow = (u: unknown): u is ReadonlyArray<unknown> => Array.isArray(u)

const isRead = (text: string): boolean => /^\s*select\b/iu.test(text)

async function* inBatches(
  statement: NodeSqliteStatement,
  values: ReadonlyArray<NodeSqliteValue>,
  size: number,
): AsyncGenerator<ReadonlyArray<ReadonlyArray<unknown>>> {
  statement.setReadBigInts(true)
  statement.setReturnArrays(true)
  const batch: Array<ReadonlyArray<unknown>> = []
  /* eslint-disable-next-line functional/no-loop-statements -- a batch at a time, in bounded memory */
  for (const row of statement.iterate(...values)) {
    if (isRow(row)) batch.push(row)
    if (batch.length >= size) yield await Promise.resolve(batch.splice(0))
  }
  if (batch.length > 0) yield batch
}
