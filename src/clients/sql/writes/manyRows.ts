/**
 * Makes many rows in SQLite.
 *
 * One statement takes rows as JSON, and gives their keys by RETURNING. SQLite reads JSON slowly, and runs RETURNING as a
 * trigger for each row. Statements of a few hundred values, without RETURNING, take a third of the time.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { clientFailed, type QueryError } from '../../../value/QueryError.js'
import type { Json, Row } from '../../../value/Value.js'
import type { Model, ModelColumn } from '../../../schema/Schema.js'
import { insertText, join, param, sql, type SqlValue } from '../Sql.js'
import { columnIn, tableIn, type Place } from './Place.js'
import { writeError } from './refused.js'
import { inOneTransaction, rowsAtOnce, sent } from './sending.js'

type Result<A> = E.Either<QueryError, A>

/** Fewer rows are made by one statement. */
const fewest = 50

/**
 * Whether rows are made in this way.
 *
 * @since 0.2.0
 */
export const areMany = (
  { dialect }: Place,
  columns: ReadonlyArray<ModelColumn>,
  rows: ReadonlyArray<Row>,
): boolean => dialect.name === 'sqlite' && columns.length > 0 && rows.length >= fewest

/**
 * Makes rows. If the database `counts` their keys up, the result is these keys. It is `null` if they aren't certain, and
 * nothing was written then.
 *
 * @since 0.2.0
 */
export const manyMade = async (
  place: Place,
  model: Model,
  columns: ReadonlyArray<ModelColumn>,
  rows: ReadonlyArray<Row>,
  counts: boolean,
): Promise<Result<ReadonlyArray<Json> | null>> => {
  const uncertain = clientFailed(place.name, 'create', null)
  const made = await inOneTransaction(
    place,
    'create',
    async (inside): Promise<Result<ReadonlyArray<Json>>> => {
      const before = counts ? await counterOf(inside, model) : null
      const done = await inParts(inside, model, columns, rows)
      if (E.isLeft(done)) return done
      if (!counts) return E.right([])
      const after = await counterOf(inside, model)
      // So many keys were given to this table since, and each of these rows has one. They are never given twice.
      return before !== null && after !== null && after - before === rows.length
        ? E.right(rows.map((_, i) => before + 1 + i))
        : E.left(uncertain)
    },
  )
  return E.isLeft(made) && made.left === uncertain ? E.right(null) : made
}

/**
 * The last key that SQLite gave to a table whose keys are AUTOINCREMENT. A table of another kind has no such number, or
 * there is no table of these numbers: `null`.
 */
const counterOf = async (place: Place, model: Model): Promise<number | null> => {
  const table = param(place.names.table(model.name))
  const counter = sql`select coalesce((select "seq" from "sqlite_sequence" where "name" = ${table}), 0)`
  const told = await sent(place, 'create', model, counter)
  const counted = E.isLeft(told) ? null : place.dialect.decode('int', told.right.rows[0]?.[0] ?? null)
  return typeof counted === 'number' ? counted : null
}

/** Any SQLite takes so many parameters. */
const mostParams = 900

const inParts = async (
  place: Place,
  model: Model,
  columns: ReadonlyArray<ModelColumn>,
  rows: ReadonlyArray<Row>,
): Promise<Result<null>> => {
  const names = join(columns.map(({ name }) => columnIn(place, model, name)))
  const into = sql`insert into ${tableIn(place, model)} (${names})`
  const most = Math.max(1, Math.floor(mostParams / columns.length))
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let from = 0
  /* eslint-disable-next-line functional/no-loop-statements -- in order, and no further once one failed */
  while (from < rows.length) {
    const size = rowsAtOnce(most, rows.length - from)
    const text = insertText(into, columns.length, size)
    const params = valuesIn(place, columns, rows, from, from + size)
    const done = await place.driver.query(text, params)()
    if (E.isLeft(done)) return E.left(writeError(place, 'create', done.left, model))
    from += size
  }
  return E.right(null)
}

const valuesIn = (
  { dialect }: Place,
  columns: ReadonlyArray<ModelColumn>,
  rows: ReadonlyArray<Row>,
  from: number,
  to: number,
): ReadonlyArray<SqlValue> => {
  const values: Array<SqlValue> = []
  /* eslint-disable functional/no-loop-statements -- called for each value */
  for (let i = from; i < to; i++)
    for (const { name, kind } of columns) values.push(dialect.encode(kind, rows[i]?.[name] ?? null))
  /* eslint-enable functional/no-loop-statements */
  return values
}
