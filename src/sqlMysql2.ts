/**
 * `queryset-ts/sql/mysql2`: MySQL and MariaDB through the package `mysql2`.
 *
 * @since 0.2.0
 */
export {
  mysql2Driver,
  type Mysql2Field,
  type Mysql2Connection,
  type Mysql2Pool,
  type Mysql2Statement,
} from './clients/sql/drivers/mysql2.js'
