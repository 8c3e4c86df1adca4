/**
 * The statements that write rows which are known: new ones, changes by key, and keys.
 *
 * @since 0.2.0
 */
import type { Model, ModelColumn } from '../../../schema/Schema.js'
import type { Json, Row } from '../../../value/Value.js'
import { join, nothing, numbered, param, sql, type Sql } from '../Sql.js'
import { columnIn, tableIn, type Place } from './Place.js'
import { comparable, rowSource } from './rowSource.js'

/**
 * What an insert does if a row conflicts.
 *
 * @since 0.2.0
 */
export type InTheWay =
  | { readonly _tag: 'refuse' }
  | { readonly _tag: 'ignore' }
  | { readonly _tag: 'update'; readonly by: ReadonlyArray<string>; readonly set: ReadonlyArray<string> }

/**
 * Makes rows, with values for some columns, and gives of each row that was made (or changed) the columns `returned`.
 *
 * @since 0.2.0
 */
export const insertRows = (
  place: Place,
  model: Model,
  columns: ReadonlyArray<ModelColumn>,
  rows: ReadonlyArray<Row>,
  inTheWay: InTheWay,
  returned: ReadonlyArray<ModelColumn>,
): Sql => {
  const { dialect } = place
  const into = join(columns.map(({ name }) => columnIn(place, model, name)))
  const values = join(columns.map((_, i) => sql`v.${numbered('c', i)}`))
  // SQLite would take ON CONFLICT for a join's condition without a WHERE.
  const from = sql`select ${values} from ${rowSource(dialect, columns, rows)} where true order by v.n`
  const given = returned.length === 0 ? nothing : sql` returning ${all(place, model, returned)}`
  return sql`insert into ${tableIn(place, model)} (${into}) ${from}${otherwise(place, model, inTheWay)}${given}`
}

const otherwise = (place: Place, model: Model, inTheWay: InTheWay): Sql => {
  switch (inTheWay._tag) {
    case 'refuse':
      return nothing
    case 'ignore':
      return sql` on conflict do nothing`
    case 'update': {
      const by = join(inTheWay.by.map((name) => columnIn(place, model, name)))
      // An assignment there must be, for the row to be locked and given.
      const set = inTheWay.set.length === 0 ? inTheWay.by : inTheWay.set
      const assigned = set.map((name) => {
        const column = columnIn(place, model, name)
        return sql`${column} = excluded.${column}`
      })
      return sql` on conflict (${by}) do update set ${join(assigned)}`
    }
  }
}

const all = (place: Place, model: Model, columns: ReadonlyArray<ModelColumn>): Sql =>
  join(columns.map(({ name }) => columnIn(place, model, name)))

/**
 * Changes rows by key: `columns` are those that change. Each of `rows` has these and the key.
 *
 * @since 0.2.0
 */
export const updateRows = (
  place: Place,
  model: Model,
  key: ModelColumn,
  columns: ReadonlyArray<ModelColumn>,
  rows: ReadonlyArray<Row>,
): Sql => {
  const { dialect } = place
  const table = tableIn(place, model)
  const source = rowSource(dialect, [key, ...columns], rows)
  const same = sql`t.${columnIn(place, model, key.name)} = ${comparable(dialect, key, 0)}`
  const set = (own: Sql) =>
    join(columns.map(({ name }, i) => sql`${own}${columnIn(place, model, name)} = v.${numbered('c', i + 1)}`))
  switch (dialect.name) {
    case 'postgres':
    case 'sqlite':
      return sql`update ${table} as t set ${set(nothing)} from ${source} where ${same}`
    case 'mariadb':
    case 'mysql':
      return sql`update ${source} straight_join ${table} t on ${same} set ${set(sql`t.`)}`
  }
}

/**
 * Deletes rows by key.
 *
 * @since 0.2.0
 */
export const deleteRows = (place: Place, model: Model, key: ModelColumn, keys: ReadonlyArray<Json>): Sql =>
  sql`delete from ${tableIn(place, model)} where ${amongKeys(place, model, key, keys)}`

/**
 * Reads rows by key, and keeps others from writing them until the transaction is over.
 *
 * @since 0.2.0
 */
export const lockRows = (
  place: Place,
  model: Model,
  key: ModelColumn,
  columns: ReadonlyArray<ModelColumn>,
  keys: ReadonlyArray<Json>,
): Sql => {
  const asked = join(columns.map(({ name, kind }) => place.dialect.asked(kind, columnIn(place, model, name))))
  const rows = sql`select ${asked} from ${tableIn(place, model)} where ${amongKeys(place, model, key, keys)}`
  return place.dialect.name === 'sqlite' ? rows : sql`${rows} for update`
}

/** Whether a row's key is among some. */
const amongKeys = (place: Place, model: Model, key: ModelColumn, keys: ReadonlyArray<Json>): Sql => {
  const { dialect } = place
  const column = {
    sql: columnIn(place, model, key.name),
    type: { kind: key.kind, nullable: false },
    column: true,
  }
  const rows = keys.map((value) => ({ [key.name]: value }))
  return (
    dialect.among(column, keys) ??
    sql`${column.sql} in (select ${comparable(dialect, key, 0)} from ${rowSource(dialect, [key], rows)})`
  )
}

/**
 * Makes rows that have nothing but a key, which the database counts up.
 *
 * @since 0.2.0
 */
export const keysAlone = (place: Place, model: Model, key: ModelColumn, count: number): Sql => {
  const { dialect, names } = place
  const [table, column] = [param(names.table(model.name)), param(names.column(model.name, key.name))]
  const next =
    dialect.name === 'postgres'
      ? sql`nextval(pg_get_serial_sequence(quote_ident(${table}), ${column}))`
      : sql`null`
  const numbers = rowSource(
    dialect,
    [{ ...key, kind: 'int' }],
    Array.from({ length: count }, (_, i) => ({ [key.name]: i })),
  )
  const given = dialect.abilities.returning.insert
    ? sql` returning ${columnIn(place, model, key.name)}`
    : nothing
  return sql`insert into ${tableIn(place, model)} (${columnIn(place, model, key.name)}) select ${next} from ${numbers} where true order by v.n${given}`
}
