import type { ModelColumn } from '../../../schema/Schema.js'
import type { Json, Kind, Row } from '../../../value/Value.js'
import type { Dialect } from '../Dialect.js'
import { inBinaryParts, isMisread, ofParts } from '../exactFloats.js'
import { join, natural, nothing, numbered, param, sql, type Sql, type SqlValue } from '../Sql.js'
import { columnType, mostIndexed } from '../schema/columnType.js'

/**
 * Rows as a table named `v`, whose columns are called `c0` and so on: as one array a column where the engine has arrays,
 * and else as one JSON list. So a statement is the same for any number of rows. The rows are in their order; `n` numbers
 * them.
 *
 * @since 0.2.0
 */
export const rowSource = (
  dialect: Dialect,
  columns: ReadonlyArray<ModelColumn>,
  rows: ReadonlyArray<Row>,
): Sql => {
  switch (dialect.name) {
    case 'postgres':
      return unnested(dialect, columns, rows)
    case 'sqlite':
      return eachOf(dialect, columns, rows)
    case 'mariadb':
    case 'mysql':
      return jsonTable(dialect, columns, rows)
  }
}

const names = (columns: ReadonlyArray<ModelColumn>): ReadonlyArray<Sql> =>
  columns.map((_, i) => numbered('c', i))

const arrays: { readonly [K in Kind]: Sql } = {
  text: sql`text[]`,
  int: sql`bigint[]`,
  float: sql`float8[]`,
  decimal: sql`numeric[]`,
  boolean: sql`boolean[]`,
  date: sql`date[]`,
  time: sql`time(3)[]`,
  datetime: sql`timestamptz(3)[]`,
  uuid: sql`uuid[]`,
  json: sql`jsonb[]`,
  duration: sql`interval[]`,
}

const unnested = (dialect: Dialect, columns: ReadonlyArray<ModelColumn>, rows: ReadonlyArray<Row>): Sql => {
  const lists = columns.map(
    ({ name, kind }) =>
      sql`${param(rows.map((row) => dialect.encode(kind, row[name] ?? null)))}::${arrays[kind]}`,
  )
  return sql`unnest(${join(lists)}) with ordinality as v (${join([...names(columns), sql`n`])})`
}

/** A value as JSON that the engine makes the same value of: text stays text, numbers stay numbers. */
const inJson = (value: SqlValue): Json => {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'string' || typeof value === 'number' ? value : null
}

/** The values of a row as JSON, by column. */
type Told = (value: SqlValue, column: ModelColumn) => Json

const asJson = (
  dialect: Dialect,
  columns: ReadonlyArray<ModelColumn>,
  rows: ReadonlyArray<Row>,
  told: Told,
): Sql =>
  param(
    JSON.stringify(
      rows.map((row) =>
        columns.map((column) => told(dialect.encode(column.kind, row[column.name] ?? null), column)),
      ),
    ),
  )

const eachOf = (dialect: Dialect, columns: ReadonlyArray<ModelColumn>, rows: ReadonlyArray<Row>): Sql => {
  const apart = new Set(
    columns.filter(({ kind, name }) => kind === 'float' && rows.some((row) => isMisread(row[name] ?? null))),
  )
  const values = columns.map((column, i) => {
    const at = (part: Sql): Sql => sql`json_extract(j.value, '$[${natural(i)}]${part}')`
    const value = apart.has(column) ? ofParts(at(sql`[0]`), at(sql`[1]`)) : at(nothing)
    return sql`${value} as ${numbered('c', i)}`
  })
  const list = asJson(dialect, columns, rows, (value, column) =>
    apart.has(column) ? inBinaryParts(inJson(value)) : inJson(value),
  )
  return sql`(select ${join([...values, sql`j.key as n`])} from json_each(${list}) j) v`
}

/** Where a value stands in its list. */
const path = (i: number): Sql => sql`'$[${natural(i)}]'`

const jsonTable = (dialect: Dialect, columns: ReadonlyArray<ModelColumn>, rows: ReadonlyArray<Row>): Sql => {
  const typed = columns.map(
    (column, i) =>
      sql`${numbered('c', i)} ${jsonType(dialect, column)} path ${path(i)} null on empty error on error`,
  )
  // Numbers as text, which the column's type is made of exactly.
  const list = asJson(dialect, columns, rows, (value) => {
    const plain = inJson(value)
    return typeof plain === 'number' ? String(plain) : plain
  })
  const numbering = sql`n for ordinality`
  return sql`json_table(${list}, '$[*]' columns (${join([numbering, ...typed])})) v`
}

/** Text would be of the database's character set, which may have few characters. */
const jsonType = (dialect: Dialect, { kind }: ModelColumn): Sql => {
  switch (kind) {
    case 'int':
      return sql`bigint`
    case 'uuid':
      return sql`char(36) character set utf8mb4`
    case 'json':
    case 'text':
    case 'float':
    case 'decimal':
      return sql`longtext character set utf8mb4`
    default:
      return columnType(dialect.name, { kind, maxLength: mostIndexed, maxDigits: null, decimalPlaces: null })
  }
}

/**
 * A column of `v` as a key that is compared with a column of ours. MariaDB and MySQL would compare a decimal with text as
 * two doubles, so that 9007199254740992 and 9007199254740993 were one key.
 *
 * @since 0.2.0
 */
export const comparable = (dialect: Dialect, { kind }: ModelColumn, i: number): Sql => {
  const value = sql`v.${numbered('c', i)}`
  if (kind === 'decimal' && (dialect.name === 'mariadb' || dialect.name === 'mysql'))
    return sql`cast(${value} as decimal(65, 30))`
  if (kind !== 'text' && kind !== 'uuid') return value
  switch (dialect.name) {
    case 'mariadb':
      return sql`${value} collate utf8mb4_nopad_bin`
    case 'mysql':
      return sql`${value} collate utf8mb4_0900_bin`
    case 'postgres':
    case 'sqlite':
      return value
  }
}
