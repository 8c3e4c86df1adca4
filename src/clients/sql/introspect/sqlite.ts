import { either as E } from 'fp-ts'
import type { Kind } from '../../../value/Value.js'
import type { Driver } from '../Driver.js'
import { nameFor, type ColumnType } from '../schema/Tables.js'
import { sql, textOf } from '../Sql.js'
import type { SqlError } from '../SqlError.js'
import { asked, type Found, type FoundCheck, type FoundIndex, type FoundKey } from './Catalogue.js'

const tables = sql`sqlite_master m`
const mine = sql`m.type = 'table' and m.name not like 'sqlite\\_%' escape '\\'`

const columnsText = textOf(sql`
select m.name as c0, p.name as c1, p.type as c2, p."notnull" as c3, p.pk as c4, m.sql as c5
from ${tables} join pragma_table_info(m.name) p where ${mine} order by m.name, p.cid`)

const indexesText = textOf(sql`
select m.name as c0, i.name as c1, i."unique" as c2, x.name as c3, i.origin as c4
from ${tables} join pragma_index_list(m.name) i join pragma_index_info(i.name) x
where ${mine} and i.partial = 0 and i.origin <> 'pk' order by m.name, i.name, x.seqno`)

const keysText = textOf(sql`
select m.name as c0, f.id as c1, f."from" as c2, f."table" as c3, f."to" as c4, f.on_delete as c5
from ${tables} join pragma_foreign_key_list(m.name) f where ${mine} order by m.name, f.id, f.seq`)

type Rows = ReadonlyArray<ReadonlyArray<string | null>>

/**
 * Reads the catalogue of SQLite.
 *
 * @since 0.2.0
 */
export const sqliteCatalogue = async (driver: Driver): Promise<E.Either<SqlError, Found>> => {
  const columns = await asked(driver, columnsText)
  if (E.isLeft(columns)) return columns
  const indexes = await asked(driver, indexesText)
  if (E.isLeft(indexes)) return indexes
  const keys = await asked(driver, keysText)
  if (E.isLeft(keys)) return keys
  const primary = primaryKeys(columns.right)
  return E.right({
    columns: columns.right.map(([table, name, type, notNull, pk, sql]) => ({
      table: table ?? '',
      name: name ?? '',
      type: typeFrom(type ?? '', saysJson(sql ?? '', name ?? '')),
      nullable: notNull === '0' && pk === '0',
      // Such a key is the row number, which SQLite generates.
      counted: /^integer$/iu.test(type ?? '') && pk === '1' && primary.get(table ?? '')?.columns.length === 1,
    })),
    indexes: [...primary.values(), ...indexesFrom(indexes.right)],
    foreignKeys: keysFrom(keys.right, primary),
    checks: columns.right
      .filter(
        ([, , , , , sql], i, all) => /\bcheck\s*\(/iu.test(sql ?? '') && all[i - 1]?.[0] !== all[i]?.[0],
      )
      .map(([table]): FoundCheck => ({ table: table ?? '', name: 'check', text: null })),
  })
}

/** Whether a table checks that a column is JSON, as Django's tables do. */
const saysJson = (sql: string, column: string): boolean =>
  sql.toLowerCase().includes(`json_valid("${column.toLowerCase()}")`)

const primaryKeys = (columns: Rows): ReadonlyMap<string, FoundIndex> => {
  const by = new Map<string, Array<readonly [number, string]>>()
  columns.forEach(([table, name, , , pk]) => {
    if (pk !== '0') by.set(table ?? '', [...(by.get(table ?? '') ?? []), [Number(pk), name ?? '']])
  })
  return new Map(
    [...by].map(([table, all]) => [
      table,
      {
        table,
        name: `${table}_pkey`,
        unique: true,
        primary: true,
        columns: [...all].sort(([a], [b]) => a - b).map(([, name]) => name),
      },
    ]),
  )
}

const indexesFrom = (rows: Rows): ReadonlyArray<FoundIndex> => {
  const by = new Map<string, FoundIndex & { readonly columns: Array<string> }>()
  const computed = new Set<string>()
  rows.forEach(([table, name, unique, column, origin]) => {
    const known = by.get(name ?? '')
    // An index on an expression names no column.
    if (column === null || column === undefined) computed.add(name ?? '')
    else if (known === undefined)
      by.set(name ?? '', {
        table: table ?? '',
        name: name ?? '',
        unique: unique === '1',
        primary: false,
        columns: [column],
        constraint: origin === 'u',
      })
    else known.columns.push(column)
  })
  return [...by.values()].filter(({ name }) => !computed.has(name))
}

const actions: ReadonlyMap<string, 'cascade' | 'setNull' | 'setDefault'> = new Map([
  ['CASCADE', 'cascade'],
  ['SET NULL', 'setNull'],
  ['SET DEFAULT', 'setDefault'],
])

/** SQLite keeps no names of foreign keys. They get the library's names. */
const keysFrom = (rows: Rows, primary: ReadonlyMap<string, FoundIndex>): ReadonlyArray<FoundKey> => {
  const by = new Map<
    string,
    FoundKey & { readonly columns: Array<string>; readonly targetColumns: Array<string> }
  >()
  rows.forEach(([table, id, from, target, to, onDelete]) => {
    const key = JSON.stringify([table, id])
    const known = by.get(key)
    // A foreign key without a column points to the primary key.
    const at = to ?? primary.get(target ?? '')?.columns[0] ?? ''
    if (known === undefined)
      by.set(key, {
        table: table ?? '',
        name: '',
        columns: [from ?? ''],
        target: target ?? '',
        targetColumns: [at],
        onDelete: actions.get(onDelete ?? '') ?? 'protect',
      })
    else {
      known.columns.push(from ?? '')
      known.targetColumns.push(at)
    }
  })
  return [...by.values()].map((key) => ({ ...key, name: nameFor(key.table, key.columns, 'fkey') }))
}

const kinds: ReadonlyArray<readonly [RegExp, Kind]> = [
  [/^(?:tiny|small|medium|big)?int(?:eger)?(?: unsigned)?$/u, 'int'],
  [/^bool(?:ean)?$/u, 'boolean'],
  [/^(?:real|double(?: precision)?|float)$/u, 'float'],
  [/^(?:decimal(?:text)?|numeric)(?:\s*\(.*\))?$/u, 'decimal'],
  [/^date$/u, 'date'],
  [/^time$/u, 'time'],
  [/^(?:datetime|timestamp)$/u, 'datetime'],
  [/^char\(36\)$/u, 'uuid'],
  [/^(?:jsontext|json)$/u, 'json'],
  [/^(?:text|clob|(?:var|n|nvar)?char(?:\s*\(\d+\))?)$/u, 'text'],
]

const typeFrom = (declared: string, json: boolean): ColumnType => {
  const type = declared.toLowerCase()
  const kind = json ? 'json' : (kinds.find(([pattern]) => pattern.test(type))?.[1] ?? null)
  const [first = null, second = null] = (/\((\d+)(?:,\s*(\d+))?\)/u.exec(type) ?? [])
    .slice(1)
    .map((each: string | undefined) => (each === undefined ? null : Number(each)))
  return {
    kind,
    native: declared,
    maxLength: kind === 'text' ? first : null,
    maxDigits: kind === 'decimal' ? first : null,
    decimalPlaces: kind === 'decimal' && first !== null ? (second ?? 0) : null,
    byCodePoint: true,
  }
}
