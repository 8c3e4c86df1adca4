import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import { asClient } from '../../client/asClient.js'
import { optionsOf } from '../../value/optionsOf.js'
import type { Client } from '../../client/Client.js'
import type { AnyQueryset, Queryset } from '../../queryset/Queryset.js'
import { planOf } from '../../plan/planQuery.js'
import { answers } from '../run.js'

/**
 * The rows of a queryset one after the other, fetched `size` at a time (1,000 unless said otherwise, and never more
 * than the client gives at once), in bounded memory. An error comes as a `Left`, after which there is nothing more.
 * Nothing is asked before the first row is, and nothing more once the loop is left.
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
  <R, A, M>(queryset: Queryset<R, A, M>): AsyncIterable<E.Either<QueryError, A>> => ({
    // The rows have been decoded by the shape that the queryset's type describes.
    [Symbol.asyncIterator]: () =>
      rows(asClient(client), queryset, sizeOf(options)) as AsyncGenerator<E.Either<QueryError, A>>,
  })

/** How many rows to hold at a time. */
const sizeOf = (options: { readonly size?: number }): number => {
  const { size = 1000 } = optionsOf(options)
  return typeof size === 'number' && size >= 1 ? Math.floor(size) : 1
}

async function* rows(
  client: Client,
  queryset: AnyQueryset,
  size: number,
): AsyncGenerator<E.Either<QueryError, unknown>, void, undefined> {
  const planned = planOf(client, queryset, size)
  if (E.isLeft(planned)) {
    yield planned
    return
  }
  /* eslint-disable functional/no-loop-statements -- one turn a row, in bounded memory */
  for await (const page of answers(client, planned.right)) {
    if (E.isLeft(page)) yield page
    else for (const row of page.right) yield E.right(row)
  }
  /* eslint-enable functional/no-loop-statements */
}
