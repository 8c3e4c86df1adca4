import type { taskEither as TE } from 'fp-ts'
import type { ReadError } from '../../value/QueryError.js'
import type { Client } from '../../client/Client.js'
import type { Queryset } from '../../queryset/Queryset.js'
import { countOf } from './countRows.js'
import { reading } from './reading.js'
import { total } from '../../value/total.js'

const typedCount =
  (client: Client) =>
  <R, A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<ReadError, number> =>
    reading(client, 'count')(countOf(client, queryset))

/**
 * The number of rows of a queryset.
 *
 * @example
 * import { autoId, count, filter, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = memory(models, { genre: [{ id: 1 }, { id: 2 }, { id: 3 }] })
 * console.log(await pipe(models.genre, filter((g) => g.id.gt(1)), count(client))()) // => { _tag: 'Right', right: 2 }
 *
 * @since 0.1.0
 */
export const count = total('count', 2, 'program', typedCount)
