import { taskEither as TE } from 'fp-ts'
import { invalidStep, type QueryError } from '../value/QueryError.js'
import type { KeyOf, WithKey } from '../expression/Ref.js'
import type { Client } from '../client/Client.js'
import type { Queryset } from '../queryset/Queryset.js'
import { byKeys } from './byKeys.js'
import { toArray } from './toArray.js'

/**
 * The rows with these primary keys, by key; keys that aren't there are left out.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, inBulk, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = memory(models, { genre: [{ id: 1 }, { id: 2 }] })
 * const found = await pipe(models.genre, inBulk(client, [2, 3]))()
 * console.log(found._tag === 'Right' && [...found.right.keys()]) // => [ 2 ]
 *
 * @since 0.1.0
 */
export const inBulk =
  <K>(client: Client, keys: ReadonlyArray<K>) =>
  <R, A, M extends WithKey<K>>(
    queryset: Queryset<R, A, M>,
  ): TE.TaskEither<QueryError, ReadonlyMap<KeyOf<M>, A>> => {
    const keyed = byKeys(queryset, keys)
    return keyed === null
      ? TE.left(
          invalidStep(
            'filter',
            0,
            'inBulk: the rows have no primary key',
            "Ask for the rows of a model, before 'values' or 'groupBy'.",
          ),
        )
      : TE.map(
          (rows: ReadonlyArray<unknown>) =>
            // The rows are the queryset's own, and each has its key.
            new Map(
              (rows as ReadonlyArray<A & { readonly [pk: string]: KeyOf<M> }>).map((row): [KeyOf<M>, A] => [
                row[keyed.pk] as KeyOf<M>,
                row,
              ]),
            ),
        )(toArray(client)(keyed.queryset))
  }
