/**
 * `queryset-ts/sql`: models in a SQL database.
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
  StreamOptions,
  TransactionOptions,
} from './clients/sql/Driver.js'
export { driverOf } from './clients/sql/driverOf.js'
export { onlyOne, type Connection, type Pool, type Streaming } from './clients/sql/Pool.js'
export type { SqlExplanation } from './clients/sql/explainSql.js'
export { createSchema } from './clients/sql/schema/createSchema.js'
export { sqlClient, type SqlClient, type SqlOptions, type SqlReader } from './clients/sql/sqlClient.js'
export { introspect } from './clients/sql/introspect/introspect.js'
export { schemaFrom, type FoundOptions, type FoundSchema } from './clients/sql/introspect/schemaFrom.js'
export { diff, type DiffOptions } from './clients/sql/migrate/diff.js'
export {
  migrate,
  planMigration,
  type MigrateOptions,
  type Migration,
  type MigrationRefused,
} from './clients/sql/migrate/migrate.js'
export { kyselyOf, sqlOf, stepsOf } from './clients/sql/migrate/print.js'
export { demandOf, describeStep, lossOf, type Step } from './clients/sql/migrate/Step.js'
export type {
  Check,
  Column,
  ColumnType,
  ForeignKey,
  Table,
  TableIndex,
  Tables,
} from './clients/sql/schema/Tables.js'
export { sameNames, tablesOf, type TableNames } from './clients/sql/schema/tablesOf.js'
export type { SqlWrites } from './clients/sql/writes/writes.js'
export { dropSchema } from './clients/sql/schema/dropSchema.js'
export { sqlError, type SqlError, type SqlErrorKind } from './clients/sql/SqlError.js'
