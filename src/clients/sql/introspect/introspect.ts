import { either as E, type taskEither as TE } from 'fp-ts'
import type { Driver } from '../Driver.js'
import type { Tables } from '../schema/Tables.js'
import type { SqlError } from '../SqlError.js'
import { tablesFrom, type Found } from './Catalogue.js'
import { mysqlCatalogue } from './mysql.js'
import { postgresCatalogue } from './postgres.js'
import { sqliteCatalogue } from './sqlite.js'

/**
 * The tables of a database: columns with their types, keys, unique values, indexes, foreign keys and checks. Of PostgreSQL
 * these are the tables of the current schema, of MariaDB and MySQL those of the current database. Indexes on a part of the
 * rows, or on expressions, are left out.
 *
 * `schemaFrom` makes models of them.
 *
 * @example
 * import { PGlite } from '@electric-sql/pglite'
 * import { introspect } from 'queryset-ts/sql'
 * import { pgliteDriver } from 'queryset-ts/sql/pglite'
 * const db = new PGlite()
 * await db.exec('create table shop_genre (id bigint primary key, name varchar(40) not null unique)')
 * const tables = await introspect(pgliteDriver(db))()
 * if (tables._tag === 'Right')
 *   console.log(tables.right.map(({ name, columns }) => `${name}: ${columns.map((each) => each.name).join(', ')}`))
 * // => [ 'shop_genre: id, name' ]
 * await db.close()
 *
 * @since 0.2.0
 */
export const introspect =
  (driver: Driver): TE.TaskEither<SqlError, Tables> =>
  async () =>
    E.map(tablesFrom)(await catalogue(driver))

const catalogue = (driver: Driver): Promise<E.Either<SqlError, Found>> => {
  switch (driver.dialect) {
    case 'postgres':
      return postgresCatalogue(driver)
    case 'sqlite':
      return sqliteCatalogue(driver)
    case 'mariadb':
    case 'mysql':
      return mysqlCatalogue(driver)
  }
}
