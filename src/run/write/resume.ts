import { either as E, taskEither as TE } from 'fp-ts'
import type { FieldError, Incomplete, ItemFate, QueryError, WriteError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Row } from '../../value/Value.js'
import { isStale, staleConflict } from '../../schema/stale.js'
import { keyColumn } from '../../query/Mutation.js'
import type { Change, Write } from '../../query/Write.js'
import { allRows } from '../../queryset/Queryset.js'
import { attempt, carryOut, costsTooMuch } from '../../client/carryOut.js'
import type { WritableClient } from '../../client/Client.js'
import { fatesOf, narrowed, unfinished } from '../../client/Outcome.js'
import { together } from '../../client/together.js'
import { standingOf, type Standing } from '../../client/verify.js'
import type { BulkOptions } from '../../client/write.js'
import { columnNamed, keyedWith } from './writing.js'
import { total } from '../../value/total.js'

const typedResume =
  (client: WritableClient, options: BulkOptions = {}) =>
  (incomplete: Incomplete): TE.TaskEither<WriteError, ReadonlyArray<ItemFate>> => {
    const { positions, writes } = incomplete.rest()
    const [first, ...later] = writes
    return first === undefined
      ? TE.left(incomplete)
      : together(client, (inside) => resumed(inside, incomplete, positions, first, later, options))
  }

/**
 * Continues a write that was done in part. It writes the items that are safe to write again, and then the writes that
 * were to follow.
 *
 * Failed items are tried again. So are updates and deletes of unknown fate. Creates of unknown fate are not, since
 * their rows may exist already.
 *
 * Gives what became of each item. If an item isn't done, the result is an `Incomplete` again, which can also be
 * resumed. A row that others have changed since it was read isn't written: its item has a `Conflict`. If that holds for
 * all remaining items, the result is that `Conflict`, since trying again doesn't help.
 *
 * @example
 * import { either as E, taskEither as TE } from 'fp-ts'
 * import { autoId, clientFailed, createBulk, field, pipe, resume, schema, type WritableClient } from 'queryset-ts'
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
export const resume = total('resume', 2, 'program', typedResume)

const resumed = async (
  client: WritableClient,
  incomplete: Incomplete,
  positions: ReadonlyArray<number>,
  first: Write,
  later: ReadonlyArray<Write>,
  options: BulkOptions,
): Promise<E.Either<QueryError, ReadonlyArray<ItemFate>>> => {
  const exceeded = costsTooMuch(client, [first, ...later], options)
  if (exceeded !== null) return E.left(exceeded)
  const standings = await standingsOf(client, first)
  if (E.isLeft(standings)) return standings
  const before = positions.map((position) => incomplete.items[position])
  const open = positions.flatMap((_, i) => (standings.right[i]?._tag === 'open' ? [i] : []))
  const outcome = fatesOf(await attempt(client, narrowed(first, open), options), ({ key }) => key)
  const written = new Map(open.map((i, at) => [i, outcome[at]]))
  const now = new Map(
    positions.map((position, i): readonly [number, ItemFate | undefined] => {
      const standing = standings.right[i]
      return [
        position,
        standing?._tag === 'stale'
          ? staleFate(client, first.model, standing.errors, position)
          : (written.get(i) ?? before[i]),
      ]
    }),
  )
  const items = incomplete.items.map((item, i) => now.get(i) ?? item)
  const problem = unfinished(incomplete.model, items, first, later, positions)
  if (problem !== null) return E.left(conflictAmong(client, items) ?? problem)
  return E.map(() => items)(await carryOut(client, later, options))
}

/** What is known about each item of a write, by the current state of its row. An item without `expect` is open. */
const standingsOf = async (
  client: WritableClient,
  write: Write,
): Promise<E.Either<QueryError, ReadonlyArray<Standing>>> => {
  const changes: ReadonlyArray<Change> = write._tag === 'update' ? write.changes : []
  const guarded = changes.filter(({ expect }) => expect !== undefined)
  const model = client.schema.models.get(write.model)
  if (model === undefined || guarded.length === 0)
    return E.right(positionsOf(write).map(() => ({ _tag: 'open' })))
  const key = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  const keys = guarded.map((change) => change.key)
  const columns = [...model.columns.keys()].map(columnNamed)
  const found = await keyedWith(
    client,
    allRows(client.schema, model.name),
    model,
    model.primaryKey,
    keys,
    columns,
  )()
  return E.map((rows: ReadonlyArray<Row>) => {
    const now = new Map(rows.map((row) => [key(row[keyColumn] ?? null), row]))
    return changes.map((change, i) => standingOf(model, change, now.get(key(change.key)), i))
  })(found)
}

const positionsOf = (write: Write): ReadonlyArray<unknown> =>
  write._tag === 'create' ? write.rows : write._tag === 'update' ? write.changes : write.keys

const staleFate = (
  client: WritableClient,
  name: string,
  errors: ReadonlyArray<FieldError>,
  item: number,
): ItemFate => {
  const model = client.schema.models.get(name)
  const own = errors.map((error) => ({ ...error, item }))
  return {
    _tag: 'failed',
    key: null,
    error: model === undefined ? null : staleConflict(model, own),
  }
}

/**
 * The conflict if others have changed the rows of all items that aren't done, or `null`. Trying again then doesn't
 * help.
 */
const conflictAmong = (client: WritableClient, items: ReadonlyArray<ItemFate>): QueryError | null => {
  const open = items.flatMap(({ error }, item) => (error === null ? [] : [{ error, item }]))
  const errors = open.flatMap(({ error, item }) =>
    error._tag === 'Conflict' && isStale(error) ? error.errors.map((each) => ({ ...each, item })) : [],
  )
  const [first] = open
  const model = first?.error._tag === 'Conflict' ? client.schema.models.get(first.error.model) : undefined
  return model === undefined || !open.every(({ error }) => isStale(error))
    ? null
    : staleConflict(model, errors)
}
