import { either as E } from 'fp-ts'
import { schemaOf, type AnyModels } from '../../../queryset/schema.js'
import type { Driver } from '../Driver.js'
import { introspect } from '../introspect/introspect.js'
import { schemaFrom } from '../introspect/schemaFrom.js'
import { sameNames, type TableNames } from '../schema/tablesOf.js'
import { journal, migrate, planMigration, type MigrateOptions, type Migration } from './migrate.js'
import { kyselyOf, sqlOf, stepsOf } from './print.js'

/**
 * The arguments of the command `queryset` for a database. `given` are the module's exports.
 *
 * @since 0.2.0
 */
export interface SqlCommand {
  readonly command: 'introspect' | 'diff' | 'migrate'
  readonly given: { readonly [name: string]: unknown }
  readonly prefix: string
  readonly format: 'steps' | 'sql' | 'kysely'
  readonly dryRun: boolean
  readonly allowLoss: boolean
}

/** The error, and whether the command line caused it. */
interface Wrong {
  readonly message: string
  readonly usage: boolean
}

/**
 * Runs `introspect`, `diff` or `migrate`, and closes the driver. Gives the output.
 *
 * @since 0.2.0
 */
export const sqlCommand = async (asked: SqlCommand): Promise<E.Either<Wrong, string>> => {
  const { driver, models, names } = asked.given
  if (!isDriver(driver))
    return E.left({ message: "the module exports no driver: say 'export const driver = …'", usage: true })
  const result = await run(asked, driver, models, isNames(names) ? names : sameNames)
  await driver.close()
  return result
}

const run = async (
  { command, prefix, format, dryRun, allowLoss }: SqlCommand,
  driver: Driver,
  models: unknown,
  names: TableNames,
): Promise<E.Either<Wrong, string>> => {
  if (command === 'introspect') {
    const tables = await introspect(driver)()
    if (E.isLeft(tables)) return E.left({ message: tables.left.message, usage: false })
    const { source, leftOut } = schemaFrom(
      tables.right.filter(({ name }) => name !== journal),
      { prefix },
    )
    return E.right(`${leftOut.map((each) => `// Left out: ${each}.\n`).join('')}${source}`)
  }
  if (!isModels(models))
    return E.left({
      message: "the module exports no models: say 'export const models = schema(…)'",
      usage: true,
    })
  const options: MigrateOptions = { names, allowLoss }
  const planned = command === 'diff' || dryRun
  const told = (migration: Migration): string =>
    format === 'sql'
      ? sqlOf(migration)
      : format === 'kysely'
        ? kyselyOf(migration)
        : `${stepsOf(migration)}\n`
  const done = await (planned ? planMigration(models, driver, options) : migrate(models, driver, options))()
  return E.isLeft(done)
    ? E.left({
        message: 'hint' in done.left ? `${done.left.message}\n${done.left.hint}` : done.left.message,
        usage: false,
      })
    : E.right(told(done.right))
}

/** As far as can be seen from outside. */
const isDriver = (u: unknown): u is Driver =>
  typeof u === 'object' && u !== null && 'dialect' in u && 'query' in u && 'transaction' in u

const isNames = (u: unknown): u is TableNames =>
  typeof u === 'object' && u !== null && 'table' in u && 'column' in u

const isModels = (u: unknown): u is AnyModels => {
  if (typeof u !== 'object' || u === null) return false
  const schema: unknown = schemaOf(u as AnyModels) // what isn't made by `schema` has none
  return typeof schema === 'object' && schema !== null
}
