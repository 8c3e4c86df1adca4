import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Queryset } from '../queryset/Queryset.js'
import { carryOut } from '../client/carryOut.js'
import type { WritableClient } from '../client/Client.js'
import type { BulkOptions } from '../client/write.js'
import { together } from '../client/together.js'
import type { Write } from '../query/Write.js'
import { collect } from './collect.js'

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
  (client: WritableClient, options: BulkOptions = {}) =>
  <R, A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<QueryError, { readonly [model: string]: number }> =>
    together(client, async (inside) => {
      const found = await collect(inside)(queryset)()
      if (E.isLeft(found)) return found
      const { changed, deleted } = found.right
      const writes: ReadonlyArray<Write> = [
        ...changed.map(({ model, column, to, keys }): Write => ({
          _tag: 'update',
          model,
          changes: keys.map((key) => ({ key, set: { [column]: to } })),
        })),
        ...[...deleted].map(([model, keys]): Write => ({ _tag: 'delete', model, keys })),
      ]
      return E.map(() => Object.fromEntries([...deleted].map(([name, keys]) => [name, keys.length])))(
        await carryOut(inside, writes, options),
      )
    })
