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
 * ```text
 * const driver = pgliteDriver(new PGlite())
 * await createSchema(models, driver)()
 * ```
 *
 * @since 0.2.0
 */
export const createSchema = (
  models: AnyModels,
  driver: Driver,
  names?: TableNames,
): TE.TaskEither<SqlError, void> =>
  runStatements(driver, createStatements(driver.dialect, schemaOf(models), names))
