/**
 * `queryset-ts/sql/pg`: PostgreSQL through the package `pg`.
 *
 * @since 0.2.0
 */
export { pgDriver, type PgClient, type PgPool, type PgStatement } from './clients/sql/drivers/pg.js'
