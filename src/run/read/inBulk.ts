import { taskEither as TE } from 'fp-ts'
import { invalidStep, type ReadError } from '../../value/QueryError.js'
import type { Model, Schema } from '../../schema/Schema.js'
import type { KeyOf, WithKey } from '../../expression/Refs.js'
import type { Client } from '../../client/Client.js'
import type { Queryset } from '../../queryset/Queryset.js'
import { byKeys } from './byKeys.js'
import { toArray } from './toArray.js'
import { total } from '../../value/total.js'

const typedInBulk =
  <K>(client: Client, keys: ReadonlyArray<K>) =>
  <R, A, M extends WithKey<K>>(
    queryset: Queryset<R, A, M>,
  ): TE.TaskEither<ReadError, ReadonlyMap<KeyOf<M>, A>> => {
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
              (rows as ReadonlyArray<A & { readonly [pk: string]: unknown }>).map((row): [KeyOf<M>, A] => [
                keyIn(queryset.schema, queryset.schema.models.get(queryset.model), row) as KeyOf<M>,
                row,
              ]),
            ),
        )(toArray(client)(keyed.queryset))
  }

/**
 * The rows with these primary keys, by key. Keys that don't exist are left out. If a codec turns keys into objects, the
 * map is keyed by these objects, and no other object finds them.
 *
 * @example
 * import { autoId, inBulk, pipe, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = memory(models, { genre: [{ id: 1 }, { id: 2 }] })
 * const found = await pipe(models.genre, inBulk(client, [2, 3]))()
 * console.log(found._tag === 'Right' && [...found.right.keys()]) // => [ 2 ]
 *
 * @since 0.1.0
 */
export const inBulk = total('inBulk', 2, 'program', typedInBulk)

/** The key of a row. If a related row was selected in the place of the key, it is the key of that row. */
const keyIn = (
  schema: Schema,
  model: Model | undefined,
  row: { readonly [name: string]: unknown },
): unknown => {
  const key = row[model?.primaryKey ?? '']
  const target = model?.columns.get(model.primaryKey)?.target ?? null
  return target !== null && typeof key === 'object' && key !== null
    ? keyIn(schema, schema.models.get(target), key as { readonly [name: string]: unknown })
    : key
}
