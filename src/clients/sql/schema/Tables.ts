/**
 * Tables: the structure of a database, as data. `tablesOf` gives those that a schema needs, and `introspect` those that
 * exist.
 *
 * @since 0.2.0
 */
import type { Json, Kind } from '../../../value/Value.js'

/**
 * The type of a column, in terms of the library's kinds. `kind` is `null` for any other type. `native` is the engine's
 * name for it. `byCodePoint` says whether text is compared as the library compares it.
 *
 * @since 0.2.0
 */
export interface ColumnType {
  readonly kind: Kind | null
  readonly native: string
  readonly maxLength: number | null
  readonly maxDigits: number | null
  readonly decimalPlaces: number | null
  readonly byCodePoint: boolean
}

/**
 * A column. `counted` says that the database generates its value if none is given. `fill` is the value for existing
 * rows when the column is added.
 *
 * @since 0.2.0
 */
export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly nullable: boolean
  readonly counted: boolean
  readonly fill: Json
}

/**
 * A foreign key. `onDelete` is what the database itself does when the target row is deleted, if it is known. For tables
 * of the library it refuses, since the library does what the relation says.
 *
 * @since 0.2.0
 */
export interface ForeignKey {
  readonly name: string
  readonly columns: ReadonlyArray<string>
  readonly target: string
  readonly targetColumns: ReadonlyArray<string>
  readonly onDelete?: 'cascade' | 'setNull' | 'setDefault' | 'protect'
}

/**
 * An index. `constraint` says that it belongs to a unique constraint of the same name.
 *
 * @since 0.2.0
 */
export interface TableIndex {
  readonly name: string
  readonly columns: ReadonlyArray<string>
  readonly constraint?: boolean
}

/**
 * A check of the database, as it prints it, or `null` if it doesn't print it.
 *
 * @since 0.2.0
 */
export interface Check {
  readonly name: string
  readonly text: string | null
}

/** @since 0.2.0 */
export interface Table {
  readonly name: string
  readonly columns: ReadonlyArray<Column>
  readonly primaryKey: ReadonlyArray<string>
  readonly unique: ReadonlyArray<TableIndex>
  readonly indexes: ReadonlyArray<TableIndex>
  readonly foreignKeys: ReadonlyArray<ForeignKey>
  readonly checks: ReadonlyArray<Check>
}

/** @since 0.2.0 */
export type Tables = ReadonlyArray<Table>

const longest = 63

/**
 * A name for something that belongs to columns of a table: no longer than PostgreSQL allows, and different for others.
 *
 * @since 0.2.0
 */
export const nameFor = (table: string, columns: ReadonlyArray<string>, suffix: string): string => {
  const whole = [table, ...columns, suffix].join('_')
  // Names in which `_` stands at different places must not become one.
  const plain = !table.includes('_') && columns.every((each) => !each.includes('_'))
  const size = (text: string) => new TextEncoder().encode(text).length
  if (plain && size(whole) <= longest) return whole
  const mark = `_${digest(JSON.stringify([table, columns, suffix]))}_${suffix}`
  return `${cut([table, ...columns].join('_'), longest - size(mark))}${mark}`
}

const cut = (text: string, bytes: number): string => {
  const encoder = new TextEncoder()
  const room = { left: bytes }
  return [...text].filter((c) => (room.left -= encoder.encode(c).length) >= 0).join('')
}

/** A hash of eight digits, enough to tell names apart (FNV-1a). */
const digest = (text: string): string =>
  [...text]
    .reduce((sum, c) => Math.imul(sum ^ (c.codePointAt(0) ?? 0), 0x01000193) >>> 0, 0x811c9dc5)
    .toString(16)
    .padStart(8, '0')
