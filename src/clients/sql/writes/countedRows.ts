import { either as E } from 'fp-ts'
import type { Model, ModelColumn } from '../../../schema/Schema.js'
import type { QueryError } from '../../../value/QueryError.js'
import type { Json, Kind, Row } from '../../../value/Value.js'
import type { Answered } from '../Driver.js'
import { join, sql, type Sql } from '../Sql.js'
import { columnIn, tableIn, type Place } from './Place.js'
import { keyColumnOf, rowsAtOnce, sent } from './sending.js'

type Result<A> = E.Either<QueryError, A>

/** MySQL takes 65,535 parameters at most. A statement with so many takes long to prepare. */
const mostParameters = 8192

/**
 * Whether rows whose keys the engine generates are created by one statement. Otherwise its connection is asked for the keys
 * of each statement, so that the place must be in a transaction.
 *
 * @since 0.2.0
 */
export const areCountedAtOnce = ({ dialect, driver }: Place, rows: ReadonlyArray<Row>): boolean =>
  dialect.abilities.returning.insert ||
  rows.length === 0 ||
  (rows.length === 1 && driver.generatedKeys === true)

/**
 * Creates rows whose keys an engine without `RETURNING` generates. Gives the keys in the order of the rows.
 *
 * The keys of one `INSERT … VALUES` are consecutive in every `innodb_autoinc_lock_mode`. Those of `INSERT … SELECT` may not
 * be. See "AUTO_INCREMENT Handling in InnoDB" in MySQL's manual.
 *
 * @since 0.2.0
 */
export const createCountedRows = async (
  place: Place,
  model: Model,
  columns: ReadonlyArray<ModelColumn>,
  rows: ReadonlyArray<Row>,
): Promise<Result<ReadonlyArray<Json>>> => {
  const keys: Array<Json> = []
  const most = Math.max(1, Math.floor(mostParameters / Math.max(1, columns.length)))
  /* eslint-disable-next-line functional/no-loop-statements -- in order, and no further once one failed */
  while (keys.length < rows.length) {
    const some = rows.slice(keys.length, keys.length + rowsAtOnce(most, rows.length - keys.length))
    const made = await sent(place, 'create', model, insertValues(place, model, columns, some))
    if (E.isLeft(made)) return made
    const counted =
      some.length === 1 && place.driver.generatedKeys === true
        ? E.right([made.right.generatedKey, 1])
        : await firstKey(place, model)
    if (E.isLeft(counted)) return counted
    const [first = null, step = null] = counted.right
    some.forEach((_, i) => keys.push(keyAt(place, first, step, i)))
  }
  return E.right(keys)
}

/** The first key of the connection's last insert, and the step to the next one. */
const firstKey = async (place: Place, model: Model): Promise<Result<ReadonlyArray<unknown>>> =>
  E.map(({ rows: [row = []] }: Answered) => row)(
    await sent(place, 'create', model, sql`select last_insert_id(), @@auto_increment_increment`),
  )

const keyAt = ({ dialect }: Place, first: unknown, step: unknown, i: number): Json => {
  const from = dialect.decode('int', first)
  const by = dialect.decode('int', step)
  const key = typeof from === 'number' && typeof by === 'number' ? from + by * i : null
  return Number.isSafeInteger(key) ? key : null
}

const insertValues = (
  place: Place,
  model: Model,
  columns: ReadonlyArray<ModelColumn>,
  rows: ReadonlyArray<Row>,
): Sql => {
  const table = tableIn(place, model)
  if (columns.length === 0)
    return sql`insert into ${table} (${columnIn(place, model, keyColumnOf(model).name)}) values ${join(rows.map(() => sql`(null)`))}`
  const into = join(columns.map(({ name }) => columnIn(place, model, name)))
  const values = rows.map(
    (row) => sql`(${join(columns.map(({ name, kind }) => valueOf(place, kind, row[name] ?? null)))})`,
  )
  return sql`insert into ${table} (${into}) values ${join(values)}`
}

/**
 * A value with the type of its kind. MySQL keeps the type that a parameter without one had when its statement was prepared:
 * after a change of a number's column to text, it would refuse other characters than those of Latin 1.
 */
const valueOf = ({ dialect }: Place, kind: Kind, value: Json): Sql => {
  const bound = dialect.bind(kind, value)
  return value !== null && (kind === 'text' || kind === 'json') ? sql`cast(${bound} as char)` : bound
}
