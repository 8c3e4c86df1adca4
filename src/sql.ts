/**
 * `queryset-ts/sql`: models that live in a SQL database.
 *
 * @since 0.2.0
 */
export type {
  Answered,
  DialectName,
  Driver,
  Isolation,
  SqlValue,
  StatementOptions,
  TransactionOptions,
} from './clients/sql/Driver.js'
export { driverOf } from './clients/sql/driverOf.js'
export { onlyOne, type Connection, type Pool } from './clients/sql/Pool.js'
export { createSchema } from './clients/sql/schema/createSchema.js'
export { dropSchema } from './clients/sql/schema/dropSchema.js'
export { sqlError, type SqlError, type SqlErrorKind } from './clients/sql/SqlError.js'
