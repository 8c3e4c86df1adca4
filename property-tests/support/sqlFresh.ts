/**
 * Clients over a SQL database where tests want some over rows in memory: the environment variable `QUERYSET_CLIENT` names
 * the database (`pglite`, `sqlite`, `postgres`, `mariadb` or `mysql`). Without it they are in memory.
 */
import { either as E, taskEither as TE } from 'fp-ts'
import type { QueryError, WritableClient } from '../../src/index.js'
import { memory } from '../../src/memory.js'
import type { BulkWrites, Client, SingleWrites } from '../../src/client/Client.js'
import { allOf } from '../../src/query/Query.js'
import { schemaOf, type AnyModels } from '../../src/queryset/schema.js'
import type { Row } from '../../src/value/Value.js'
import type { Driver } from '../../src/clients/sql/Driver.js'
import { createSchema } from '../../src/clients/sql/schema/createSchema.js'
import type { TableNames } from '../../src/clients/sql/schema/tablesOf.js'
import { sqlClient } from '../../src/clients/sql/sqlClient.js'
import { databaseNames, openDatabase } from './databases.js'

/** What memory's clients are, as far as tests use them. */
export type FreshClient = Client &
  SingleWrites &
  BulkWrites &
  Required<Pick<WritableClient, 'transaction'>> &
  Pick<WritableClient, 'checks' | 'write'>

const state: { driver: Promise<Driver> | null; count: number } = { driver: null, count: 0 }

const asked = databaseNames.find((name) => name === process.env['QUERYSET_CLIENT'])

/** Whether tests run over a SQL database. */
export const overSql: boolean = asked !== undefined

/** Whether the database has one connection, which a transaction takes. */
export const onOneConnection: boolean = asked === 'pglite' || asked === 'sqlite'

/** A client over some rows, which nobody else has. */
export const freshClient = (
  models: AnyModels,
  data: { readonly [model: string]: ReadonlyArray<object> },
): FreshClient => {
  if (asked === undefined) return memory(models, data)
  state.count += 1
  const prefix = `f${String(state.count)}_`
  const names: TableNames = { table: (model) => `${prefix}${model}`, column: (_, column) => column }
  const opened = (state.driver ??= openDatabase(asked, 'fresh').then((driver) =>
    typeof driver === 'string' ? Promise.reject(new Error(driver)) : driver,
  ))
  const checked = memory(models, data)
  const ready = opened.then(async (driver): Promise<E.Either<QueryError, FreshClient>> => {
    // What is wrong with the rows is told as memory tells it.
    const sound = await checked.list(
      allOf({ _tag: 'model', model: [...schemaOf(models).models.keys()][0] ?? '' }),
    )()
    if (E.isLeft(sound)) return sound
    const made = await createSchema(models, driver, names)()
    if (E.isLeft(made)) throw new Error(JSON.stringify(made.left))
    const client = sqlClient(models, driver, { names }) as FreshClient
    const loaded = await client.transaction((inside) => async () => {
      for (const [model, rows] of Object.entries(data)) {
        const done = await (inside as FreshClient).createBulk(model, rows as ReadonlyArray<Row>)()
        if (E.isLeft(done)) return done
      }
      return E.right(undefined)
    })()
    return E.map(() => client)(loaded)
  })
  return waiting(models, ready)
}

/** A client whose functions wait until another one is there. */
const waiting = (models: AnyModels, ready: Promise<E.Either<QueryError, FreshClient>>): FreshClient => {
  const then =
    <A>(ask: (client: FreshClient) => TE.TaskEither<QueryError, A>): TE.TaskEither<QueryError, A> =>
    async () => {
      const client = await ready
      return E.isLeft(client) ? client : ask(client.right)()
    }
  const known = sqlClient(models, {
    dialect: asked === 'pglite' ? 'postgres' : asked,
  } as Driver)
  return {
    name: 'memory',
    schema: schemaOf(models),
    support: known.support,
    list: (query, meter) => then((client) => client.list(query, meter)),
    create: (model, row) => then((client) => client.create(model, row)),
    update: (...args) => then((client) => client.update(...args)),
    delete: (...args) => then((client) => client.delete(...args)),
    createBulk: (...args) => then((client) => client.createBulk(...args)),
    updateBulk: (...args) => then((client) => client.updateBulk(...args)),
    deleteBulk: (...args) => then((client) => client.deleteBulk(...args)),
    checks: true,
    transaction: (program, needs) => then((client) => client.transaction(program, needs)),
    write: (mutations, meter) => then((client) => client.write?.(mutations, meter) ?? TE.left(null as never)),
  }
}
