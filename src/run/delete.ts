import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import { hash } from '../value/Order.js'
import { isStale } from '../schema/stale.js'
import { foldDelete } from '../query/foldMutation.js'
import type { Write } from '../query/Write.js'
import type { AnyQueryset, Queryset } from '../queryset/Queryset.js'
import { attempt, carryOut, costsTooMuch } from '../client/carryOut.js'
import type { WritableClient } from '../client/Client.js'
import { fatesOf, unfinished } from '../client/Outcome.js'
import { together } from '../client/together.js'
import type { BulkOptions } from '../client/write.js'
import { collectRows, type CollectedRows } from './collect.js'
import { sentWhole } from './writing.js'

/**
 * Deletes all rows of a queryset, whatever steps made it, and what has to go with them (see `onDelete`), whether or
 * not the backend knows of relations. Gives how many rows of each model were deleted. Rows that are pointed to by
 * protected ones are a `Protected`; then nothing is deleted.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, belongsTo, deleteRows, filter, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ artist: { id: autoId }, album: { id: autoId, artist: belongsTo('artist') } })
 * const client = memory(models, { artist: [{ id: 1 }, { id: 2 }], album: [{ id: 7, artist: 1 }] })
 * console.log(await pipe(models.artist, filter((a) => a.id.eq(1)), deleteRows(client))()) // => { _tag: 'Right', right: { album: 1, artist: 1 } }
 *
 * @since 0.1.0
 */
export const deleteRows =
  (client: WritableClient, options: BulkOptions = {}) =>
  <R, A, M>(queryset: Queryset<R, A, M>): TE.TaskEither<QueryError, { readonly [model: string]: number }> =>
  async () => {
    const whole = await sentWhole(client, options, foldDelete(queryset))
    if (E.isLeft(whole)) return whole
    if (whole.right !== null) return E.right(whole.right.counts)
    return together(client, (inside) => deleteFound(inside, queryset, options))()
  }

/** A row that others keep changing is tried so many times. */
const mostTries = 10

/** Finds the rows and deletes them by key. */
const deleteFound = async (
  client: WritableClient,
  queryset: AnyQueryset,
  options: BulkOptions,
): Promise<E.Either<QueryError, Counts>> => {
  const counts: { [model: string]: number } = {}
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a try */
  for (let tries = 1; ; tries += 1) {
    const found = await collectRows(client, queryset)
    if (E.isLeft(found)) return found
    const writes = writesFor(found.right)
    if (found.right.rows === null)
      return E.map(() => countsOf(found.right))(await carryOut(client, writes, options))
    const exceeded = costsTooMuch(client, writes, options)
    if (exceeded !== null) return E.left(exceeded)
    const open = await deleteChecked(client, writes, options, counts)
    if (open === null) return E.right(counts)
    // Rows that others have changed meanwhile are found again.
    if (!open.stale || tries >= mostTries) return E.left(open.problem)
  }
}

type Counts = { readonly [model: string]: number }

const countsOf = ({ deleted }: CollectedRows): Counts =>
  Object.fromEntries([...deleted].map(([name, keys]) => [name, keys.length]))

const writesFor = ({ changed, deleted, model, rows }: CollectedRows): ReadonlyArray<Write> => {
  const key = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  return [
    ...changed.map(({ model: name, column, to, keys }): Write => ({
      _tag: 'update',
      model: name,
      changes: keys.map((each) => ({ key: each, set: { [column]: to } })),
    })),
    ...[...deleted].map(([name, keys]): Write => ({
      _tag: 'delete',
      model: name,
      keys,
      ...(rows === null || name !== model.name
        ? {}
        : { expect: keys.map((each) => rows.get(key(each)) ?? {}) }),
    })),
  ]
}

/** Carries out the writes one after the other; gives what stops them, and counts what was deleted. */
const deleteChecked = async (
  client: WritableClient,
  writes: ReadonlyArray<Write>,
  options: BulkOptions,
  counts: { [model: string]: number },
): Promise<{ readonly stale: boolean; readonly problem: QueryError } | null> => {
  /* eslint-disable-next-line functional/no-loop-statements -- in order, and no further once something failed */
  for (const [i, write] of writes.entries()) {
    const fates = fatesOf(await attempt(client, write, options), ({ key }) => key)
    const errors = fates.flatMap(({ error }) => error ?? [])
    if (write._tag === 'delete')
      counts[write.model] = (counts[write.model] ?? 0) + fates.length - errors.length
    const problem = unfinished(write.model, fates, write, writes.slice(i + 1))
    if (problem !== null)
      return {
        stale: errors.every(isStale),
        problem: fates.length === 1 && i === 0 ? (errors[0] ?? problem) : problem,
      }
  }
  return null
}
