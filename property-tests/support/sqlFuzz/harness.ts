/** Does what is drawn on a database and in memory, and says how the two differ. */
import { inspect, isDeepStrictEqual } from 'node:util'
import { expect } from 'chai'
import { either as E, type taskEither as TE } from 'fp-ts'
import { orderBy, pipe, schemaOf, toArray, valuesList, type Client, type Json } from 'queryset-ts'
import { reference } from 'queryset-ts/laws'
import { memory } from 'queryset-ts/memory'
import { createSchema, sqlClient, type Driver, type SqlClient, type TableNames } from 'queryset-ts/sql'
import { dialectOf } from '../../../src/clients/sql/dialects.js'
import { ident, join, param, render, sql, valuesAt, type Statement } from '../../../src/clients/sql/Sql.js'
import { emptied } from '../sqlCases.js'
import { done } from '../sqlDatabases.js'
import type { Given } from './given.js'
import { models } from './nodes.js'
import type { Use } from './uses.js'
import { mark } from './values.js'

const notes = [1, 2, 3].map((id) => ({
  id,
  name: `bystander ${String(id)}`,
  body: id === 2 ? null : `b'\\"\`${String(id)}`,
  n: id,
  size: id === 2 ? null : id / 2,
  price: id === 2 ? null : `${String(id)}.5`,
  yes: id === 2 ? null : id === 1,
  day: id === 2 ? null : `2024-02-0${String(id)}`,
  at: id === 2 ? null : `0${String(id)}:00:00.000`,
  when: id === 2 ? null : `2024-02-0${String(id)}T03:04:05.678Z`,
  took: id === 2 ? null : `${String(id)} 00:00:01`,
  code: id === 2 ? null : `0000000${String(id)}-0000-0000-0000-000000000000`,
  data: id === 2 ? null : { a: [id] },
  author: id === 3 ? null : 1,
}))

const first = {
  author: [
    { id: 1, name: 'Ann' },
    { id: 2, name: "O'Neil\\" },
  ],
  tag: [{ name: 'plain' }, { name: '`;--' }],
  note: notes,
  note_tags: [
    { id: 1, note: 1, tag: 'plain' },
    { id: 2, note: 2, tag: '`;--' },
  ],
  witness: [{ id: 1, name: 'never written' }],
}

/** All rows but the keys of the join rows, which a database counts up by itself. */
const everything = async (client: Client): Promise<unknown> => {
  const [authors, tags, all, joins, witnesses] = await Promise.all([
    done(
      pipe(
        models.author,
        orderBy((r) => [r.id.asc()]),
        toArray(client),
      ),
    ),
    done(
      pipe(
        models.tag,
        orderBy((r) => [r.name.asc()]),
        toArray(client),
      ),
    ),
    done(
      pipe(
        models.note,
        orderBy((r) => [r.id.asc()]),
        toArray(client),
      ),
    ),
    done(
      pipe(
        models.note_tags,
        valuesList((r) => [r.note, r.tag]),
        toArray(client),
      ),
    ),
    done(pipe(models.witness, toArray(client))),
  ])
  return { authors, tags, all, joins: joins.map((each) => JSON.stringify(each)).sort(), witnesses }
}

/** A driver that sends no statement with a mark in its text. */
const watched = (driver: Driver): Driver => {
  const { stream } = driver
  const looked = (text: string): void => {
    expect(text, 'a value in the text of a statement').not.to.include(mark)
  }
  return {
    ...driver,
    query: (text, params, options) => {
      looked(text)
      return driver.query(text, params, options)
    },
    ...(stream === undefined
      ? {}
      : {
          stream: (text, params, options) => {
            looked(text)
            return stream(text, params, options)
          },
        }),
    transaction: (options, program) => driver.transaction(options, (tx) => program(watched(tx))),
  }
}

export interface World {
  readonly client: SqlClient
  readonly rows: () => Promise<unknown>
  readonly begun: unknown
  /** The number of rows of each table, and what no model knows of. */
  readonly glance: () => Promise<unknown>
  readonly glanced: unknown
  readonly reset: () => Promise<void>
}

/** Names with an affix. */
export const namesWith = (affix: string): TableNames => ({
  table: (model) => model + affix,
  column: (_, column) => column + affix,
})

/** Tables of these names, with the first rows, and one that no model knows of. */
export const opened = async (driver: Driver, names: TableNames): Promise<World> => {
  const { quote } = dialectOf(driver.dialect)
  await emptied(driver)
  await done(createSchema(models, driver, names))
  const run = (text: string) => done(driver.query(text, [], { prepare: false }))
  await run('create table bystander (name varchar(30))')
  await run("insert into bystander values ('never touched')")
  const client = sqlClient(models, watched(driver), { names })
  const tables = ['note_tags', 'note', 'tag', 'author', 'witness']
  const named = (table: string) => ident(quote, names.table(table))
  const counts = tables.map((each) => render('question', sql`(select count(*) from ${named(each)})`).text)
  const looking = `select ${counts.join(', ')}, (select min(name) from bystander), (select count(*) from bystander)`
  const resetting = [
    ...tables.map((each) => render('question', sql`delete from ${named(each)}`)),
    ...Object.entries(first).map(([model, rows]) => inserting(driver, names, model, rows)),
  ]
  const reset = async (): Promise<void> => {
    await done(
      driver.transaction({}, (tx) => async () => {
        for (const { text, params } of resetting) await done(tx.query(text, valuesAt(params, '')))
        return E.right(null)
      }),
    )
  }
  const glance = async () => (await run(looking)).rows.map((row) => row.map(String))
  await reset()
  const rows = () => everything(client)
  return { client, rows, begun: await rows(), glance, glanced: await glance(), reset }
}

/** The statement that makes the first rows of a model. Keys that a database counts up are its own. */
const inserting = (
  driver: Driver,
  names: TableNames,
  model: string,
  rows: ReadonlyArray<{ readonly [column: string]: Json }>,
): Statement => {
  const { quote, placeholder, encode } = dialectOf(driver.dialect)
  const columns = [...(schemaOf(models).models.get(model)?.columns.values() ?? [])].filter(
    ({ auto }) => !auto,
  )
  const called = columns.map(({ name }) => ident(quote, names.column(model, name)))
  const values = rows.map(
    (row) => sql`(${join(columns.map(({ name, kind }) => param(encode(kind, row[name] ?? null))))})`,
  )
  return render(
    placeholder,
    sql`insert into ${ident(quote, names.table(model))} (${join(called)}) values ${join(values)}`,
  )
}

const inMemory = () => memory(models, first, { evaluator: reference }) as unknown as SqlClient

const begun = everything(inMemory())

type Outcome = E.Either<unknown, unknown> | { readonly _tag: 'thrown'; readonly cause: unknown }

const outcome = async (make: () => TE.TaskEither<unknown, unknown>): Promise<Outcome> => {
  try {
    return await make()()
  } catch (cause) {
    return { _tag: 'thrown', cause }
  }
}

const tagOf = (u: unknown): unknown => (typeof u === 'object' && u !== null ? Reflect.get(u, '_tag') : u)

/** An error as text, with all that is in it: of other errors too, and of what can't be listed. */
const wholly = (error: unknown): string =>
  inspect(error, { depth: Infinity, maxStringLength: Infinity, maxArrayLength: Infinity, showHidden: true })

/** An error that is about the text of a statement, or about a name in it. */
const wrongStatement =
  /'(?:42\w{3}|1064|1146|1054|1305|HY000|SQLITE_ERROR)'|syntax error|kind: '(?:failed|missing)'/u

/** What must hold of each error. */
export const refused = (error: unknown, where: string): string => {
  const told = wholly(error)
  expect(told, `a value in an error of ${where}`).not.to.include(mark)
  expect(told, `a wrong statement by ${where}`).not.to.match(wrongStatement)
  return told
}

/** A list as one in any order. */
const loose = (answer: unknown, anyOrder: boolean): unknown => {
  const rows = typeof answer === 'object' && answer !== null && 'rows' in answer ? answer.rows : answer
  return anyOrder && Array.isArray(rows) ? rows.map((each) => JSON.stringify(each)).sort() : rows
}

/** What must hold of a draw. */
export const held = async (world: World, use: Use, given: Given, label: string): Promise<string> => {
  const beside = inMemory()
  const [there, here] = [
    await outcome(() => use.program(given, world.client)),
    await outcome(() => use.program(given, beside)),
  ]
  const where = label
  if (there._tag === 'thrown') throw new Error(`thrown by ${where}`, { cause: there.cause })
  if (here._tag === 'thrown') throw new Error(`thrown in memory by ${where}`, { cause: here.cause })
  if (there._tag === 'Left') {
    const told = refused(there.left, where)
    // What a database can't hold is refused there alone.
    const alone = [use.writes ? 'Invalid' : null, use.isBare ? 'Unsupported' : null]
    if (here._tag === 'Right' || tagOf(there.left) !== tagOf(here.left))
      expect(tagOf(there.left), `${where}: ${told}`).to.be.oneOf(alone)
  } else {
    expect(here._tag, `${where}: ${here._tag === 'Left' ? wholly(here.left) : ''}`).to.equal('Right')
    if (here._tag === 'Right')
      expect(loose(there.right, use.anyOrder), where).to.deep.equal(loose(here.right, use.anyOrder))
  }
  if (use.writes) {
    const after = there._tag === 'Left' ? await begun : await everything(beside)
    try {
      expect(await world.rows(), `rows after ${where}`).to.deep.equal(after)
    } catch (cause) {
      await world.reset()
      throw cause
    }
    if (!isDeepStrictEqual(after, await begun)) await world.reset()
  } else expect(await world.glance(), `rows after ${where}`).to.deep.equal(world.glanced)
  return there._tag === 'Left' ? 'refused' : 'answered'
}
