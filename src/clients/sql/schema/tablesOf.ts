import type { AnyField } from '../../../schema/Field.js'
import type { Model, ModelColumn, Schema } from '../../../schema/Schema.js'
import type { DialectName } from '../Driver.js'
import { dialectOf } from '../dialects.js'
import { render } from '../Sql.js'
import { columnType, mostIndexed } from './columnType.js'
import { nameFor, type Column, type ColumnType, type Table, type Tables } from './Tables.js'

/**
 * The names of tables and columns, if they differ from those of the models.
 *
 * @since 0.2.0
 */
export interface TableNames {
  readonly table: (model: string) => string
  readonly column: (model: string, column: string) => string
}

/**
 * The names of the models, for tables and columns.
 *
 * @example
 * import { sameNames } from 'queryset-ts/sql'
 * console.log(sameNames.table('genre')) // => genre
 *
 * @since 0.2.0
 */
export const sameNames: TableNames = { table: (model) => model, column: (_, column) => column }

/**
 * The tables that a schema needs: one for each model, including join models. Every unique value has a unique index, and
 * every foreign key an index.
 *
 * @example
 * import { autoId, field, schema, schemaOf } from 'queryset-ts'
 * import { tablesOf } from 'queryset-ts/sql'
 * const music = schemaOf(schema({ genre: { id: autoId, name: field.text({ unique: true }) } }))
 * console.log(tablesOf('postgres', music).map(({ name, unique }) => [name, unique.length])) // => [ [ 'genre', 1 ] ]
 *
 * @since 0.2.0
 */
export const tablesOf = (dialect: DialectName, schema: Schema, names: TableNames = sameNames): Tables =>
  [...schema.models.values()].map((model) => tableOf(dialect, schema, model, names))

const tableOf = (dialect: DialectName, schema: Schema, model: Model, names: TableNames): Table => {
  const table = names.table(model.name)
  const own = (column: string): string => names.column(model.name, column)
  const columns = [...model.columns.values()]
  const pointing = columns.filter(({ target }) => target !== null)
  const primaryKey = [own(model.primaryKey)]
  const unique = uniqueSets(model).map((set) => set.map(own))
  return {
    name: table,
    columns: columns.map((column) => columnOf(dialect, model, column, own(column.name))),
    primaryKey,
    unique: unique.map((set) => ({ name: nameFor(table, set, 'key'), columns: set })),
    indexes: pointing
      .map(({ name }) => own(name))
      // An index isn't needed if another one begins with its columns.
      .filter((name) => ![primaryKey, ...unique].some(([first]) => first === name))
      .map((name) => ({ name: nameFor(table, [name], 'idx'), columns: [name] })),
    foreignKeys: pointing.map(({ name, target }) => {
      const to = schema.models.get(target ?? '')
      return {
        name: nameFor(table, [own(name)], 'fkey'),
        columns: [own(name)],
        target: names.table(target ?? ''),
        targetColumns: [names.column(target ?? '', to?.primaryKey ?? 'id')],
      }
    }),
    checks: [],
  }
}

/** The unique sets besides the primary key's, each once. */
const uniqueSets = (model: Model): ReadonlyArray<ReadonlyArray<string>> => {
  const sets = new Map(model.unique.map((set) => [JSON.stringify(set), set]))
  sets.delete(JSON.stringify([model.primaryKey]))
  return [...sets.values()]
}

const columnOf = (dialect: DialectName, model: Model, column: ModelColumn, name: string): Column => ({
  name,
  type: typeOf(
    dialect,
    column.field,
    isIndexed(model, column) ? longestIndexed(dialect, model, column) : null,
  ),
  nullable: column.nullable,
  counted: column.auto && column.name === model.primaryKey,
  // A value that the database can't hold fills no row.
  fill: dialectOf(dialect).sendable(column.kind, column.default) ? column.default : null,
})

const isIndexed = (model: Model, { name, target }: ModelColumn): boolean =>
  target !== null || name === model.primaryKey || model.unique.some((set) => set.includes(name))

/**
 * The number of characters of a text without a length of its own that is in an index. `null` if any number is fine.
 *
 * The texts of a unique set share an index of MySQL. MariaDB makes a hash of one that is too long.
 */
const longestIndexed = (dialect: DialectName, model: Model, { name }: ModelColumn): number | null => {
  if (dialect !== 'mariadb' && dialect !== 'mysql') return null
  if (dialect === 'mariadb') return mostIndexed
  const texts = model.unique
    .filter((set) => set.includes(name))
    .map((set) => set.filter((each) => model.columns.get(each)?.kind === 'text').length)
  return Math.floor(mostIndexed / Math.max(1, ...texts))
}

/** The type of the column for a field. A text without a length of its own gets `longest`. */
const typeOf = (dialect: DialectName, field: AnyField, longest: number | null): ColumnType => {
  const { kind } = field
  const mysql = dialect === 'mariadb' || dialect === 'mysql'
  const length = kind !== 'text' ? null : (field.maxLength ?? longest)
  const sized = field.maxDigits !== null && field.decimalPlaces !== null
  const places = kind !== 'decimal' ? null : sized ? field.decimalPlaces : mysql ? 30 : null
  const digits = kind !== 'decimal' ? null : sized ? field.maxDigits : mysql ? 65 : null
  const type = {
    kind,
    // A text that may be longer than the engine allows gets a type without a limit.
    maxLength: length === null || length > longestOf(dialect) || length < 1 ? null : length,
    maxDigits: digits === null ? null : Math.max(digits, places ?? 0, 1),
    decimalPlaces: places,
  }
  return { ...type, native: render('question', columnType(dialect, type)).text, byCodePoint: true }
}

const longestOf = (dialect: DialectName): number => {
  switch (dialect) {
    case 'postgres':
      return 10_485_760
    case 'sqlite':
      return Infinity
    case 'mariadb':
    case 'mysql':
      return mostIndexed
  }
}
