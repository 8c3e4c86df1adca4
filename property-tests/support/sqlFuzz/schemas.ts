/**
 * Hostile names of tables, columns, indexes and constraints, and hostile defaults, comments and checks: tables that others
 * have made with them are found, and changed by migrations of every step.
 */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { belongsTo, createBulk, field, orderBy, pipe, schema, toArray, type AnyModels } from 'queryset-ts'
import * as api from 'queryset-ts/sql'
import {
  createSchema,
  demandOf,
  describeStep,
  dropSchema,
  introspect,
  kyselyOf,
  lossOf,
  migrate,
  planMigration,
  schemaFrom,
  sqlClient,
  sqlOf,
  stepsOf,
  type DialectName,
  type Driver,
  type Migration,
  type MigrateOptions,
  type Step,
  type TableNames,
} from 'queryset-ts/sql'
import { dialectOf } from '../../../src/clients/sql/dialects.js'
import { literal } from '../../../src/clients/sql/migrate/literal.js'
import { ident, isName, join, sql, textOf, type Sql } from '../../../src/clients/sql/Sql.js'
import { hostile } from '../hostile.js'
import { emptied } from '../sqlCases.js'
import { done } from '../sqlDatabases.js'
import { refused } from './harness.js'
import { mark } from './values.js'

/** How each function of `queryset-ts/sql` is reached. Without an entry for a new export this file does not compile. */
export const reached = {
  driverOf: 'by each driver',
  onlyOne: 'by each driver of one connection',
  createSchema: 'below, and for the fuzz of everything',
  sqlClient: 'below, and by the fuzz of everything',
  introspect: 'below',
  schemaFrom: 'below',
  diff: 'by migrate',
  migrate: 'below',
  planMigration: 'below',
  kyselyOf: 'below',
  sqlOf: 'below, and by the tests of printed migrations',
  stepsOf: 'below',
  demandOf: 'below',
  describeStep: 'below',
  lossOf: 'below',
  sameNames: 'makes no statement',
  tablesOf: 'by migrate',
  dropSchema: 'below',
  sqlError: 'makes no statement',
} as const satisfies { readonly [F in keyof typeof api]: string }

/** The steps that a run has taken. Without an entry for a new step this file does not compile. */
export type Steps = { [S in Step['_tag']]: number }

export const noSteps = (): Steps => ({
  createTable: 0,
  dropTable: 0,
  renameTable: 0,
  renameColumn: 0,
  addColumn: 0,
  dropColumn: 0,
  alterColumn: 0,
  addIndex: 0,
  dropIndex: 0,
  addForeignKey: 0,
  dropForeignKey: 0,
})

export interface GivenSchema {
  /** Of tables, columns, indexes, unique constraints, foreign keys and checks, and of tables and columns that are renamed. */
  readonly names: readonly [string, string, string, string, string, string, string]
  readonly text: string
  readonly json: string
}

const name = fc.oneof(
  hostile,
  hostile.map((text) => `.${text}.`),
)

export const givenSchema: fc.Arbitrary<GivenSchema> = fc.record({
  names: fc.tuple(name, name, name, name, name, name, name),
  text: hostile.map((text) => (mark + text).slice(0, 40)),
  json: hostile.map((text) => mark + text),
})

const before = schema({
  parent: { id: field.int({ primaryKey: true }), name: field.nullable(field.text({ maxLength: 60 })) },
  child: { id: field.int({ primaryKey: true }), parent: field.nullable(belongsTo('parent')) },
})

/** Without the foreign key, and with columns that are filled. */
const filled = ({ text, json }: GivenSchema) =>
  schema({
    parent: { id: field.int({ primaryKey: true }), name: field.text({ maxLength: 40, default: text }) },
    child: {
      id: field.int({ primaryKey: true }),
      body: field.text({ default: text }),
      data: field.json({ default: { [json]: [json] } }),
      size: field.float({ default: 1e308 }),
      price: field.decimal({ default: '-0.5' }),
      when: field.datetime({ default: '9999-12-31T23:59:59.999Z' }),
    },
  })

/** With a foreign key, a unique value and a table that are new. */
const related = ({ text }: GivenSchema) =>
  schema({
    parent: {
      id: field.int({ primaryKey: true }),
      name: field.text({ maxLength: 50, default: text, unique: true }),
    },
    child: { id: field.int({ primaryKey: true }), parent: field.nullable(belongsTo('parent')) },
    third: { id: field.int({ primaryKey: true }), child: field.nullable(belongsTo('child')) },
  })

const last = schema({ parent: { id: field.int({ primaryKey: true }) } })

/**
 * What nobody can write into a default or a check of an engine. MariaDB can't print a check with a control character. With
 * `NO_BACKSLASH_ESCAPES`, MySQL refuses a quote there.
 */
const unwritable: { readonly [D in DialectName]: RegExp } = {
  postgres: /\0|\p{Surrogate}/gu,
  sqlite: /\0|\p{Surrogate}/gu,
  mariadb: /[\0-\x1f\\]|\p{Surrogate}/gu,
  mysql: /[\0-\x1f\\']|\p{Surrogate}/gu,
}

/** The statements by which somebody else made the tables. */
const foreign = (driver: Driver, names: TableNames, given: GivenSchema): ReadonlyArray<string> => {
  const { quote } = dialectOf(driver.dialect)
  const mysqlLike = quote === '`'
  const raw = (value: string): Sql => ({
    _tag: 'text',
    text: literal(driver.dialect, value.replaceAll(unwritable[driver.dialect], '/')),
  })
  const parent = ident(quote, names.table('parent'))
  const child = ident(quote, names.table('child'))
  const column = (own: string) => ident(quote, names.column('', own))
  const called = (i: 2 | 3 | 4 | 5, letter: string) => ident(quote, fit(driver, given.names[i], letter))
  const comment = raw(given.text)
  return [
    sql`create table ${parent} (${join([
      sql`${column('id')} bigint primary key`,
      sql`${column('name')} varchar(60) default (${raw(given.text)})${mysqlLike ? sql` comment ${comment}` : sql``}`,
      sql`constraint ${called(5, 'c')} check (${column('name')} <> ${raw(`${given.json} never`)})`,
      sql`constraint ${called(3, 'u')} unique (${column('name')})`,
    ])})`,
    sql`create table ${child} (${join([
      sql`${column('id')} bigint primary key`,
      sql`${column('parent')} bigint`,
      sql`constraint ${called(4, 'f')} foreign key (${column('parent')}) references ${parent} (${column('id')})`,
    ])})`,
    sql`create index ${called(2, 'i')} on ${parent} (${column('name')}, ${column('id')})`,
    sql`insert into ${parent} values (1, null)`,
    sql`insert into ${child} values (1, 1)`,
    ...(driver.dialect === 'postgres'
      ? [sql`comment on column ${parent}.${column('name')} is ${comment}`]
      : []),
    sql`create table bystander (name varchar(30))`,
    sql`insert into bystander values ('never touched')`,
  ].map(textOf)
}

/** A name that the engine takes, with a letter before it. */
const fit = (driver: Driver, given: string, letter: string): string =>
  isName(letter + given, dialectOf(driver.dialect).quote) ? letter + given : letter

const namesOf = (driver: Driver, table: string, column: string): TableNames => ({
  table: (model) => fit(driver, table, model),
  column: (_, own) => fit(driver, column, own),
})

/** What a migration gives. It leaves nothing to do, and no text of it can fail to be made. */
const migrated = async (
  driver: Driver,
  models: AnyModels,
  options: MigrateOptions,
  steps: Steps,
): Promise<Migration> => {
  const all = { ...options, allowLoss: true, keep: (table: string) => table === 'bystander' }
  const planned = await done(planMigration(models, driver, all))
  for (const step of planned.steps) {
    steps[step._tag] += 1
    expect([describeStep(step), lossOf(step), demandOf(step)].join()).not.to.include(mark)
  }
  expect(stepsOf(planned)).to.be.a('string')
  expect(sqlOf(planned) + kyselyOf(planned)).to.be.a('string')
  const made = await migrate(models, driver, all)()
  if (E.isLeft(made)) throw new Error(refused(made.left, 'migrate'))
  const again = await done(
    planMigration(models, driver, { names: all.names ?? api.sameNames, keep: all.keep }),
  )
  expect(again.steps.map(describeStep).join('; '), 'what a second migration would do').to.equal('')
  return made.right
}

/** What must hold of tables with such names and texts. */
export const heldSchema = async (driver: Driver, given: GivenSchema, steps: Steps): Promise<void> => {
  const [table, column, , , , , renamed] = given.names
  const names = namesOf(driver, table, column)
  const { sendable } = dialectOf(driver.dialect)
  await emptied(driver)
  for (const text of foreign(driver, names, given)) await done(driver.query(text, [], { prepare: false }))

  const found = await done(introspect(driver))
  const [parent, child] = ['parent', 'child'].map((model) =>
    found.find(({ name: own }) => own === names.table(model)),
  )
  expect(parent?.columns.map(({ name: own }) => own)).to.deep.equal(
    ['id', 'name'].map((own) => names.column('', own)),
  )
  expect(parent?.indexes.map(({ name: own }) => own)).to.deep.equal([fit(driver, given.names[2], 'i')])
  expect(child?.foreignKeys.map(({ target }) => target)).to.deep.equal([names.table('parent')])
  if (driver.dialect !== 'sqlite') {
    expect(parent?.unique.map(({ name: own }) => own)).to.deep.equal([fit(driver, given.names[3], 'u')])
    expect(child?.foreignKeys.map(({ name: own }) => own)).to.deep.equal([fit(driver, given.names[4], 'f')])
    expect(parent?.checks.map(({ name: own }) => own)).to.deep.equal([fit(driver, given.names[5], 'c')])
  }
  // MySQL renames no column that a check uses.
  if (driver.dialect === 'mysql') {
    const table = ident('`', names.table('parent'))
    const check = ident('`', fit(driver, given.names[5], 'c'))
    await done(driver.query(textOf(sql`alter table ${table} drop check ${check}`), [], { prepare: false }))
  }
  const { models: ownModels, names: ownNames, source } = schemaFrom(found)
  expect(source).to.include('schema')
  expect(sqlClient(ownModels, driver, { names: ownNames }).name).to.equal(driver.dialect)

  await migrated(driver, before, { names }, steps)
  const later = filled(given)
  if (!sendable('text', given.text + given.json)) {
    // No row can have such a value, so there is none for the rows that are there.
    const made = await migrate(later, driver, { names, allowLoss: true, keep: () => true })()
    expect(E.isLeft(made) && made.left._tag, 'what fills a column').to.equal('SqlError')
    expect(JSON.stringify(made))
      .not.to.include(mark)
      .and.not.to.match(/syntax|1064|42601/u)
    return
  }
  await migrated(driver, later, { names }, steps)
  const client = sqlClient(later, driver, { names })
  expect(await done(pipe(later.parent, toArray(client)))).to.deep.equal([{ id: 1, name: given.text }])
  expect(await done(pipe(later.child, toArray(client)))).to.deep.equal([
    {
      id: 1,
      body: given.text,
      data: { [given.json]: [given.json] },
      size: 1e308,
      price: '-0.5',
      when: '9999-12-31T23:59:59.999Z',
    },
  ])

  const others = namesOf(driver, renamed, table)
  const from = (model: string) => names.table(model)
  await migrated(
    driver,
    related(given),
    {
      names: others,
      renamed: {
        tables: Object.fromEntries(['parent', 'child'].map((model) => [from(model), others.table(model)])),
        columns: Object.fromEntries(
          ['parent', 'child'].flatMap((model) =>
            ['id', 'name'].map((own) => [
              `${others.table(model)}.${names.column('', own)}`,
              others.column('', own),
            ]),
          ),
        ),
      },
    },
    steps,
  )
  const [whole] = [related(given)]
  const rows = pipe(
    whole.parent,
    orderBy((r) => [r.id.asc()]),
  )
  const then = sqlClient(whole, driver, { names: others })
  await done(pipe(whole.parent, createBulk(then, [{ id: 2, name: `${given.text}2` }])))
  expect(await done(pipe(rows, toArray(then)))).to.deep.equal([
    { id: 1, name: given.text },
    { id: 2, name: `${given.text}2` },
  ])
  await migrated(driver, last, { names: others }, steps)
  const left = await done(driver.query('select name from bystander', [], { prepare: false }))
  expect(left.rows.map((row) => row.map(String))).to.deep.equal([['never touched']])

  await emptied(driver)
  await done(createSchema(whole, driver, others))
  await done(dropSchema(whole, driver, others))
  expect(await done(introspect(driver))).to.deep.equal([])
}
