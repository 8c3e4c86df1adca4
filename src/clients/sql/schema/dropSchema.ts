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
 * ```text
 * await dropSchema(models, driver)()
 * ```
 *
 * @since 0.2.0
 */
export const dropSchema = (
  models: AnyModels,
  driver: Driver,
  names?: TableNames,
): TE.TaskEither<SqlError, void> =>
  runStatements(driver, dropStatements(driver.dialect, schemaOf(models), names), 'unchecked')
