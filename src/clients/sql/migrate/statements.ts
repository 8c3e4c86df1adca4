/**
 * The statements of a migration.
 *
 * @since 0.2.0
 */
import { canonicalJson } from '../../../value/Order.js'
import type { DialectName } from '../Driver.js'
import { columnType } from '../schema/columnType.js'
import {
  addForeignKey,
  columnDefinition,
  createIndex,
  createTable,
  dropForeignKey,
  dropIndex,
  quoteOf,
} from '../schema/ddl.js'
import type { Column, Table, Tables } from '../schema/Tables.js'
import { ident, join, natural, param, sql, type Sql } from '../Sql.js'
import { afterStep, type Step } from './Step.js'

/**
 * The statements for some steps, given the present tables. SQLite can't change a column or a foreign key, so such a
 * table is created anew, and its rows are copied.
 *
 * @since 0.2.0
 */
export const statementsOf = (
  dialect: DialectName,
  from: Tables,
  steps: ReadonlyArray<Step>,
): ReadonlyArray<Sql> => {
  if (dialect === 'sqlite') return remade(from, steps)
  const made = (some: ReadonlyArray<Step>): ReadonlyArray<Sql> =>
    some.flatMap((step) => statementsFor(dialect, from, step))
  if (!mysqlLike(dialect) || steps.length === 0) return made(steps)
  // An index that a foreign key stands on may go before another one comes; a new key is held against the rows.
  const last = steps.findIndex(({ _tag }) => _tag === 'addForeignKey')
  const keys = last === -1 ? [] : steps.slice(last)
  return [
    sql`set foreign_key_checks = 0`,
    ...made(last === -1 ? steps : steps.slice(0, last)),
    sql`set foreign_key_checks = 1`,
    ...made(keys),
  ]
}

const mysqlLike = (dialect: DialectName): boolean => dialect === 'mariadb' || dialect === 'mysql'

const statementsFor = (dialect: DialectName, from: Tables, step: Step): ReadonlyArray<Sql> => {
  const q = quoteOf(dialect)
  switch (step._tag) {
    case 'createTable':
      return created(dialect, step.table)
    case 'dropTable':
      return [sql`drop table ${ident(q, step.table.name)}`]
    case 'renameTable':
      return [sql`alter table ${ident(q, step.from)} rename to ${ident(q, step.to)}`]
    case 'renameColumn':
      return [
        sql`alter table ${ident(q, step.table)} rename column ${ident(q, step.from)} to ${ident(q, step.to)}`,
      ]
    case 'addColumn':
      return added(dialect, step.table, step.column)
    case 'dropColumn':
      return [sql`alter table ${ident(q, step.table)} drop column ${ident(q, step.column.name)}`]
    case 'alterColumn':
      return altered(dialect, step)
    case 'addIndex':
      return !step.unique && mysqlLike(dialect) && isOfKey(from, step.table, step.index.columns)
        ? []
        : [createIndex(dialect, step.table, step.index, step.unique)]
    case 'dropIndex':
      return [
        step.index.constraint === true && dialect === 'postgres'
          ? sql`alter table ${ident(q, step.table)} drop constraint ${ident(q, step.index.name)}`
          : dropIndex(dialect, step.table, step.index),
      ]
    case 'addForeignKey':
      return [addForeignKey(dialect, step.table, step.key)]
    case 'dropForeignKey':
      return [dropForeignKey(dialect, step.table, step.key)]
  }
}

/** MariaDB and MySQL have an index for each foreign key already. */
const isOfKey = (tables: Tables, table: string, columns: ReadonlyArray<string>): boolean =>
  (tables.find(({ name }) => name === table)?.foreignKeys ?? []).some(
    (key) => JSON.stringify(key.columns) === JSON.stringify(columns),
  )

const created = (dialect: DialectName, table: Table): ReadonlyArray<Sql> => [
  createTable(dialect, table),
  ...table.unique.map((index) => createIndex(dialect, table.name, index, true)),
  ...table.indexes.map((index) => createIndex(dialect, table.name, index, false)),
]

/** A column that must have a value is filled before it must. */
const added = (dialect: DialectName, table: string, column: Column): ReadonlyArray<Sql> => {
  const q = quoteOf(dialect)
  const [own, name] = [ident(q, table), ident(q, column.name)]
  const add = (as: Column): Sql => sql`alter table ${own} add column ${columnDefinition(dialect, as, [])}`
  if (column.nullable || column.counted) return [add(column)]
  // MariaDB and MySQL would fill a column that must have a value with one of theirs, such as '' or 0.
  if (column.fill === null)
    return mysqlLike(dialect)
      ? [add({ ...column, nullable: true }), ...demanded(dialect, table, column)]
      : [add(column)]
  return [
    add({ ...column, nullable: true }),
    sql`update ${own} set ${name} = ${filled(dialect, column)}`,
    ...demanded(dialect, table, column),
  ]
}

/** The engine makes the column's type of it, as of any value that is assigned. */
const filled = (dialect: DialectName, { type: { kind }, fill }: Column): Sql => {
  if (kind === 'json') return param(canonicalJson(fill))
  if (typeof fill !== 'string') return param(typeof fill === 'object' ? null : fill)
  return param(kind === 'datetime' && mysqlLike(dialect) ? fill.replace('T', ' ').replace('Z', '') : fill)
}

const demanded = (dialect: DialectName, table: string, column: Column): ReadonlyArray<Sql> => {
  const q = quoteOf(dialect)
  const own = ident(q, table)
  return mysqlLike(dialect)
    ? [sql`alter table ${own} modify column ${columnDefinition(dialect, column, [])}`]
    : [
        column.nullable
          ? sql`alter table ${own} alter column ${ident(q, column.name)} drop not null`
          : sql`alter table ${own} alter column ${ident(q, column.name)} set not null`,
      ]
}

const altered = (
  dialect: DialectName,
  { table, from, to }: Extract<Step, { readonly _tag: 'alterColumn' }>,
): ReadonlyArray<Sql> => {
  const q = quoteOf(dialect)
  const [own, name] = [ident(q, table), ident(q, to.name)]
  const fill =
    from.nullable && !to.nullable && to.fill !== null
      ? [sql`update ${own} set ${name} = ${filled(dialect, to)} where ${name} is null`]
      : []
  if (mysqlLike(dialect)) {
    const modify = (as: Column): Sql =>
      sql`alter table ${own} modify column ${columnDefinition(dialect, as, [])}`
    // The value that fills a column is of its new type.
    const first = fill.length === 0 ? [] : [modify({ ...to, nullable: true }), ...fill]
    return [...cut(dialect, table, from, to), ...first, modify(to)]
  }
  const type = columnType(dialect, to.type)
  return [
    ...cut(dialect, table, from, to),
    sql`alter table ${own} alter column ${name} type ${type} using ${name}::${type}`,
    ...fill,
    ...(from.nullable === to.nullable ? [] : demanded(dialect, table, to)),
  ]
}

/** Values that are too long are cut first, so they don't prevent the change. */
const cut = (dialect: DialectName, table: string, from: Column, to: Column): ReadonlyArray<Sql> => {
  const { maxLength } = to.type
  const before = from.type.maxLength
  if (from.type.kind !== 'text' || maxLength === null || (before !== null && before <= maxLength)) return []
  const q = quoteOf(dialect)
  const name = ident(q, to.name)
  return [
    sql`update ${ident(q, table)} set ${name} = left(${name}, ${natural(maxLength)}) where char_length(${name}) > ${natural(maxLength)}`,
  ]
}

/** The steps on SQLite: those that it supports, and then each table that must be created anew. */
const remade = (from: Tables, steps: ReadonlyArray<Step>): ReadonlyArray<Sql> => {
  const plain: Array<Sql> = []
  const last: Array<Sql> = []
  const anew = new Set(
    steps.flatMap((step) =>
      'table' in step && typeof step.table === 'string' && needsCopy(step) ? [step.table] : [],
    ),
  )
  const made = new Set(steps.flatMap((step) => (step._tag === 'createTable' ? [step.table.name] : [])))
  const after = steps.reduce(afterStep, from)
  const renamed = steps
    .filter(({ _tag }) => _tag === 'renameTable' || _tag === 'renameColumn')
    .reduce(afterStep, from)
  steps.forEach((step) => {
    switch (step._tag) {
      case 'createTable': {
        const whole = after.find(({ name }) => name === step.table.name) ?? step.table
        plain.push(...created('sqlite', { ...whole, unique: step.table.unique, indexes: step.table.indexes }))
        return
      }
      case 'dropTable':
      case 'renameTable':
      case 'renameColumn':
        plain.push(...statementsFor('sqlite', from, step))
        return
      default:
        if (anew.has(step.table) && !made.has(step.table)) return
        if (step._tag === 'addForeignKey' || step._tag === 'dropForeignKey') return
        plain.push(...statementsFor('sqlite', from, step))
    }
  })
  anew.forEach((name) => {
    if (made.has(name)) return
    const [old, now] = [renamed, after].map((all) => all.find((table) => table.name === name))
    if (old !== undefined && now !== undefined) last.push(...copied(old, now, goneFrom(steps, name)))
  })
  return [...plain, ...last]
}

const needsCopy = (step: Step): boolean =>
  step._tag === 'alterColumn' ||
  step._tag === 'addForeignKey' ||
  step._tag === 'dropForeignKey' ||
  step._tag === 'dropColumn' ||
  (step._tag === 'dropIndex' && step.index.constraint === true) ||
  (step._tag === 'addColumn' && (!step.column.nullable || step.column.counted))

/** The columns of a table that go, even where others of the same name come. */
const goneFrom = (steps: ReadonlyArray<Step>, table: string): ReadonlySet<string> =>
  new Set(
    steps.flatMap((step) => (step._tag === 'dropColumn' && step.table === table ? [step.column.name] : [])),
  )

const copied = (from: Table, to: Table, gone: ReadonlySet<string>): ReadonlyArray<Sql> => {
  const q = quoteOf('sqlite')
  const temporary = `qs_new_${to.name}`.slice(0, 60)
  const old = new Map(
    from.columns.filter(({ name }) => !gone.has(name)).map((column) => [column.name, column]),
  )
  const columns = to.columns.filter(
    ({ name, nullable, fill, counted }) => old.has(name) || (!nullable && !counted && fill !== null),
  )
  const values = columns.map((column) => {
    const before = old.get(column.name)
    return before === undefined ? filled('sqlite', column) : convertedTo(before, column)
  })
  const names = join(columns.map(({ name }) => ident(q, name)))
  return [
    createTable('sqlite', to, temporary),
    sql`insert into ${ident(q, temporary)} (${names}) select ${join(values)} from ${ident(q, from.name)}`,
    sql`drop table ${ident(q, from.name)}`,
    sql`alter table ${ident(q, temporary)} rename to ${ident(q, to.name)}`,
    ...to.unique.map((index) => createIndex('sqlite', to.name, index, true)),
    ...to.indexes.map((index) => createIndex('sqlite', to.name, index, false)),
  ]
}

/** The value of a column as one of another type. */
const convertedTo = (from: Column, to: Column): Sql => {
  const name = ident(quoteOf('sqlite'), to.name)
  const { kind, maxLength } = to.type
  const value =
    from.type.kind === kind
      ? kind === 'text' && maxLength !== null
        ? sql`substr(${name}, 1, ${natural(maxLength)})`
        : name
      : kind === 'float'
        ? sql`cast(${name} as real)`
        : sql`cast(${name} as text)`
  return from.nullable && !to.nullable && to.fill !== null
    ? sql`coalesce(${value}, ${filled('sqlite', to)})`
    : value
}
