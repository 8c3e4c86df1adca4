import type { option as O, taskEither as TE } from 'fp-ts'
import type { ReadError } from '../../value/QueryError.js'
import type { Client } from '../../client/Client.js'
import type { Queryset } from '../../queryset/Queryset.js'
import { reverse } from '../../queryset/reverse.js'
import { first } from './first.js'
import { total } from '../../value/total.js'

const typedLast =
  (client: Client) =>
  <R, A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<ReadError, O.Option<A>> =>
    first(client)(reverse(queryset))

/**
 * The last row, if there is one. Rows without an order are sorted by primary key.
 *
 * @example
 * import { autoId, last, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = memory(models, { genre: [{ id: 2 }, { id: 1 }] })
 * console.log(await pipe(models.genre, last(client))()) // => { _tag: 'Right', right: { _tag: 'Some', value: { id: 2 } } }
 *
 * @since 0.1.0
 */
export const last = total('last', 2, 'program', typedLast)
