/**
 * Models of tables that are there: as a schema, and as the TypeScript source of one.
 *
 * @since 0.2.0
 */
import { belongsTo, manyToMany, oneToOne, type AnyToOne, type OnDelete } from '../../../schema/Relation.js'
import { autoId, field, type AnyField } from '../../../schema/Field.js'
import type { Definition } from '../../../schema/Schema.js'
import type { Kind } from '../../../value/Value.js'
import { schema, type AnyModels } from '../../../queryset/schema.js'
import type { TableNames } from '../schema/tablesOf.js'
import type { Column, ForeignKey, Table, Tables } from '../schema/Tables.js'
import { sourceOf, type FieldSource } from './sourceOf.js'

/**
 * - `models` are like those of `schema`, without types. `names` has the names of their tables and columns.
 * - `source` is a TypeScript module that exports both. Keep it and change it.
 * - `leftOut` describes what no model can have: tables without a primary key of one column, and columns of other kinds.
 *
 * @since 0.2.0
 */
export interface FoundSchema {
  readonly models: AnyModels
  readonly names: TableNames
  readonly source: string
  readonly leftOut: ReadonlyArray<string>
}

/**
 * `prefix` is the start of the tables' names that the models' names don't have, such as the name of a Django app and
 * `_`.
 *
 * @since 0.2.0
 */
export interface FoundOptions {
  readonly prefix?: string
}

/** A field of a model, and its names. */
interface Member {
  readonly name: string
  readonly column: string | null
  readonly definition: Definition
  readonly source: FieldSource
}

interface Found {
  readonly model: string
  readonly table: Table
  readonly members: ReadonlyArray<Member>
}

/**
 * Makes models from tables. A foreign key becomes a relation, without `_id` at the end of its name, as in Django. A
 * table with two foreign keys whose name is that of a model and a field becomes a many-to-many relation. A relation is
 * `protect`, unless the database has a rule of its own for deletes.
 *
 * @example
 * import { autoId, belongsTo, schema, schemaOf } from 'queryset-ts'
 * import { schemaFrom, tablesOf } from 'queryset-ts/sql'
 * const shop = schemaOf(schema({ shop_genre: { id: autoId }, shop_song: { id: autoId, genre: belongsTo('shop_genre') } }))
 * const found = schemaFrom(tablesOf('postgres', shop), { prefix: 'shop_' })
 * console.log(Object.keys(found.models), found.names.table('song')) // => [ 'genre', 'song' ] shop_song
 *
 * @since 0.2.0
 */
export const schemaFrom = (tables: Tables, { prefix = '' }: FoundOptions = {}): FoundSchema => {
  const usable = tables.filter(hasKey)
  const models = new Map(usable.map((table) => [table.name, modelName(table.name, prefix)]))
  const found = usable.map((table) => modelOf(table, models, usable))
  const whole = found.map((each) => ({ ...each, members: [...each.members, ...linksOf(each, found)] }))
  const definitions = Object.fromEntries(
    whole.map(({ model, members }) => [
      model,
      Object.fromEntries(members.map(({ name, definition }) => [name, definition])),
    ]),
  )
  const together = Object.fromEntries(
    whole.flatMap(
      ({ model, table, members }): ReadonlyArray<readonly [string, ReadonlyArray<ReadonlyArray<string>>]> => {
        const sets = table.unique.filter(({ columns }) => columns.length > 1).map(({ columns }) => columns)
        const named = sets.map((columns) =>
          columns.flatMap((column) => members.find((each) => each.column === column)?.name ?? []),
        )
        const kept = named.filter((each, i) => each.length === sets[i]?.length)
        return kept.length === 0 ? [] : [[model, kept]]
      },
    ),
  )
  return {
    // The columns of the tables are known only at run time.
    models: schema(definitions as never, { uniqueTogether: together } as never),
    names: namesOf(whole),
    source: sourceOf(
      whole.map(({ model, table, members }) => ({ model, table: table.name, fields: members })),
      together,
    ),
    leftOut: tables.flatMap((table) => missing(table)),
  }
}

const hasKey = ({ primaryKey, columns }: Table): boolean =>
  primaryKey.length === 1 && columns.some(({ name, type }) => name === primaryKey[0] && type.kind !== null)

const missing = (table: Table): ReadonlyArray<string> =>
  hasKey(table)
    ? table.columns.flatMap(({ name, type }) =>
        type.kind === null ? [`the column ${table.name}.${name}, which is ${type.native}`] : [],
      )
    : [`the table ${table.name}, which has no primary key of one column`]

const modelName = (table: string, prefix: string): string =>
  prefix !== '' && table.startsWith(prefix) && table.length > prefix.length
    ? table.slice(prefix.length)
    : table

const modelOf = (table: Table, models: ReadonlyMap<string, string>, tables: Tables): Found => ({
  model: models.get(table.name) ?? table.name,
  table,
  members: table.columns
    .filter(({ type }) => type.kind !== null)
    .map((column) => {
      const key = table.foreignKeys.find(({ columns, target, targetColumns }) => {
        const to = tables.find(({ name }) => name === target)
        return (
          columns.length === 1 &&
          columns[0] === column.name &&
          to !== undefined &&
          to.primaryKey[0] === targetColumns[0]
        )
      })
      return key === undefined ? fieldOf(table, column) : relationOf(table, column, key, models)
    }),
})

const isUnique = ({ unique }: Table, column: string): boolean =>
  unique.some(({ columns }) => columns.length === 1 && columns[0] === column)

const fieldOf = (table: Table, column: Column): Member => {
  const { name, type, nullable, counted } = column
  const primaryKey = table.primaryKey[0] === name
  if (primaryKey && counted && type.kind === 'int')
    return {
      name,
      column: name,
      definition: autoId,
      source: { call: 'autoId', options: null, nullable: false },
    }
  const kind = type.kind ?? 'text'
  const options = {
    ...(primaryKey ? { primaryKey: true } : {}),
    ...(!primaryKey && isUnique(table, name) ? { unique: true } : {}),
    ...(kind === 'text' && type.maxLength !== null ? { maxLength: type.maxLength } : {}),
    ...(kind === 'decimal' && type.maxDigits !== null
      ? { maxDigits: type.maxDigits, decimalPlaces: type.decimalPlaces ?? 0 }
      : {}),
  }
  const plain = makers[kind](options)
  const optional = nullable && !primaryKey
  return {
    name,
    column: name,
    definition: optional ? field.nullable(plain) : plain,
    source: { call: `field.${kind}`, options, nullable: optional },
  }
}

const makers: { readonly [K in Kind]: (options: object) => AnyField } = {
  text: (options) => field.text(options),
  int: (options) => field.int(options),
  float: (options) => field.float(options),
  decimal: (options) => field.decimal(options),
  boolean: (options) => field.boolean(options),
  date: (options) => field.date(options),
  time: (options) => field.time(options),
  datetime: (options) => field.datetime(options),
  duration: (options) => field.duration(options),
  uuid: (options) => field.uuid(options),
  json: (options) => field.json(options),
}

const relationOf = (
  table: Table,
  column: Column,
  key: ForeignKey,
  models: ReadonlyMap<string, string>,
): Member => {
  const short = column.name.replace(/_id$/u, '')
  const name = short !== '' && !table.columns.some((each) => each.name === short) ? short : column.name
  const target = models.get(key.target) ?? key.target
  const primaryKey = table.primaryKey[0] === column.name
  const alone = table.foreignKeys.filter((each) => each.target === key.target).length === 1
  const own = models.get(table.name) ?? table.name
  const onDelete: OnDelete = key.onDelete ?? 'protect'
  const options = {
    relatedName: alone ? `${own}_set` : `${own}_${name}_set`,
    onDelete: onDelete === 'setNull' && !column.nullable ? ('protect' as const) : onDelete,
    ...(primaryKey ? { primaryKey: true } : {}),
  }
  const one = primaryKey || isUnique(table, column.name)
  const plain: AnyToOne = one ? oneToOne(target, options) : belongsTo(target, options)
  const optional = column.nullable && !primaryKey
  return {
    name,
    column: column.name,
    definition: optional ? field.nullable(plain) : plain,
    source: { call: one ? 'oneToOne' : 'belongsTo', target, options, nullable: optional },
  }
}

/** The many-to-many relations that start at a model: `album_tags` is what `album` has as `tags`. */
const linksOf = ({ model, table, members }: Found, all: ReadonlyArray<Found>): ReadonlyArray<Member> =>
  all.flatMap((through) => {
    const name = through.table.name.slice(table.name.length + 1)
    const [near, far] = through.table.foreignKeys
    const fits =
      through.table.name.startsWith(`${table.name}_`) &&
      name !== '' &&
      through.table.columns.length === 3 &&
      through.table.foreignKeys.length === 2 &&
      near !== undefined &&
      far !== undefined &&
      [near.target, far.target].includes(table.name) &&
      !members.some((each) => each.name === name)
    if (!fits) return []
    const other = near.target === table.name ? far.target : near.target
    const target = all.find((each) => each.table.name === other)?.model
    if (target === undefined || target === model) return []
    const options = { relatedName: `${model}_${name}`, through: through.model }
    return [
      {
        name,
        column: null,
        definition: manyToMany(target, options),
        source: { call: 'manyToMany', target, options, nullable: false },
      },
    ]
  })

const namesOf = (found: ReadonlyArray<Found>): TableNames => {
  const tables = new Map(found.map(({ model, table }) => [model, table.name]))
  const columns = new Map(
    found.map(({ model, members }) => [
      model,
      new Map(members.map(({ name, column }) => [name, column ?? name])),
    ]),
  )
  return {
    table: (model) => tables.get(model) ?? model,
    column: (model, column) => columns.get(model)?.get(column) ?? column,
  }
}
