import { either as E, type taskEither as TE } from 'fp-ts'
import type { Incomplete, ItemFate, QueryError } from '../value/QueryError.js'
import { attempt, carryOut, costsTooMuch } from '../client/carryOut.js'
import type { WritableClient } from '../client/Client.js'
import { fatesOf, unfinished } from '../client/Outcome.js'
import type { BulkOptions } from '../client/write.js'

/**
 * Goes on with a write that was done in part: writes what is safe to write again, and then what was to follow. Items
 * that failed are tried again, updates and deletes of unknown fate too; rows of which it isn't known whether they
 * were made aren't made again, since they may be there already.
 *
 * Gives what has become of each item; while one of them isn't done, that is an `Incomplete` again, which can be
 * resumed too.
 *
 * @example
 * import { either as E, taskEither as TE } from 'fp-ts'
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, clientFailed, createBulk, field, resume, schema, type WritableClient } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const { transaction, createBulk: _, ...rest } = memory(models, {})
 * const full = { disk: true }
 * // A backend that makes one row at a time, and whose disk is full when it comes to the second.
 * const client: WritableClient = {
 *   ...rest,
 *   create: (model, row) =>
 *     full.disk && row['name'] === 'Jazz' ? TE.left(clientFailed('shop', 'create', 'disk full')) : rest.create(model, row),
 * }
 * const made = await pipe(models.genre, createBulk(client, [{ name: 'Rock' }, { name: 'Jazz' }]))()
 * if (E.isLeft(made) && made.left._tag === 'Incomplete') {
 *   console.log(made.left.items.map(({ _tag }) => _tag)) // => [ 'done', 'failed' ]
 *   full.disk = false
 *   console.log(await resume(client)(made.left)()) // => { _tag: 'Right', right: [ { _tag: 'done', key: 1, error: null }, { _tag: 'done', key: 2, error: null } ] }
 * }
 *
 * @since 0.1.0
 */
export const resume =
  (client: WritableClient, options: BulkOptions = {}) =>
  (incomplete: Incomplete): TE.TaskEither<QueryError, ReadonlyArray<ItemFate>> =>
  async () => {
    const { positions, writes } = incomplete.rest()
    const [first, ...later] = writes
    if (first === undefined) return E.left(incomplete)
    const exceeded = costsTooMuch(client, writes, options)
    if (exceeded !== null) return E.left(exceeded)
    const outcome = fatesOf(await attempt(client, first, options), ({ key }) => key)
    const now = new Map(positions.map((position, i) => [position, outcome[i]]))
    const items = incomplete.items.map((item, i) => now.get(i) ?? item)
    const problem = unfinished(incomplete.model, items, first, later, positions)
    if (problem !== null) return E.left(problem)
    return E.map(() => items)(await carryOut(client, later, options))
  }
