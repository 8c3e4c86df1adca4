import { either as E, taskEither as TE } from 'fp-ts'
import { marks } from '../../value/marked.js'
import { nowText } from '../../value/now.js'
import { optionsOf } from '../../value/optionsOf.js'
import type { QueryError } from '../../value/QueryError.js'
import type { Json, Row } from '../../value/Value.js'
import type { Query } from '../../query/Query.js'
import type { Queryset } from '../../queryset/Queryset.js'
import { schemaOf, type AnyModels } from '../../queryset/schema.js'
import type { Client, Page } from '../../client/Client.js'
import { byShape } from '../../client/byShape.js'
import { keysOnly } from '../../client/derive.js'
import { owning } from '../../client/own.js'
import { compileCount, compileRows, type Target } from './compile.js'
import { dialectOf } from './dialects.js'
import type { Answered, Driver, StatementOptions, TransactionOptions } from './Driver.js'
import { explainOn, type SqlExplanation } from './explainSql.js'
import { failed } from './failed.js'
import { sameNames, type TableNames } from './schema/tablesOf.js'
import { rowFrom } from './outputs.js'
import type { SqlError } from './SqlError.js'
import { valuesAt } from './Sql.js'
import { asking, listing } from './listing.js'
import { compilingOnce } from './shaped.js'
import { supportBy } from './support.js'
import { lockingReads } from './writes/lockingReads.js'
import type { Place } from './writes/Place.js'
import { sqlWrites, type SqlWrites } from './writes/writes.js'

/**
 * Options of a SQL client.
 *
 * - `name` is the client's name in errors. The default is the name of the dialect.
 * - `names` are the names of tables and columns, if they differ from those of the models.
 * - `statement` holds the options of each of its statements, in addition to those of the driver.
 * - `cursors: false` makes streams fetch pages by key, as over a driver without `stream`. A stream by cursor holds a
 *   connection of the pool until its loop ends.
 * - `transaction` holds the options of its transactions. Without an isolation level, a program of yours runs at the
 *   session's own level, usually READ COMMITTED. A write of several statements runs serializable.
 *
 * @since 0.2.0
 */
export interface SqlOptions {
  readonly name?: string
  readonly names?: TableNames
  readonly statement?: StatementOptions
  readonly cursors?: boolean
  readonly transaction?: TransactionOptions
}

/**
 * A client that reads. A query is one statement, if the engine can express it with the same meaning. The library
 * evaluates the rest.
 *
 * @since 0.2.0
 */
export type SqlReader = Client & Required<Pick<Client, 'count' | 'getPks' | 'support' | 'close'>>

/**
 * The target of a SQL client's compiler: its dialect, schema and names.
 *
 * @since 0.2.0
 */
export const targetOf = (models: AnyModels, driver: Driver, given: SqlOptions = {}): Target => {
  const options = optionsOf(given)
  return {
    name: options.name ?? driver.dialect,
    dialect: dialectOf(driver.dialect),
    schema: schemaOf(models),
    names: options.names ?? sameNames,
  }
}

/**
 * The reading half of a SQL client.
 *
 * @since 0.2.0
 */
export const sqlReader = (target: Target, driver: Driver, options: StatementOptions = {}): SqlReader => {
  const { name, dialect, schema } = target
  const rowsOf = compilingOnce(
    dialect,
    remembered((query: Query) => compileRows(target, query)),
  )
  const countOf = compilingOnce(
    dialect,
    remembered((query: Query) => compileCount(target, query)),
  )
  const ask = asking(target, driver, options)
  const list = listing(target, rowsOf, ask)
  return {
    name,
    schema,
    list,
    count: (query) => () => ask('count', countOf, query, ({ rows }) => Number(rows[0]?.[0] ?? 0)),
    getPks: (query) =>
      TE.flatMap(TE.fromEither(keysOnly(schema, query)), ({ query: keys, pk }) =>
        TE.map(({ rows }: Page): ReadonlyArray<Json> =>
          // Rows that this client has made.
          (rows as ReadonlyArray<Row>).map((row) => row[pk] ?? null),
        )(list(keys)),
      ),
    ...(driver.stream === undefined
      ? {}
      : { stream: streaming(target, driver.stream, rowsOf.compile, options) }),
    support: byShape(supportBy(rowsOf.compile, () => true)),
    close: TE.mapLeft((error: Parameters<typeof failed>[2]) => failed(name, 'close', error))(driver.close),
  }
}

/** A query's rows in batches. They have been read by one statement, at one time. */
const streaming = (
  { name, dialect }: Target,
  stream: NonNullable<Driver['stream']>,
  rowsOf: (query: Query) => ReturnType<typeof compileRows>,
  options: StatementOptions,
): NonNullable<Client['stream']> =>
  async function* (query, size) {
    const compiled = rowsOf(query)
    if (E.isLeft(compiled)) {
      yield compiled
      return
    }
    const { text, params, parts } = compiled.right
    const now = nowText()
    /* eslint-disable-next-line functional/no-loop-statements -- one turn a batch, in bounded memory */
    for await (const batch of stream(text, valuesAt(params, now), { ...options, size }))
      yield E.bimap(
        (error: SqlError) => failed(name, 'stream', error),
        (rows: Answered['rows']) => rows.map((raw) => rowFrom(dialect, parts, raw, now)),
      )(batch)
  }

/** Remembers what was made of a query. */
const remembered = <A>(make: (query: Query) => A): ((query: Query) => A) => {
  const known = marks<Query, { readonly made: A }>()
  return (query) => {
    const found = known.get(query)
    if (found !== undefined) return found.made
    const made = make(query)
    known.set(query, { made })
    return made
  }
}

/**
 * A client of a SQL database, which reads and writes. `explain` returns the library's plan of a queryset, the
 * statement, and the engine's plan for the statement. The statement isn't run.
 *
 * ```text
 * const explained = await client.explain(pipe(models.genre, filter((g) => g.name.eq('Rock'))))()
 * if (E.isRight(explained)) console.log(explained.right.text)
 * ```
 *
 * @since 0.2.0
 */
export type SqlClient = SqlReader &
  SqlWrites & {
    readonly explain: <R, A, M>(queryset: Queryset<R, A, M>) => TE.TaskEither<QueryError, SqlExplanation<A>>
  }

/**
 * A client of a SQL database. Closing it closes the driver.
 *
 * Reads and writes are one statement each, as far as the engine can say them with the same meaning. Writes that can't be
 * said so find their rows and write them by key, in a transaction.
 *
 * @example
 * import { PGlite } from '@electric-sql/pglite'
 * import { autoId, create, field, filter, pipe, schema, toArray } from 'queryset-ts'
 * import { createSchema, sqlClient } from 'queryset-ts/sql'
 * import { pgliteDriver } from 'queryset-ts/sql/pglite'
 * const models = schema({ genre: { id: autoId, name: field.text({ maxLength: 40 }) } })
 * const driver = pgliteDriver(new PGlite())
 * const client = sqlClient(models, driver)
 * await createSchema(models, driver)()
 * await pipe(models.genre, create(client, { name: 'Rock' }))()
 * console.log(await pipe(models.genre, filter((g) => g.name.startswith('R')), toArray(client))())
 * // => { _tag: 'Right', right: [ { id: 1, name: 'Rock' } ] }
 * await client.close()
 *
 * @since 0.2.0
 */
export const sqlClient = (models: AnyModels, driver: Driver, given: SqlOptions = {}): SqlClient => {
  const options = optionsOf(given)
  const target = targetOf(models, driver, options)
  const transaction = transactionFor(target.dialect, options)
  return clientOn(
    target,
    {
      ...target,
      driver: options.cursors === false ? withoutStream(driver) : driver,
      inside: false,
      transaction,
      locks: false,
    },
    options.statement ?? {},
  )
}

const withoutStream = ({ stream: _, ...driver }: Driver): Driver => ({
  ...driver,
  transaction: (options, program) => driver.transaction(options, (tx) => program(withoutStream(tx))),
})

const clientOn = (target: Target, place: Place, options: StatementOptions): SqlClient => {
  const reader = sqlReader(target, place.driver, options)
  const { stream: _, ...rest } = reader
  return owning({
    // Rows that are locked are read by key.
    ...(place.locks ? { ...rest, ...lockingReads(place, reader) } : reader),
    ...sqlWrites(place, (inside) => clientOn(target, inside, options)),
    explain: explainOn(target, place.driver, reader),
  })
}

/** MariaDB's and MySQL's REPEATABLE READ would read older rows than it writes, so that changes of others were lost. */
const transactionFor = ({ name }: Target['dialect'], { transaction = {} }: SqlOptions): TransactionOptions =>
  transaction.isolation === 'repeatable read' && (name === 'mariadb' || name === 'mysql')
    ? { ...transaction, isolation: 'serializable' }
    : transaction
