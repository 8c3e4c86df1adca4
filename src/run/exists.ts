import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Row } from '../value/Value.js'
import type { Client } from '../client/Client.js'
import { existsIn } from '../expression/predicates.js'
import type { Predicate } from '../expression/Ref.js'
import { isQueryset } from '../expression/toRef.js'
import { fold } from '../query/fold.js'
import type { Query } from '../query/Query.js'
import type { AnyQueryset, Queryset } from '../queryset/Queryset.js'
import { slice } from '../queryset/slice.js'
import { fetchRows } from './fetchRows.js'
import { planQuery } from './plan.js'

/**
 * Of a client: whether a queryset has a row. Of a queryset, as a predicate: whether it has one, seen from each row;
 * its callbacks may speak of the row around it.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, belongsTo, exists, filter, schema, toArray } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ artist: { id: autoId }, album: { id: autoId, artist: belongsTo('artist') } })
 * const client = memory(models, { artist: [{ id: 1 }, { id: 2 }], album: [{ id: 1, artist: 2 }] })
 * console.log(await pipe(models.album, exists(client))()) // => { _tag: 'Right', right: true }
 * const recorded = pipe(models.artist, filter((a) => exists(pipe(models.album, filter((al) => al.artist.eq(a.id))))))
 * console.log(await pipe(recorded, toArray(client))()) // => { _tag: 'Right', right: [ { id: 2 } ] }
 *
 * @since 0.1.0
 */
export function exists<R, A, M>(query: Queryset<R, A, M>): Predicate
export function exists(
  client: Client,
): <R, A, M>(queryset: Queryset<R, A, M>) => TE.TaskEither<QueryError, boolean>
export function exists(given: Client | AnyQueryset): unknown {
  return isQueryset(given) ? existsIn(given) : (queryset: AnyQueryset) => hasRow(given, queryset)
}

const hasRow =
  (client: Client, queryset: AnyQueryset): TE.TaskEither<QueryError, boolean> =>
  async () => {
    const planned = E.flatMap(fold(slice(0, 1)(queryset)), (query: Query) =>
      planQuery(client, { ...query, related: [], fields: null }),
    )
    if (E.isLeft(planned)) return planned
    // One row is all that is asked for, so there is one page.
    /* eslint-disable-next-line functional/no-loop-statements -- as above */
    for await (const page of fetchRows(client, planned.right))
      return E.map((rows: ReadonlyArray<Row>) => rows.length > 0)(page)
    return E.right(false)
  }
