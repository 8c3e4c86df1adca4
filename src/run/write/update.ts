import { taskEither as TE } from 'fp-ts'
import type { WriteError } from '../../value/QueryError.js'
import type { QuerysetLike } from '../../expression/Ref.js'
import type { ChangedRow, Changes, Late } from '../../expression/Written.js'
import { updateOf } from '../../query/foldMutation.js'
import type { Mutated } from '../../query/Mutation.js'
import type { AnyQueryset, Queryset } from '../../queryset/Queryset.js'
import type { WritableClient } from '../../client/Client.js'
import type { BulkOptions } from '../../client/write.js'
import { mutateOne } from './mutate.js'
import { total } from '../../value/total.js'

const typedUpdate =
  <R, M, const P>(
    client: WritableClient,
    changes: (row: R) => Changes<NoInfer<M>, P>,
    options: BulkOptions = {},
  ) =>
  <A, T>(
    queryset: Queryset<R, A, T> & QuerysetLike<unknown, M> & Late<M, P, ChangedRow<T>>,
  ): TE.TaskEither<WriteError, number> =>
    updateRows(client, queryset, changes, options)

/**
 * Changes all rows of a queryset, whatever steps it has. For a sliced, distinct or combined queryset, only its own rows
 * are changed. A new value is given directly, or as an expression of the row at the time of the write
 * (`t.milliseconds.plus(1000)`). The set of rows is fixed before the first write. Gives the number of rows.
 *
 * If the client does such a write at once, it receives all of it in one call. Otherwise the rows are found and then
 * written by key, with the strongest guard that the client has (see `Guard`).
 *
 * @example
 * import { autoId, field, orderBy, pipe, schema, slice, toArray, update } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ track: { id: autoId, ms: field.int() } })
 * const client = memory(models, { track: [{ id: 1, ms: 10 }, { id: 2, ms: 20 }] })
 * const longest = pipe(models.track, orderBy((t) => [t.ms.desc()]), slice(0, 1))
 * console.log(await pipe(longest, update(client, (t) => ({ ms: t.ms.plus(5) })))()) // => { _tag: 'Right', right: 1 }
 * console.log(await pipe(models.track, toArray(client))()) // => { _tag: 'Right', right: [ { id: 1, ms: 10 }, { id: 2, ms: 25 } ] }
 *
 * @since 0.1.0
 */
export const update = total('update', 2, 'program', typedUpdate)

/**
 * Like `update`, for values whose types aren't known.
 *
 * @since 0.1.0
 */
export const updateRows = (
  client: WritableClient,
  queryset: AnyQueryset,
  changes: (row: never) => unknown,
  options: BulkOptions = {},
): TE.TaskEither<WriteError, number> =>
  TE.map(({ counts }: Mutated) => Object.values(counts)[0] ?? 0)(
    mutateOne(client, () => updateOf(queryset, changes), options),
  )
