/**
 * Sending the statements of a write, one by one or as a whole.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../../../value/QueryError.js'
import type { Model, ModelColumn } from '../../../schema/Schema.js'
import type { Answered, Driver } from '../Driver.js'
import { runStatement } from '../schema/runStatements.js'
import { sql, type Sql } from '../Sql.js'
import type { SqlError } from '../SqlError.js'
import type { Place } from './Place.js'
import { writeError } from './refused.js'

type Result<A> = E.Either<QueryError, A>

/**
 * How many values one statement takes: more rows go by several, in one transaction.
 *
 * @since 0.2.0
 */
export const mostValues = 200_000

/**
 * Rows in parts that one statement takes each.
 *
 * @since 0.2.0
 */
export const chunked = <A>(items: ReadonlyArray<A>, columns: number): ReadonlyArray<ReadonlyArray<A>> => {
  const size = Math.max(1, Math.floor(mostValues / Math.max(1, columns)))
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  )
}

/**
 * How many of the rows that are left go by the next statement: as many as it takes, and the last ones by powers of two. Few
 * statements are prepared then, whatever the number of rows is.
 *
 * @since 0.2.0
 */
export const rowsAtOnce = (most: number, left: number): number =>
  left >= most ? most : 2 ** Math.floor(Math.log2(left))

/**
 * Runs a statement of a write.
 *
 * @since 0.2.0
 */
export const sent = async (
  place: Place,
  operation: string,
  model: Model,
  statement: Sql,
): Promise<Result<Answered>> =>
  E.mapLeft((error: SqlError) => writeError(place, operation, error, model))(
    await runStatement(place.driver, statement)(),
  )

/**
 * Runs a statement of a write during which foreign keys may lead nowhere. MariaDB skips the check in one statement. MySQL
 * needs a setting of the session, so that the place must be in a transaction. The other engines check our foreign keys at
 * the end of a transaction anyway.
 *
 * @since 0.2.0
 */
export const sentUnchecked = async (
  place: Place,
  operation: string,
  model: Model,
  statement: Sql,
): Promise<Result<Answered>> => {
  const send = (text: Sql) => sent(place, operation, model, text)
  switch (place.dialect.name) {
    case 'mariadb':
      return send(sql`set statement foreign_key_checks = 0 for ${statement}`)
    case 'mysql': {
      const off = await send(sql`set foreign_key_checks = 0`)
      if (E.isLeft(off)) return off
      const done = await send(statement)
      const on = await send(sql`set foreign_key_checks = 1`)
      return E.isLeft(done) || E.isRight(on) ? done : on
    }
    case 'postgres':
    case 'sqlite':
      return send(statement)
  }
}

/**
 * Runs a program in a transaction of its own, or in a savepoint where there is one.
 *
 * @since 0.2.0
 */
export const inOneTransaction = async <A>(
  place: Place,
  operation: string,
  program: (inside: Place) => Promise<Result<A>>,
): Promise<Result<A>> => {
  const done = await place.driver.transaction(
    place.transaction,
    (driver: Driver) => () => program({ ...place, driver, inside: true }),
  )()
  return E.mapLeft((error: QueryError | SqlError) =>
    error._tag === 'SqlError' ? writeError(place, operation, error) : error,
  )(done)
}

/**
 * The column of a model's primary key.
 *
 * @since 0.2.0
 */
export const keyColumnOf = (model: Model): ModelColumn =>
  // Every model has one.
  model.columns.get(model.primaryKey) as ModelColumn
