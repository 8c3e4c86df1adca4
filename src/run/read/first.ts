import { option as O, readonlyArray as A_, taskEither as TE } from 'fp-ts'
import type { ReadError } from '../../value/QueryError.js'
import type { Client } from '../../client/Client.js'
import type { Queryset } from '../../queryset/Queryset.js'
import { slice } from '../../queryset/slice.js'
import { toArray } from './toArray.js'
import { total } from '../../value/total.js'

const typedFirst =
  (client: Client) =>
  <R, A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<ReadError, O.Option<A>> =>
    TE.map((rows: ReadonlyArray<A>) => A_.head(rows))(toArray(client)(slice(0, 1)(queryset)))

/**
 * The first row, if there is one. Rows without an order are sorted by primary key.
 *
 * @example
 * import { autoId, first, none, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = memory(models, { genre: [{ id: 2 }, { id: 1 }] })
 * console.log(await pipe(models.genre, first(client))()) // => { _tag: 'Right', right: { _tag: 'Some', value: { id: 1 } } }
 * console.log(await pipe(models.genre, none, first(client))()) // => { _tag: 'Right', right: { _tag: 'None' } }
 *
 * @since 0.1.0
 */
export const first = total('first', 2, 'program', typedFirst)
