import { either as E, taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Client } from '../client/Client.js'
import type { Queryset } from '../queryset/Queryset.js'
import { unsliced } from './unsliced.js'
import { count } from './count.js'
import { toArray } from './toArray.js'

/**
 * The rows of a queryset, and how many there are without its last slice: a page and the total, as a table shows
 * them.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, list, schema, slice } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = memory(models, { genre: [{ id: 1 }, { id: 2 }, { id: 3 }] })
 * const page = await pipe(models.genre, slice(0, 1), list(client))()
 * console.log(page._tag === 'Right' && page.right) // => { rows: [ { id: 1 } ], total: 3 }
 *
 * @since 0.1.0
 */
export const list =
  (client: Client) =>
  <R, A, M>(
    queryset: Queryset<R, A, M>,
  ): TE.TaskEither<QueryError, { readonly rows: ReadonlyArray<A>; readonly total: number }> =>
    TE.flatMap(toArray(client)(queryset), (rows: ReadonlyArray<A>) =>
      TE.map((total: number) => ({ rows, total }))(
        unsliced(queryset) === queryset
          ? TE.fromEither(E.right(rows.length))
          : count(client)(unsliced(queryset)),
      ),
    )
