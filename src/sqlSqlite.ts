/**
 * `queryset-ts/sql/sqlite`: SQLite through `better-sqlite3`, or through Node's own `node:sqlite`.
 *
 * @since 0.2.0
 */
export {
  betterSqliteDriver,
  type BetterSqliteDatabase,
  type BetterSqliteStatement,
} from './clients/sql/drivers/betterSqlite.js'
export { registerFunctions, type Registering } from './clients/sql/drivers/registered.js'
export {
  nodeSqliteDriver,
  type NodeSqliteDatabase,
  type NodeSqliteStatement,
  type NodeSqliteValue,
} from './clients/sql/drivers/nodeSqlite.js'
