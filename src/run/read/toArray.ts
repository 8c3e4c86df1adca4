import { either as E, type taskEither as TE } from 'fp-ts'
import type { ReadError } from '../../value/QueryError.js'
import type { Client } from '../../client/Client.js'
import type { Queryset } from '../../queryset/Queryset.js'
import { finishedRows } from '../run.js'
import { readError } from './reading.js'
import { total } from '../../value/total.js'

/**
 * Like `toArray`, for callers that never throw.
 *
 * @since 0.2.0
 */
export const typedToArray =
  (client: Client) =>
  <R, A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<ReadError, ReadonlyArray<A>> =>
  () =>
    finishedRows(client, queryset, (rows) =>
      E.isLeft(rows)
        ? E.left(readError(client, 'list')(rows.left))
        : // The rows have been decoded by the shape that the queryset's type describes.
          (rows as E.Right<ReadonlyArray<A>>),
    )

/**
 * All rows of a queryset, in its order.
 *
 * @example
 * import { autoId, field, filter, pipe, schema, toArray } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const client = memory(models, { genre: [{ id: 1, name: 'Rock' }, { id: 2, name: 'Jazz' }] })
 * const program = pipe(models.genre, filter((g) => g.name.eq('Jazz')), toArray(client))
 * console.log(await program()) // => { _tag: 'Right', right: [ { id: 2, name: 'Jazz' } ] }
 *
 * @since 0.1.0
 */
export const toArray = total('toArray', 2, 'program', typedToArray)
