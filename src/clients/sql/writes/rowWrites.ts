/**
 * Making and deleting rows that are known, each call whole or not at all.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { clientFailed, conflict, type QueryError } from '../../../value/QueryError.js'
import type { Json, Row } from '../../../value/Value.js'
import type { Model } from '../../../schema/Schema.js'
import { pointersTo } from '../../../schema/pointers.js'
import type { Answered } from '../Driver.js'
import { param, sql, type Sql } from '../Sql.js'
import { sqlError } from '../SqlError.js'
import { areCountedAtOnce, createCountedRows } from './countedRows.js'
import {
  canBeKey,
  columnIn,
  columnsNamed,
  needsSerial,
  needsTransaction,
  tableIn,
  type Place,
} from './Place.js'
import { areMany, manyMade } from './manyRows.js'
import { writeError } from './refused.js'
import { deleteRows, insertRows, keysAlone } from './rowStatements.js'
import { chunked, keyColumnOf, sent, sentUnchecked, inOneTransaction } from './sending.js'
import { staleRows } from './staleRows.js'
import { unsendable } from './unsendable.js'

type Result<A> = E.Either<QueryError, A>

/**
 * Creates rows. Gives each as it is stored, in the given order.
 *
 * @since 0.2.0
 */
export const createRows = async (
  place: Place,
  model: Model,
  rows: ReadonlyArray<Row>,
): Promise<Result<ReadonlyArray<Row>>> => {
  if (rows.length === 0) return E.right([])
  const wrong = unsendable(place.dialect, model, rows)
  if (wrong !== null) return E.left(wrong)
  const pk = model.primaryKey
  const auto = model.columns.get(pk)?.auto === true
  // Keys that are given come first, so that none is counted up to them.
  const given = rows.filter((row) => !auto || (row[pk] ?? null) !== null)
  const counted = rows.filter((row) => auto && (row[pk] ?? null) === null)
  const columns = [...model.columns.keys()]
  const parts = [
    ...chunked(given, columns.length).map((some) => ({ some, counts: false })),
    ...chunked(counted, columns.length).map((some) => ({ some, counts: true })),
  ]
  const single =
    parts.length === 1 &&
    !(auto && given.length > 0) &&
    areCountedAtOnce(place, counted) &&
    !needsTransaction(place)
  const write = async (inside: Place): Promise<Result<ReadonlyArray<Row>>> => {
    // Anew each time, since a transaction may run again.
    const made: Array<Row> = []
    /* eslint-disable-next-line functional/no-loop-statements -- in order, and no further once one failed */
    for (const { some, counts } of parts) {
      if (counts && given.length > 0) {
        const moved = await counterPast(inside, model)
        if (E.isLeft(moved)) return moved
      }
      const keys = await inserted(inside, model, some, counts)
      if (E.isLeft(keys)) return keys
      some.forEach((row, i) => made.push(counts ? { ...row, [pk]: keys.right[i] ?? null } : row))
    }
    if (auto && counted.length === 0) {
      const moved = await counterPast(inside, model)
      if (E.isLeft(moved)) return moved
    }
    return E.right(
      given.length === 0 || counted.length === 0 ? made : inPlace(rows, [...given, ...counted], made),
    )
  }
  return single ? write(place) : inOneTransaction(place, 'create', write)
}

/** What was made of some rows, in the places that these have. */
const inPlace = (
  rows: ReadonlyArray<Row>,
  some: ReadonlyArray<Row>,
  made: ReadonlyArray<Row>,
): ReadonlyArray<Row> => {
  const known = new Map(some.map((row, i) => [row, made[i] ?? row]))
  return rows.map((row) => known.get(row) ?? row)
}

/** Makes some rows, and gives the keys of those that the database counts up. */
const inserted = async (
  place: Place,
  model: Model,
  rows: ReadonlyArray<Row>,
  counts: boolean,
): Promise<Result<ReadonlyArray<Json>>> => {
  const key = keyColumnOf(model)
  const names = [...model.columns.keys()].filter((name) => !counts || name !== model.primaryKey)
  const columns = columnsNamed(model, names)
  if (counts && !place.dialect.abilities.returning.insert)
    return withKeys(place, model, await createCountedRows(place, model, columns, rows))
  const many = areMany(place, columns, rows)
    ? await manyMade(place, model, columns, rows, counts)
    : E.right(null)
  if (E.isLeft(many)) return many
  if (many.right !== null) return E.right(many.right)
  const statement =
    names.length === 0
      ? keysAlone(place, model, key, rows.length)
      : insertRows(place, model, columns, rows, { _tag: 'refuse' }, counts ? [key] : [])
  const answer = await sent(place, 'create', model, statement)
  if (E.isLeft(answer)) return answer
  const keys = answer.right.rows.map(([value]) => place.dialect.decode(key.kind, value) ?? null)
  if (counts && keys.length !== rows.length) return E.left(noKeys(place))
  return withKeys(place, model, E.right(keys))
}

const withKeys = (
  place: Place,
  model: Model,
  keys: Result<ReadonlyArray<Json>>,
): Result<ReadonlyArray<Json>> | Promise<Result<ReadonlyArray<Json>>> =>
  E.isRight(keys) && keys.right.includes(null) ? beyond(place, model) : keys

/** Keys beyond the safe integers are none. */
const beyond = async (place: Place, model: Model): Promise<Result<never>> => {
  const column = columnIn(place, model, model.primaryKey)
  const undone = sql`delete from ${tableIn(place, model)} where ${column} > ${place.dialect.bind('int', Number.MAX_SAFE_INTEGER)}`
  const gone = await sent(place, 'create', model, undone)
  return E.isLeft(gone)
    ? gone
    : E.left(conflict(model.name, [model.primaryKey], 'there is no greater key to count up to'))
}

const noKeys = ({ name }: Place): QueryError =>
  clientFailed(name, 'create', null, { message: 'the database gave no key for each row' })

/** Has PostgreSQL count on from the greatest key there is, as the others do by themselves. */
const counterPast = (place: Place, model: Model): Promise<Result<unknown>> => {
  if (place.dialect.name !== 'postgres') return Promise.resolve(E.right(null))
  const { names } = place
  const [table, key] = [param(names.table(model.name)), param(names.column(model.name, model.primaryKey))]
  const counter = sql`(select pg_get_serial_sequence(quote_ident(${table}), ${key})::regclass as counter) s`
  const most = sql`(select max(${columnIn(place, model, model.primaryKey)}) as most from ${tableIn(place, model)}) m`
  return sent(
    place,
    'create',
    model,
    sql`select setval(counter, most) from ${counter}, ${most} where most > coalesce(pg_sequence_last_value(counter), 0)`,
  )
}

/**
 * Deletes rows by key, and gives how many there were. Rows that aren't as expected are a `Conflict`, and nothing is written.
 *
 * @since 0.2.0
 */
export const removeRows = async (
  place: Place,
  model: Model,
  keys: ReadonlyArray<Json>,
  expect?: ReadonlyArray<Row | undefined>,
): Promise<Result<number>> => {
  if (keys.length === 0) return E.right(0)
  const chunks = chunked(
    keys.filter((key) => canBeKey(place, model, key)),
    1,
  )
  const circular =
    checksRowByRow(place) &&
    pointersTo(place.schema, model.name).some((each) => each.model.name === model.name)
  const remove = async (inside: Place): Promise<Result<number>> => {
    const expected = expect?.map((row, i) => ({
      key: keys[i] ?? null,
      ...(row === undefined ? {} : { expect: row }),
    }))
    const stale = expected === undefined ? E.right(null) : await staleRows(inside, model, expected)
    if (E.isLeft(stale)) return stale
    const count = { rows: 0 }
    /* eslint-disable-next-line functional/no-loop-statements -- in order, and no further once one failed */
    for (const some of chunks) {
      const statement = deleteRows(inside, model, keyColumnOf(model), some)
      const done = circular
        ? await removedUnchecked(inside, model, statement)
        : await sent(inside, 'delete', model, statement)
      if (E.isLeft(done)) return done
      count.rows += done.right.affected
    }
    return E.right(count.rows)
  }
  const alone = keys.length === 1 || !needsSerial(place)
  return chunks.length === 1 && expect === undefined && !circular && alone && !needsTransaction(place)
    ? remove(place)
    : inOneTransaction(place, 'delete', remove)
}

/** MariaDB and MySQL look at foreign keys row by row, so that rows which point to each other could never go. */
const checksRowByRow = ({ dialect: { name } }: Place): boolean => name === 'mariadb' || name === 'mysql'

/** Deletes rows that may point to each other, and then checks that no remaining foreign key leads nowhere. */
const removedUnchecked = async (place: Place, model: Model, statement: Sql): Promise<Result<Answered>> => {
  const done = await sentUnchecked(place, 'delete', model, statement)
  if (E.isLeft(done)) return done
  const key = columnIn(place, model, model.primaryKey)
  /* eslint-disable-next-line functional/no-loop-statements -- one foreign key after the other, up to the first that fails */
  for (const { model: from, column } of pointersTo(place.schema, model.name)) {
    const own = columnIn(place, from, column)
    const stray = sql`select 1 from ${tableIn(place, from)} a left join ${tableIn(place, model)} b on a.${own} = b.${key} where a.${own} is not null and b.${key} is null limit 1`
    const found = await sent(place, 'delete', model, stray)
    if (E.isLeft(found)) return found
    if (found.right.rows.length > 0)
      return E.left(
        writeError(
          place,
          'delete',
          sqlError('foreignKey', '', {
            table: place.names.table(from.name),
            columns: [place.names.column(from.name, column)],
            pointedTo: true,
          }),
        ),
      )
  }
  return done
}
