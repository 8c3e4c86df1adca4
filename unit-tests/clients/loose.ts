/** A client in memory that checks no foreign keys, as a backend without constraints does. */
import { either as E, taskEither as TE } from 'fp-ts'
import { schemaOf, type AnyModels } from '../../src/queryset/schema.js'
import { load } from '../../src/clients/memory/memory.js'
import {
  inMemory,
  storeClient,
  type Keeper,
  type StoreClient,
} from '../../src/clients/reference/storeClient.js'
import type { QueryError } from '../../src/value/QueryError.js'

export const loose = (
  models: AnyModels,
  data: { readonly [model: string]: ReadonlyArray<object> },
): StoreClient => {
  const refusing = (error: QueryError): Keeper => ({ read: TE.left(error), change: () => TE.left(error) })
  const schema = schemaOf(models)
  return storeClient('loose', schema, E.foldW(refusing, inMemory)(load('loose', schema, data)))
}
