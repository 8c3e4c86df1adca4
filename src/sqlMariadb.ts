/**
 * `queryset-ts/sql/mariadb`: MariaDB through the package `mariadb`.
 *
 * @since 0.2.0
 */
export {
  mariadbDriver,
  type MariadbConnection,
  type MariadbPool,
  type MariadbStatement,
} from './clients/sql/drivers/mariadb.js'
