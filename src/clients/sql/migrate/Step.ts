/**
 * Steps of a migration: changes of tables as readable data.
 *
 * @since 0.2.0
 */
import type { Column, ColumnType, ForeignKey, Table, TableIndex, Tables } from '../schema/Tables.js'

/**
 * A change of the tables. The foreign keys of a new table are added once all tables exist.
 *
 * @since 0.2.0
 */
export type Step =
  | { readonly _tag: 'createTable'; readonly table: Table }
  | { readonly _tag: 'dropTable'; readonly table: Table }
  | { readonly _tag: 'renameTable'; readonly from: string; readonly to: string }
  | { readonly _tag: 'renameColumn'; readonly table: string; readonly from: string; readonly to: string }
  | { readonly _tag: 'addColumn'; readonly table: string; readonly column: Column }
  | { readonly _tag: 'dropColumn'; readonly table: string; readonly column: Column }
  | { readonly _tag: 'alterColumn'; readonly table: string; readonly from: Column; readonly to: Column }
  | {
      readonly _tag: 'addIndex'
      readonly table: string
      readonly index: TableIndex
      readonly unique: boolean
    }
  | {
      readonly _tag: 'dropIndex'
      readonly table: string
      readonly index: TableIndex
      readonly unique: boolean
    }
  | { readonly _tag: 'addForeignKey'; readonly table: string; readonly key: ForeignKey }
  | { readonly _tag: 'dropForeignKey'; readonly table: string; readonly key: ForeignKey }

/**
 * A step as a sentence.
 *
 * @example
 * import { describeStep } from 'queryset-ts/sql'
 * console.log(describeStep({ _tag: 'renameTable', from: 'genre', to: 'style' })) // => call the table genre style
 *
 * @since 0.2.0
 */
export const describeStep = (step: Step): string => {
  switch (step._tag) {
    case 'createTable':
      return `make the table ${step.table.name}`
    case 'dropTable':
      return `drop the table ${step.table.name}`
    case 'renameTable':
      return `call the table ${step.from} ${step.to}`
    case 'renameColumn':
      return `call the column ${step.table}.${step.from} ${step.to}`
    case 'addColumn':
      return `add the column ${step.table}.${step.column.name} (${typeInWords(step.column)})`
    case 'dropColumn':
      return `drop the column ${step.table}.${step.column.name} (${typeInWords(step.column)})`
    case 'alterColumn':
      return `change the column ${step.table}.${step.to.name} from ${typeInWords(step.from)} to ${typeInWords(step.to)}`
    case 'addIndex':
      return `${step.unique ? 'make unique' : 'index'} ${step.table} (${step.index.columns.join(', ')})`
    case 'dropIndex':
      return `drop the ${step.unique ? 'unique index' : 'index'} of ${step.table} (${step.index.columns.join(', ')})`
    case 'addForeignKey':
      return `hold ${step.table} (${step.key.columns.join(', ')}) to rows of ${step.key.target}`
    case 'dropForeignKey':
      return `no longer hold ${step.table} (${step.key.columns.join(', ')}) to rows of ${step.key.target}`
  }
}

const typeInWords = ({ type, nullable }: Column): string => {
  const { kind, native, maxLength, maxDigits, decimalPlaces } = type
  const size =
    maxLength !== null
      ? ` of ${String(maxLength)} characters`
      : maxDigits !== null
        ? ` of ${String(maxDigits)} digits, ${String(decimalPlaces ?? 0)} after the point`
        : ''
  const order = type.byCodePoint ? '' : ', not compared by code point'
  return `${kind ?? native}${size}${order}${nullable ? ', may be missing' : ''}`
}

/**
 * The data that a step loses, in words, or `null` if it loses nothing.
 *
 * @example
 * import { autoId, field, schema, schemaOf } from 'queryset-ts'
 * import { diff, lossOf, tablesOf } from 'queryset-ts/sql'
 * const named = tablesOf('postgres', schemaOf(schema({ genre: { id: autoId, name: field.text() } })))
 * const bare = tablesOf('postgres', schemaOf(schema({ genre: { id: autoId } })))
 * console.log(diff(named, bare).map(lossOf)) // => [ 'all values of genre.name' ]
 *
 * @since 0.2.0
 */
export const lossOf = (step: Step): string | null => {
  switch (step._tag) {
    case 'dropTable':
      return `all rows of ${step.table.name}`
    case 'dropColumn':
      return `all values of ${step.table}.${step.column.name}`
    case 'alterColumn': {
      const [from, to] = [step.from.type, step.to.type]
      const narrows =
        shrinks(from.maxLength, to.maxLength) ||
        shrinks(from.decimalPlaces, to.decimalPlaces) ||
        shrinks(before(from), before(to))
      return narrows ? `what is too long in ${step.table}.${step.to.name}` : null
    }
    default:
      return null
  }
}

/** How many digits there may be before the point. */
const before = ({ maxDigits, decimalPlaces }: ColumnType): number | null =>
  maxDigits === null ? null : maxDigits - (decimalPlaces ?? 0)

const shrinks = (from: number | null, to: number | null): boolean =>
  to !== null && (from === null || to < from)

/**
 * A condition of a step on the existing rows, in words. `null` if there is none.
 *
 * @example
 * import { demandOf } from 'queryset-ts/sql'
 * const key = { name: 'song_genre_fkey', columns: ['genre'], target: 'genre', targetColumns: ['id'] }
 * console.log(demandOf({ _tag: 'addForeignKey', table: 'song', key })) // => each genre of song must lead to a row of genre
 *
 * @since 0.2.0
 */
export const demandOf = (step: Step): string | null => {
  switch (step._tag) {
    case 'addColumn':
      return !step.column.nullable && !step.column.counted && step.column.fill === null
        ? `${step.table} must have no rows, for ${step.column.name} has no value for them`
        : null
    case 'alterColumn':
      return step.from.nullable && !step.to.nullable && step.to.fill === null
        ? `no row of ${step.table} may have no ${step.to.name}`
        : null
    case 'addIndex':
      return step.unique ? `no two rows of ${step.table} may share ${step.index.columns.join(' and ')}` : null
    case 'addForeignKey':
      return `each ${step.key.columns.join(', ')} of ${step.table} must lead to a row of ${step.key.target}`
    default:
      return null
  }
}

/**
 * Whether columns hold the same kind of values.
 *
 * @since 0.2.0
 */
export const sameType = (a: ColumnType, b: ColumnType): boolean =>
  isDuration(a, b) ||
  isDuration(b, a) ||
  (a.kind === b.kind &&
    (a.kind !== null || a.native === b.native) &&
    a.maxLength === b.maxLength &&
    a.maxDigits === b.maxDigits &&
    a.decimalPlaces === b.decimalPlaces &&
    a.byCodePoint === b.byCodePoint)

/** Engines without durations keep them as numbers or text. */
const isDuration = (a: ColumnType, b: ColumnType): boolean =>
  a.kind === 'duration' &&
  (b.kind === 'duration' ||
    b.kind === 'int' ||
    (b.kind === 'text' && b.maxLength === 32) ||
    (b.kind === 'decimal' && b.maxDigits === 20 && b.decimalPlaces === 0))

/**
 * Tables after a step.
 *
 * @since 0.2.0
 */
export const afterStep = (tables: Tables, step: Step): Tables => {
  const on = (name: string, change: (table: Table) => Table): Tables =>
    tables.map((table) => (table.name === name ? change(table) : table))
  switch (step._tag) {
    case 'createTable':
      return [...tables, step.table]
    case 'dropTable':
      return tables.filter(({ name }) => name !== step.table.name)
    case 'renameTable':
      return tables.map((table) => renamedTable(table, step.from, step.to))
    case 'renameColumn':
      return tables.map((table) => renamedColumn(table, step))
    case 'addColumn':
      return on(step.table, (table) => ({ ...table, columns: [...table.columns, step.column] }))
    case 'dropColumn': {
      // Indexes and foreign keys on a column go with it.
      const stays = ({ columns }: { readonly columns: ReadonlyArray<string> }) =>
        !columns.includes(step.column.name)
      return on(step.table, (table) => ({
        ...table,
        columns: table.columns.filter(({ name }) => name !== step.column.name),
        unique: table.unique.filter(stays),
        indexes: table.indexes.filter(stays),
        foreignKeys: table.foreignKeys.filter(stays),
      }))
    }
    case 'alterColumn':
      return on(step.table, (table) => ({
        ...table,
        columns: table.columns.map((column) => (column.name === step.from.name ? step.to : column)),
      }))
    case 'addIndex':
      return on(step.table, (table) =>
        step.unique
          ? { ...table, unique: [...table.unique, step.index] }
          : { ...table, indexes: [...table.indexes, step.index] },
      )
    case 'dropIndex': {
      const others = ({ name }: TableIndex) => name !== step.index.name
      return on(step.table, (table) => ({
        ...table,
        unique: table.unique.filter(others),
        indexes: table.indexes.filter(others),
      }))
    }
    case 'addForeignKey':
      return on(step.table, (table) => ({ ...table, foreignKeys: [...table.foreignKeys, step.key] }))
    case 'dropForeignKey':
      return on(step.table, (table) => ({
        ...table,
        foreignKeys: table.foreignKeys.filter(({ name }) => name !== step.key.name),
      }))
  }
}

const renamedTable = (table: Table, from: string, to: string): Table => ({
  ...table,
  name: table.name === from ? to : table.name,
  foreignKeys: table.foreignKeys.map((key) => (key.target === from ? { ...key, target: to } : key)),
})

const renamedColumn = (
  table: Table,
  { table: name, from, to }: Extract<Step, { readonly _tag: 'renameColumn' }>,
): Table => {
  const own = (column: string): string => (table.name === name && column === from ? to : column)
  const index = (each: TableIndex): TableIndex => ({ ...each, columns: each.columns.map(own) })
  return {
    ...table,
    columns: table.columns.map((column) => ({ ...column, name: own(column.name) })),
    primaryKey: table.primaryKey.map(own),
    unique: table.unique.map(index),
    indexes: table.indexes.map(index),
    foreignKeys: table.foreignKeys.map((key) => ({
      ...key,
      columns: key.columns.map(own),
      targetColumns:
        key.target === name
          ? key.targetColumns.map((each) => (each === from ? to : each))
          : key.targetColumns,
    })),
  }
}
