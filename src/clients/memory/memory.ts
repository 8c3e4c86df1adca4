import { either as E, taskEither as TE } from 'fp-ts'
import { undecodable, type QueryError } from '../../value/QueryError.js'
import type { Row } from '../../value/Value.js'
import { allOf } from '../../query/Query.js'
import { decodeRow, shapeOf, type Misfit, type Shape } from '../../query/shape.js'
import { schemaOf, type AnyModels } from '../../queryset/schema.js'
import { store, type Store } from '../../reference/Store.js'
import type { Schema } from '../../schema/Schema.js'
import { inMemory, storeClient, type Keeper, type StoreClient } from '../reference/storeClient.js'

/**
 * Rows by model; a foreign key is the key of the row pointed to. Models that are left out have none.
 *
 * @since 0.1.0
 */
export interface MemoryData {
  readonly [model: string]: ReadonlyArray<object>
}

/**
 * A client over rows in memory, which it answers every query about exactly as the reference does. The rows are
 * checked against the models first; the first wrong one is what every query is answered with.
 *
 * @example
 * import { autoId, field, schema, toArray } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const client = memory(models, { genre: [{ id: 1, name: 'Rock' }] })
 * console.log(await toArray(client)(models.genre)()) // => { _tag: 'Right', right: [ { id: 1, name: 'Rock' } ] }
 *
 * @since 0.1.0
 */
export const memory = (models: AnyModels, data: MemoryData): StoreClient => {
  const schema = schemaOf(models)
  const keeper = E.foldW(broken, inMemory)(load('memory', schema, data))
  return storeClient('memory', schema, keeper)
}

const broken = (error: QueryError): Keeper => ({ read: TE.left(error), change: () => TE.left(error) })

/**
 * A store of rows that have yet to be checked.
 *
 * @since 0.1.0
 */
export const load = (client: string, schema: Schema, data: MemoryData): E.Either<QueryError, Store> => {
  const [broken] = schema.errors
  if (broken !== undefined) return E.left(broken)
  const decoded = [...schema.models.keys()].map((model) =>
    E.flatMap(shapeOf(schema, allOf({ _tag: 'model', model })), (shape: Shape) =>
      E.map((rows: ReadonlyArray<Row>): readonly [string, ReadonlyArray<Row>] => [model, rows])(
        E.traverseArrayWithIndex((row: number, each: object) =>
          E.mapLeft((misfit: Misfit): QueryError => undecodable({ client, model, row, ...misfit }))(
            decodeRow(shape, each),
          ),
        )(data[model] ?? []),
      ),
    ),
  )
  return E.flatMap(E.sequenceArray(decoded), (lists: ReadonlyArray<readonly [string, ReadonlyArray<Row>]>) =>
    store(schema, Object.fromEntries(lists), client),
  )
}
