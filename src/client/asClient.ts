import { taskEither as TE } from 'fp-ts'
import { invalidSchema, unsupported, type QueryError } from '../value/QueryError.js'
import type { Client } from './Client.js'

/**
 * Returns the given client. For any other value, returns a client whose every answer is an error that says so.
 *
 * @since 0.2.0
 */
export const asClient = <C extends Client>(given: C): C =>
  // A value that isn't a client has nothing that would be missed.
  isClient(given) ? given : (noClient as C)

const isClient = (u: unknown): boolean => {
  try {
    return (
      typeof u === 'object' &&
      u !== null &&
      'name' in u &&
      'list' in u &&
      typeof u.list === 'function' &&
      'schema' in u &&
      typeof u.schema === 'object' &&
      u.schema !== null
    )
  } catch {
    // A property access can throw.
    return false
  }
}

const refused: TE.TaskEither<QueryError, never> = TE.left(
  unsupported('none', 'anything: something else than a client was given'),
)

const noClient: Client = {
  name: 'none',
  schema: {
    models: new Map(),
    lookups: new Map(),
    errors: [
      invalidSchema('client', null, 'is not a client', "Give what 'memory', 'json' or their like made."),
    ],
  },
  list: () => refused,
}
