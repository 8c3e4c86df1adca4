/**
 * The database that rows are written to, and the names of models there.
 *
 * @since 0.2.0
 */
import type { Json } from '../../../value/Value.js'
import type { Model, ModelColumn, Schema } from '../../../schema/Schema.js'
import type { Dialect } from '../Dialect.js'
import type { Driver, TransactionOptions } from '../Driver.js'
import type { TableNames } from '../schema/tablesOf.js'
import { ident, type Sql } from '../Sql.js'

/**
 * - `inside` says that the driver is that of a transaction. In PostgreSQL a statement that fails there ends it.
 * - `transaction` are the options of the transaction, or of those that a write opens for itself.
 * - `locks` says that rows are locked when they are read.
 *
 * @since 0.2.0
 */
export interface Place {
  readonly name: string
  readonly schema: Schema
  readonly dialect: Dialect
  readonly names: TableNames
  readonly driver: Driver
  readonly inside: boolean
  readonly transaction: TransactionOptions
  readonly locks: boolean
}

/**
 * The place for a program that reads rows in order to write them. Its transaction is serializable unless the user has
 * chosen another level. Within a transaction of a lower level, the rows that it reads are locked.
 *
 * @since 0.2.0
 */
export const stablePlace = (place: Place): Place => {
  const transaction: TransactionOptions = place.inside
    ? place.transaction
    : { isolation: 'serializable', ...place.transaction }
  const locks = transaction.isolation !== 'serializable' && place.dialect.name !== 'sqlite'
  return { ...place, transaction, locks }
}

/**
 * Whether a write of one statement needs a transaction or a savepoint to be all or nothing.
 *
 * SQLite reports which foreign key leads nowhere only while the transaction is open.
 *
 * @since 0.2.0
 */
export const needsTransaction = ({ dialect, inside }: Place): boolean =>
  dialect.name === 'sqlite' ? !inside : dialect.name === 'postgres' && inside

/**
 * Whether a statement that reads rows and writes them needs a serializable transaction, because the user has asked for
 * that level.
 *
 * By itself it reads committed rows in PostgreSQL, and serializable transactions don't see what it has read. The other
 * engines lock what such a statement reads.
 *
 * @since 0.2.0
 */
export const needsSerial = ({ dialect, inside, transaction }: Place): boolean =>
  dialect.name === 'postgres' && !inside && transaction.isolation === 'serializable'

/**
 * A model's table.
 *
 * @since 0.2.0
 */
export const tableIn = ({ dialect, names }: Place, model: Model): Sql =>
  ident(dialect.quote, names.table(model.name))

/**
 * The name of a model's column.
 *
 * @since 0.2.0
 */
export const columnIn = ({ dialect, names }: Place, model: Model, column: string): Sql =>
  ident(dialect.quote, names.column(model.name, column))

/**
 * Whether a row can have this key. A key that the engine would change before it compares it is no row's, and must not
 * become another row's.
 *
 * @since 0.2.0
 */
export const canBeKey = ({ dialect }: Place, model: Model, key: Json): boolean =>
  key === null || dialect.sendable(model.columns.get(model.primaryKey)?.kind ?? 'int', key)

/**
 * Some columns of a model, by name.
 *
 * @since 0.2.0
 */
export const columnsNamed = (model: Model, names: ReadonlyArray<string>): ReadonlyArray<ModelColumn> =>
  names.flatMap((name) => model.columns.get(name) ?? [])
