import { either as E } from 'fp-ts'
import type { Kind } from '../../../value/Value.js'
import type { Driver } from '../Driver.js'
import type { ColumnType } from '../schema/Tables.js'
import type { SqlError } from '../SqlError.js'
import { asked, type Found, type FoundIndex, type FoundKey } from './Catalogue.js'

const columnsText = `
select c.table_name as c0, c.column_name as c1, c.data_type as c2, c.column_type as c3, c.is_nullable as c4,
  c.extra as c5, c.collation_name as c6, c.character_maximum_length as c7, c.numeric_precision as c8,
  c.numeric_scale as c9
from information_schema.columns c join information_schema.tables t
  on t.table_schema = c.table_schema and t.table_name = c.table_name and t.table_type = 'BASE TABLE'
where c.table_schema = database() order by c.table_name, c.ordinal_position`

const indexesText = `
select table_name as c0, index_name as c1, non_unique as c2, column_name as c3, sub_part as c4
from information_schema.statistics where table_schema = database()
order by table_name, index_name, seq_in_index`

const keysText = `
select k.table_name as c0, k.constraint_name as c1, k.column_name as c2, k.referenced_table_name as c3,
  k.referenced_column_name as c4, r.delete_rule as c5
from information_schema.key_column_usage k join information_schema.referential_constraints r
  on r.constraint_schema = k.constraint_schema and r.constraint_name = k.constraint_name
    and r.table_name = k.table_name
where k.table_schema = database() and k.referenced_table_name is not null
order by k.table_name, k.constraint_name, k.ordinal_position`

const checksText = {
  mariadb: `
select table_name as c0, constraint_name as c1, check_clause as c2 from information_schema.check_constraints
where constraint_schema = database() order by table_name, constraint_name`,
  mysql: `
select t.table_name as c0, c.constraint_name as c1, c.check_clause as c2
from information_schema.check_constraints c join information_schema.table_constraints t
  on t.constraint_schema = c.constraint_schema and t.constraint_name = c.constraint_name
where c.constraint_schema = database() order by t.table_name, c.constraint_name`,
}

type Rows = ReadonlyArray<ReadonlyArray<string | null>>

/**
 * Reads the catalogue of MariaDB or MySQL for the tables of the current database.
 *
 * @since 0.2.0
 */
export const mysqlCatalogue = async (driver: Driver): Promise<E.Either<SqlError, Found>> => {
  const columns = await asked(driver, columnsText)
  if (E.isLeft(columns)) return columns
  const indexes = await asked(driver, indexesText)
  if (E.isLeft(indexes)) return indexes
  const keys = await asked(driver, keysText)
  if (E.isLeft(keys)) return keys
  const checks = await asked(driver, checksText[driver.dialect === 'mysql' ? 'mysql' : 'mariadb'])
  if (E.isLeft(checks)) return checks
  // MariaDB's JSON is text with a check.
  const json = new Set(
    checks.right.flatMap(([table, , clause]) => {
      const column = checkedColumn(clause ?? '')
      return column === null ? [] : [JSON.stringify([table, column])]
    }),
  )
  return E.right({
    columns: columns.right.map((row) => {
      const [table, name, , , nullable, extra] = row
      return {
        table: table ?? '',
        name: name ?? '',
        type: typeFrom(row, json.has(JSON.stringify([table, name]))),
        nullable: nullable === 'YES',
        counted: (extra ?? '').includes('auto_increment'),
      }
    }),
    indexes: indexesFrom(indexes.right),
    foreignKeys: keysFrom(keys.right),
    checks: checks.right
      .filter(([, , clause]) => !/^json_valid\(/u.test(clause ?? ''))
      .map(([table, name, text]) => ({ table: table ?? '', name: name ?? '', text: text ?? null })),
  })
}

/** The column that a check says is JSON. Its name is between double quotes in a session with `ANSI_QUOTES`. */
const checkedColumn = (clause: string): string | null => {
  const [, quote, name] = /^json_valid\(([`"])(.*)\1\)$/su.exec(clause) ?? []
  return quote === undefined || name === undefined ? null : name.replaceAll(quote + quote, quote)
}

const indexesFrom = (rows: Rows): ReadonlyArray<FoundIndex> => {
  const by = new Map<string, FoundIndex & { readonly columns: Array<string> }>()
  const partial = new Set<string>()
  rows.forEach(([table, name, nonUnique, column, part]) => {
    const key = JSON.stringify([table, name])
    if (part !== null || column === null || column === undefined) partial.add(key)
    const known = by.get(key)
    if (known !== undefined) known.columns.push(column ?? '')
    else
      by.set(key, {
        table: table ?? '',
        name: name ?? '',
        unique: nonUnique === '0',
        primary: name === 'PRIMARY',
        columns: [column ?? ''],
      })
  })
  // The index of a long text is a hash, whose column isn't listed.
  return [...by].filter(([key, { unique }]) => unique || !partial.has(key)).map(([, index]) => index)
}

const actions: ReadonlyMap<string, 'cascade' | 'setNull' | 'setDefault'> = new Map([
  ['CASCADE', 'cascade'],
  ['SET NULL', 'setNull'],
  ['SET DEFAULT', 'setDefault'],
])

const keysFrom = (rows: Rows): ReadonlyArray<FoundKey> => {
  const by = new Map<
    string,
    FoundKey & { readonly columns: Array<string>; readonly targetColumns: Array<string> }
  >()
  rows.forEach(([table, name, column, target, at, onDelete]) => {
    const key = JSON.stringify([table, name])
    const known = by.get(key)
    if (known !== undefined) {
      known.columns.push(column ?? '')
      known.targetColumns.push(at ?? '')
    } else
      by.set(key, {
        table: table ?? '',
        name: name ?? '',
        columns: [column ?? ''],
        target: target ?? '',
        targetColumns: [at ?? ''],
        onDelete: actions.get(onDelete ?? '') ?? 'protect',
      })
  })
  return [...by.values()]
}

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['tinyint', 'int'],
  ['smallint', 'int'],
  ['mediumint', 'int'],
  ['int', 'int'],
  ['bigint', 'int'],
  ['float', 'float'],
  ['double', 'float'],
  ['decimal', 'decimal'],
  ['date', 'date'],
  ['time', 'time'],
  ['datetime', 'datetime'],
  ['timestamp', 'datetime'],
  ['uuid', 'uuid'],
  ['json', 'json'],
  ['char', 'text'],
  ['varchar', 'text'],
  ['tinytext', 'text'],
  ['text', 'text'],
  ['mediumtext', 'text'],
  ['longtext', 'text'],
])

const typeFrom = (
  [, , data, native, , , collation, length, precision, scale]: ReadonlyArray<string | null>,
  json: boolean,
): ColumnType => {
  const plain = kinds.get(data ?? '') ?? null
  const kind: Kind | null = json
    ? 'json'
    : native === 'tinyint(1)'
      ? 'boolean'
      : native === 'char(36)'
        ? 'uuid'
        : plain
  const sized = data === 'varchar' || data === 'char'
  return {
    kind,
    native: native ?? '',
    maxLength: kind === 'text' && sized ? Number(length) : null,
    maxDigits: kind === 'decimal' ? Number(precision) : null,
    decimalPlaces: kind === 'decimal' ? Number(scale) : null,
    byCodePoint: kind !== 'text' || /(?:_nopad_bin|0900_bin)$/u.test(collation ?? ''),
  }
}
