import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Json } from '../value/Value.js'
import type { Queryset } from '../queryset/Queryset.js'
import type { WritableClient } from '../client/Client.js'
import { deleteAll, updateAll } from '../client/write.js'
import { collect } from './collect.js'
import { settled, together } from './writing.js'

/**
 * Deletes all rows of a queryset, whatever steps made it, and what has to go with them (see `onDelete`), whether or
 * not the backend knows of relations. Gives how many rows of each model were deleted. Rows that are pointed to by
 * protected ones are a `Protected`; then nothing is deleted.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, belongsTo, deleteRows, filter, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ artist: { id: autoId }, album: { id: autoId, artist: belongsTo('artist') } })
 * const client = memory(models, { artist: [{ id: 1 }, { id: 2 }], album: [{ id: 7, artist: 1 }] })
 * console.log(await pipe(models.artist, filter((a) => a.id.eq(1)), deleteRows(client))()) // => { _tag: 'Right', right: { album: 1, artist: 1 } }
 *
 * @since 0.1.0
 */
export const deleteRows =
  (client: WritableClient) =>
  <R, A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<QueryError, { readonly [model: string]: number }> =>
    together(client, async (inside) => {
      const found = await collect(inside)(queryset)()
      if (E.isLeft(found)) return found
      const { models } = queryset.schema
      /* eslint-disable functional/no-loop-statements -- in this order, and no further once something failed */
      for (const { model: name, column, to, keys } of found.right.changed) {
        const model = models.get(name)
        if (model === undefined) continue
        const outcome = await updateAll(
          inside,
          name,
          keys.map((key) => ({ key, set: { [column]: to } })),
        )
        const result = settled(inside, model, outcome, (key: Json) => key)
        if (E.isLeft(result)) return result
      }
      for (const [name, keys] of found.right.deleted) {
        const model = models.get(name)
        if (model === undefined) continue
        const result = settled(inside, model, await deleteAll(inside, name, keys), (key: Json) => key)
        if (E.isLeft(result)) return result
      }
      /* eslint-enable functional/no-loop-statements */
      return E.right(Object.fromEntries([...found.right.deleted].map(([name, keys]) => [name, keys.length])))
    })
