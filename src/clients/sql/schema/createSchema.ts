import type { taskEither as TE } from 'fp-ts'
import { schemaOf, type AnyModels } from '../../../queryset/schema.js'
import type { Driver } from '../Driver.js'
import type { SqlError } from '../SqlError.js'
import { createStatements } from './ddl.js'
import { runStatements } from './runStatements.js'
import type { TableNames } from './tablesOf.js'

/**
 * Creates the tables of some models, with their indexes and foreign keys, in a database that doesn't have them.
 *
 * @example
 * import { autoId, field, schema } from 'queryset-ts'
 * import { driverOf, onlyOne, sqlError, createSchema } from 'queryset-ts/sql'
 * const models = schema({ genre: { id: autoId, name: field.text({ maxLength: 40 }) } })
 * // A database that has no tables, and forgets what it is told.
 * const driver = driverOf(
 *   onlyOne(
 *     { dialect: 'sqlite', errorOf: () => sqlError('failed', 'it failed'), close: () => Promise.resolve() },
 *     { query: () => Promise.resolve({ rows: [], affected: 0 }) },
 *   ),
 * )
 * console.log(await createSchema(models, driver)()) // => { _tag: 'Right', right: undefined }
 *
 * @since 0.2.0
 */
export const createSchema = (
  models: AnyModels,
  driver: Driver,
  names?: TableNames,
): TE.TaskEither<SqlError, void> =>
  runStatements(driver, createStatements(driver.dialect, schemaOf(models), names))
