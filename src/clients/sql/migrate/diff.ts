import type { Column, ColumnType, ForeignKey, Table, TableIndex, Tables } from '../schema/Tables.js'
import { afterStep, sameType, type Step } from './Step.js'

/**
 * Further information for a difference.
 *
 * - `tables` and `columns` (`table.column`, with the new table's name) give new names by old ones. Without them, a
 *   renamed thing looks like a new one.
 * - `keep` says whether a table that the schema lacks stays. The default is that it stays.
 *
 * @since 0.2.0
 */
export interface DiffOptions {
  readonly renamed?: {
    readonly tables?: { readonly [from: string]: string }
    readonly columns?: { readonly [from: string]: string }
  }
  readonly keep?: (table: string) => boolean
}

/**
 * The steps from some tables to others, in a possible order. Indexes and foreign keys that differ only in their names
 * stay.
 *
 * If a column's new type can't hold its values, the column is dropped and added. `lossOf` of the step says so.
 *
 * @example
 * import { diff, tablesOf, describeStep } from 'queryset-ts/sql'
 * import { autoId, field, schema, schemaOf } from 'queryset-ts'
 * const before = tablesOf('postgres', schemaOf(schema({ genre: { id: autoId } })))
 * const after = tablesOf('postgres', schemaOf(schema({ genre: { id: autoId, name: field.text({ default: '' }) } })))
 * console.log(diff(before, after).map(describeStep)) // => [ 'add the column genre.name (text)' ]
 *
 * @since 0.2.0
 */
export const diff = (from: Tables, to: Tables, options: DiffOptions = {}): ReadonlyArray<Step> => {
  const { renamed = {}, keep = () => true } = options
  const renames = renamesIn(from, to, renamed)
  const before = renames.reduce(afterStep, from)
  const here = new Map(before.map((table) => [table.name, table]))
  const there = new Map(to.map((table) => [table.name, table]))
  // A table whose key is another one is another table.
  const remade = to.flatMap((table) => {
    const old = here.get(table.name)
    return old !== undefined && !sameKey(old, table) ? [old] : []
  })
  const dropped = [...before.filter(({ name }) => !there.has(name) && !keep(name)), ...remade]
  const gone = new Set(dropped.map(({ name }) => name))
  const created = to.filter(({ name }) => !here.has(name) || gone.has(name))
  const changed = to.flatMap((table): ReadonlyArray<Changes> => {
    const old = here.get(table.name)
    return old === undefined || gone.has(table.name) ? [] : [changesOf(old, table, gone)]
  })
  const all = (part: keyof Changes): ReadonlyArray<Step> => changed.flatMap((each) => each[part])
  const left = before.filter(({ name }) => !there.has(name) && keep(name))
  return [
    ...renames,
    ...all('dropKeys'),
    ...left.flatMap(keysTo(gone)),
    ...dropped.flatMap(keysTo(gone)),
    ...all('dropIndexes'),
    ...all('dropColumns'),
    ...dropped.map((table): Step => ({ _tag: 'dropTable', table })),
    ...created.map((table): Step => ({ _tag: 'createTable', table: { ...table, foreignKeys: [] } })),
    ...all('addColumns'),
    ...all('alterColumns'),
    ...all('addIndexes'),
    ...all('addKeys'),
    ...created.flatMap((table) =>
      table.foreignKeys.map((key): Step => ({ _tag: 'addForeignKey', table: table.name, key })),
    ),
  ]
}

const renamesIn = (
  from: Tables,
  to: Tables,
  { tables = {}, columns = {} }: NonNullable<DiffOptions['renamed']>,
): ReadonlyArray<Step> => {
  const has = (all: Tables, name: string): boolean => all.some((table) => table.name === name)
  const ofTables = Object.entries(tables).flatMap(([old, name]): ReadonlyArray<Step> =>
    has(from, old) && !has(from, name) && has(to, name) ? [{ _tag: 'renameTable', from: old, to: name }] : [],
  )
  const after = ofTables.reduce(afterStep, from)
  const ofColumns = Object.entries(columns).flatMap(([path, name]): ReadonlyArray<Step> => {
    const found = columnAt(after, path)
    if (found === null) return []
    const { table, column } = found
    return table.columns.some((each) => each.name === name)
      ? []
      : [{ _tag: 'renameColumn', table: table.name, from: column, to: name }]
  })
  return [...ofTables, ...ofColumns]
}

/** The column at `table.column`. A name may have points in it. */
const columnAt = (
  tables: Tables,
  path: string,
): { readonly table: Table; readonly column: string } | null => {
  const found = tables.flatMap((table) =>
    table.columns
      .filter(({ name }) => `${table.name}.${name}` === path)
      .map(({ name }) => ({ table, column: name })),
  )
  return found[0] ?? null
}

const sameKey = (a: Table, b: Table): boolean => {
  const columns = (table: Table) =>
    table.primaryKey.map((key) => table.columns.find(({ name }) => name === key))
  const [x, y] = [columns(a), columns(b)]
  return (
    sameList(a.primaryKey, b.primaryKey) &&
    x.every((column, i) => {
      const other = y[i]
      return (
        column !== undefined &&
        other !== undefined &&
        // A counted key takes given values too. SQLite counts all that are ints.
        (column.counted || !other.counted) &&
        (sameType(column.type, other.type) || widens(column.type, other.type))
      )
    })
  )
}

const sameList = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  a.length === b.length && a.every((each, i) => each === b[i])

/** The foreign keys of a table that lead to tables which are dropped, itself aside. */
const keysTo =
  (gone: ReadonlySet<string>) =>
  ({ name, foreignKeys }: Table): ReadonlyArray<Step> =>
    foreignKeys
      .filter(({ target }) => gone.has(target) && target !== name)
      .map((key): Step => ({ _tag: 'dropForeignKey', table: name, key }))

interface Changes {
  readonly dropKeys: ReadonlyArray<Step>
  readonly dropIndexes: ReadonlyArray<Step>
  readonly dropColumns: ReadonlyArray<Step>
  readonly addColumns: ReadonlyArray<Step>
  readonly alterColumns: ReadonlyArray<Step>
  readonly addIndexes: ReadonlyArray<Step>
  readonly addKeys: ReadonlyArray<Step>
}

const changesOf = (from: Table, to: Table, gone: ReadonlySet<string>): Changes => {
  const table = to.name
  const old = new Map(from.columns.map((column) => [column.name, column]))
  const now = new Map(to.columns.map((column) => [column.name, column]))
  const altered = to.columns.flatMap((column) => {
    const before = old.get(column.name)
    return before === undefined || sameColumn(before, column) ? [] : [{ from: before, to: column }]
  })
  const replaced = altered.filter((each) => !becomes(each.from.type, each.to.type))
  const kept = altered.filter((each) => becomes(each.from.type, each.to.type))
  const anew = new Set(replaced.map((each) => each.to.name))
  const retyped = new Set(
    kept.filter((each) => !sameType(each.from.type, each.to.type)).map((each) => each.to.name),
  )
  // Indexes and foreign keys on a column that is dropped or changed are created again.
  const stands = (columns: ReadonlyArray<string>): boolean =>
    columns.some((name) => !now.has(name) || anew.has(name) || retyped.has(name))
  const keys = apart(
    from.foreignKeys,
    to.foreignKeys,
    keyOf,
    (key) => stands(key.columns) || gone.has(key.target),
  )
  const unique = apart(from.unique, to.unique, indexOf, ({ columns }) => stands(columns))
  const indexes = apart(from.indexes, to.indexes, indexOf, ({ columns }) => stands(columns))
  const index =
    (_tag: 'addIndex' | 'dropIndex', isUnique: boolean) =>
    (each: TableIndex): Step => ({ _tag, table, index: each, unique: isUnique })
  return {
    dropKeys: keys.dropped.map((key): Step => ({ _tag: 'dropForeignKey', table, key })),
    dropIndexes: [
      ...unique.dropped.map(index('dropIndex', true)),
      ...indexes.dropped.map(index('dropIndex', false)),
    ],
    dropColumns: from.columns
      .filter(({ name }) => !now.has(name) || anew.has(name))
      .map((column): Step => ({ _tag: 'dropColumn', table, column })),
    addColumns: to.columns
      .filter(({ name }) => !old.has(name) || anew.has(name))
      .map((column): Step => ({ _tag: 'addColumn', table, column })),
    alterColumns: kept.map((each): Step => ({ _tag: 'alterColumn', table, ...each })),
    addIndexes: [
      ...unique.added.map(index('addIndex', true)),
      ...indexes.added.map(index('addIndex', false)),
    ],
    addKeys: keys.added.map((key): Step => ({ _tag: 'addForeignKey', table, key })),
  }
}

const sameColumn = (a: Column, b: Column): boolean => sameType(a.type, b.type) && a.nullable === b.nullable

const keyOf = ({ columns, target, targetColumns }: ForeignKey): string =>
  JSON.stringify([columns, target, targetColumns])

const indexOf = ({ columns }: TableIndex): string => JSON.stringify(columns)

/** The items to drop and to add, compared by content and not by name. */
const apart = <A>(
  from: ReadonlyArray<A>,
  to: ReadonlyArray<A>,
  identity: (each: A) => string,
  again: (each: A) => boolean,
): { readonly dropped: ReadonlyArray<A>; readonly added: ReadonlyArray<A> } => {
  const [old, now] = [new Set(from.map(identity)), new Set(to.map(identity))]
  return {
    dropped: from.filter((each) => !now.has(identity(each)) || again(each)),
    added: to.filter((each) => !old.has(identity(each)) || again(each)),
  }
}

/** Whether a column can be made one of another type, its values with it, if perhaps cut. */
const becomes = (from: ColumnType, to: ColumnType): boolean =>
  from.kind === to.kind ? from.kind !== null || from.native === to.native : widens(from, to)

/** Whether all values of a type are values of another one. */
const widens = (from: ColumnType, to: ColumnType): boolean => {
  const room = (length: number): boolean =>
    to.kind === 'text' && (to.maxLength === null || to.maxLength >= length)
  switch (from.kind) {
    case 'int':
      return (
        to.kind === 'float' ||
        (to.kind === 'decimal' && (to.maxDigits === null || to.maxDigits - (to.decimalPlaces ?? 0) >= 16)) ||
        room(17)
      )
    case 'text':
      return (
        to.kind === 'text' &&
        (to.maxLength === null || (from.maxLength !== null && from.maxLength <= to.maxLength))
      )
    case 'uuid':
      return room(36)
    case 'date':
      return room(10)
    default:
      return false
  }
}
