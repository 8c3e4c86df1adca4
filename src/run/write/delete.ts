import { taskEither as TE } from 'fp-ts'
import type { WriteError } from '../../value/QueryError.js'
import { foldDelete } from '../../query/foldMutation.js'
import type { Mutated } from '../../query/Mutation.js'
import type { Queryset } from '../../queryset/Queryset.js'
import type { WritableClient } from '../../client/Client.js'
import type { BulkOptions } from '../../client/write.js'
import { mutateOne } from './mutate.js'
import { total } from '../../value/total.js'

const typedDeleteRows =
  (client: WritableClient, options: BulkOptions = {}) =>
  <R, A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<WriteError, { readonly [model: string]: number }> =>
    TE.map(({ counts }: Mutated) => counts)(mutateOne(client, () => foldDelete(queryset), options))

/**
 * Deletes all rows of a queryset, whatever steps it has, and the rows that must be deleted with them (see `onDelete`).
 * This works whether or not the backend knows about relations. Gives the number of deleted rows of each model. If a
 * protected row points to one of the rows, the result is a `Protected`, and nothing is deleted.
 *
 * @example
 * import { autoId, belongsTo, deleteRows, filter, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ artist: { id: autoId }, album: { id: autoId, artist: belongsTo('artist') } })
 * const client = memory(models, { artist: [{ id: 1 }, { id: 2 }], album: [{ id: 7, artist: 1 }] })
 * console.log(await pipe(models.artist, filter((a) => a.id.eq(1)), deleteRows(client))()) // => { _tag: 'Right', right: { album: 1, artist: 1 } }
 *
 * @since 0.1.0
 */
export const deleteRows = total('deleteRows', 2, 'program', typedDeleteRows)
