import { either as E } from 'fp-ts'
import type { ReadError } from '../../value/QueryError.js'
import { asClient } from '../../client/asClient.js'
import { optionsOf } from '../../value/optionsOf.js'
import type { Client } from '../../client/Client.js'
import type { AnyQueryset, Queryset } from '../../queryset/Queryset.js'
import { planStream, sizeFor } from '../../plan/planStream.js'
import { answers } from '../run.js'
import { readError } from './reading.js'

/**
 * The rows of a queryset one after the other, in bounded memory. `size` rows are fetched at a time. The default is
 * 1,000, and the client's own limit also applies. An error is a `Left`, which is the last item. Nothing is requested
 * before the first row is, and nothing more after the loop ends.
 *
 * A client with `stream`, such as that of a SQL database, is asked once, and its rows are read as they come. Other clients
 * are asked page by page. `explain(client, { size })` says which. End the loop, by `break` or otherwise: until then, the
 * client may hold a connection.
 *
 * @example
 * import { autoId, schema, stream } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = memory(models, { genre: [{ id: 1 }, { id: 2 }] })
 * for await (const row of stream(client, { size: 1 })(models.genre)) console.log(row)
 * // => { _tag: 'Right', right: { id: 1 } }
 * //    { _tag: 'Right', right: { id: 2 } }
 *
 * @since 0.1.0
 */
export const stream =
  (client: Client, options: { readonly size?: number } = {}) =>
  <R, A, M>(queryset: Queryset<R, A, M>): AsyncIterable<E.Either<ReadError, A>> => ({
    // The rows have been decoded by the shape that the queryset's type describes.
    [Symbol.asyncIterator]: () =>
      rows(asClient(client), queryset, sizeOf(options)) as AsyncGenerator<E.Either<ReadError, A>>,
  })

const sizeOf = (options: { readonly size?: number }): number => {
  const { size = 1000 } = optionsOf(options)
  return sizeFor(size)
}

async function* rows(
  client: Client,
  queryset: AnyQueryset,
  size: number,
): AsyncGenerator<E.Either<ReadError, unknown>, void, undefined> {
  const planned = planStream(client, queryset, size)
  const ofRead = E.mapLeft(readError(client, 'list'))
  if (E.isLeft(planned)) {
    yield ofRead(planned)
    return
  }
  /* eslint-disable functional/no-loop-statements -- one turn a row, in bounded memory */
  for await (const page of answers(client, planned.right)) {
    if (E.isLeft(page)) yield ofRead(page)
    else for (const row of page.right) yield E.right(row)
  }
  /* eslint-enable functional/no-loop-statements */
}
