/**
 * `queryset-ts/sql/pglite`: PostgreSQL in this process, through `@electric-sql/pglite`.
 *
 * @since 0.2.0
 */
export { pgliteDriver, type PgliteLike } from './clients/sql/drivers/pglite.js'
