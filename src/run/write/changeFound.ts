import { either as E } from 'fp-ts'
import type { ItemFate, QueryError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Json } from '../../value/Value.js'
import { isStaleOnly } from '../../schema/stale.js'
import type { Model } from '../../schema/Schema.js'
import type { Change } from '../../query/Write.js'
import { attempt, costsTooMuch } from '../../client/carryOut.js'
import type { WritableClient } from '../../client/Client.js'
import { fatesOf, unfinished } from '../../client/Outcome.js'
import type { BulkOptions } from '../../client/write.js'
import { freedForChange } from '../read/unique.js'

/**
 * Finds rows and their new values. It is called with `null` for all rows, and then with the keys of the rows that
 * others changed before they were written.
 *
 * @since 0.2.0
 */
export type FindChanges = (
  keys: ReadonlyArray<Json> | null,
) => Promise<E.Either<QueryError, ReadonlyArray<Change>>>

/**
 * The largest number of tries for a row that others keep changing. With each try, one of the others has made progress.
 *
 * @since 0.2.0
 */
export const mostTries = 100

/**
 * Changes the rows that are found, and gives their number. If a client that checks rows refuses some, because others
 * have changed them, they are found and tried again. Rows that are no longer found are left unchanged.
 *
 * @since 0.2.0
 */
export const changeFound = async (
  client: WritableClient,
  model: Model,
  find: FindChanges,
  options: BulkOptions,
): Promise<E.Either<QueryError, number>> => {
  const own = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  const fates = new Map<unknown, ItemFate>()
  const changes = new Map<unknown, Change>()
  /* eslint-disable-next-line functional/no-let -- those that are tried next */
  let keys: ReadonlyArray<Json> | null = null
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a try */
  for (let tries = 1; ; tries += 1) {
    const found = await find(keys)
    if (E.isLeft(found)) return keys === null ? found : left(model, fates, changes, client)
    const gone = new Set((keys ?? []).map(own))
    found.right.forEach((change) => {
      gone.delete(own(change.key))
      changes.set(own(change.key), change)
    })
    gone.forEach((key) => {
      fates.delete(key)
      changes.delete(key)
    })
    const write = await freedForChange(client, model, found.right, [], options)
    if (E.isLeft(write)) return keys === null ? write : left(model, fates, changes, client)
    const exceeded = costsTooMuch(client, [write.right], options)
    if (exceeded !== null) return E.left(exceeded)
    const outcome = fatesOf(await attempt(client, write.right, options), ({ key }) => key)
    outcome.forEach((fate, i) => fates.set(own(found.right[i]?.key ?? null), fate))
    keys = found.right.flatMap(({ key }) => {
      const error = fates.get(own(key))?.error ?? null
      return error !== null && isStaleOnly(error) ? [key] : []
    })
    if (keys.length === 0 || tries >= mostTries) return left(model, fates, changes, client)
  }
}

/** The changes that remain, or the number of changed rows if none do. */
const left = (
  model: Model,
  fates: ReadonlyMap<unknown, ItemFate>,
  changes: ReadonlyMap<unknown, Change>,
  client: WritableClient,
): E.Either<QueryError, number> => {
  const items = [...changes.keys()].flatMap((key) => fates.get(key) ?? [])
  const write = { _tag: 'update', model: model.name, changes: [...changes.values()] } as const
  const problem = unfinished(model.name, items, write)
  if (problem === null) return E.right(items.length)
  const open = items.find(({ error }) => error !== null)
  const alone = items.length === 1 && open?._tag === 'failed'
  return E.left((client.transaction !== undefined || alone ? open?.error : null) ?? problem)
}
