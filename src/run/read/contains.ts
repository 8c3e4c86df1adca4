import { taskEither as TE } from 'fp-ts'
import { invalidStep, type ReadError } from '../../value/QueryError.js'
import type { WithKey } from '../../expression/Refs.js'
import type { Client } from '../../client/Client.js'
import type { Queryset } from '../../queryset/Queryset.js'
import { byKeys } from './byKeys.js'
import { exists } from './exists.js'
import { total } from '../../value/total.js'

const typedContains =
  <const K>(client: Client, key: K) =>
  <R, A, M extends WithKey<K>>(queryset: Queryset<R, A, M>): TE.TaskEither<ReadError, boolean> => {
    const keyed = byKeys(queryset, [key])
    return keyed === null
      ? TE.left(
          invalidStep(
            'filter',
            0,
            'contains: the rows have no primary key',
            "Ask for the rows of a model, before 'values' or 'groupBy'.",
          ),
        )
      : exists(client)(keyed.queryset)
  }

/**
 * Whether the row with this primary key is in a queryset.
 *
 * @example
 * import { autoId, contains, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = memory(models, { genre: [{ id: 1 }] })
 * console.log(await pipe(models.genre, contains(client, 2))()) // => { _tag: 'Right', right: false }
 *
 * @since 0.1.0
 */
export const contains = total('contains', 2, 'program', typedContains)
