/**
 * `queryset-ts/sql/kysely`: whatever a kysely instance speaks to.
 *
 * @since 0.2.0
 */
export {
  kyselyDriver,
  type KyselyConnection,
  type KyselyLike,
  type KyselyQuery,
} from './clients/sql/drivers/kysely.js'
