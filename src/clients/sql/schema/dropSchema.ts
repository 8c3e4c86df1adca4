import type { taskEither as TE } from 'fp-ts'
import { schemaOf, type AnyModels } from '../../../queryset/schema.js'
import type { Driver } from '../Driver.js'
import type { SqlError } from '../SqlError.js'
import { dropStatements } from './ddl.js'
import { runStatements } from './runStatements.js'
import type { TableNames } from './tablesOf.js'

/**
 * Drops the tables of some models with all their rows, if they exist.
 *
 * @example
 * import { autoId, field, schema } from 'queryset-ts'
 * import { driverOf, onlyOne, sqlError, dropSchema } from 'queryset-ts/sql'
 * const models = schema({ genre: { id: autoId, name: field.text({ maxLength: 40 }) } })
 * // A database that has no tables, and forgets what it is told.
 * const driver = driverOf(
 *   onlyOne(
 *     { dialect: 'sqlite', errorOf: () => sqlError('failed', 'it failed'), close: () => Promise.resolve() },
 *     { query: () => Promise.resolve({ rows: [], affected: 0 }) },
 *   ),
 * )
 * console.log(await dropSchema(models, driver)()) // => { _tag: 'Right', right: undefined }
 *
 * @since 0.2.0
 */
export const dropSchema = (
  models: AnyModels,
  driver: Driver,
  names?: TableNames,
): TE.TaskEither<SqlError, void> =>
  runStatements(driver, dropStatements(driver.dialect, schemaOf(models), names), 'unchecked')
