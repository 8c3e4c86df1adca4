/**
 * `queryset-ts/sql/kysely`: any database that a kysely instance is connected to.
 *
 * @since 0.2.0
 */
export {
  kyselyDriver,
  type KyselyConnection,
  type KyselyLike,
  type KyselyQuery,
} from './clients/sql/drivers/kysely.js'
