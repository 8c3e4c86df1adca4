import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Row } from '../../value/Value.js'
import type { Model } from '../../schema/Schema.js'
import { isStaleOnly } from '../../schema/stale.js'
import { staleAmong } from '../../schema/staleAmong.js'
import type { Named } from '../../expression/Expression.js'
import { rowsToWrite, type Delete } from '../../query/Mutation.js'
import type { Query } from '../../query/Query.js'
import type { Write } from '../../query/Write.js'
import { attempt, carryOut, costsTooMuch } from '../../client/carryOut.js'
import type { WritableClient } from '../../client/Client.js'
import { fatesOf, unfinished } from '../../client/Outcome.js'
import { checksRows } from '../../client/together.js'
import type { BulkOptions } from '../../client/write.js'
import { mostTries } from './changeFound.js'
import { collectFrom, type Collected, type ToDelete } from './collect.js'
import { storedRows } from './writing.js'

/**
 * Finds the rows of a delete and the rows that go with them, and deletes them by key. Gives the number of deleted rows
 * of each model. If a client that checks rows refuses some, because others have changed them, they are read and tried
 * again.
 *
 * @since 0.2.0
 */
export const deleteFound = async (
  client: WritableClient,
  model: Model,
  mutation: Delete,
  options: BulkOptions,
): Promise<E.Either<QueryError, Counts>> => {
  const counts: { [model: string]: number } = {}
  const checks = client.transaction === undefined && checksRows(client)
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a try */
  for (let tries = 1; ; tries += 1) {
    const rows = await found(client, model, mutation, checks)
    if (E.isLeft(rows)) return rows
    const own = [...rows.right.values()]
    const stale = tries > 1 ? null : staleAmong(model, own, mutation.expect)
    if (stale !== null) return E.left(stale)
    const keys = own.map((row) => row[model.primaryKey] ?? null)
    const collected = await collectFrom(client, model, keys)
    if (E.isLeft(collected)) return collected
    const writes = writesFor(
      inSteps(client, collected.right),
      model,
      checks ? withoutLoosened(rows.right, collected.right, model) : null,
    )
    if (!checks) return E.map(() => countsOf(collected.right))(await carryOut(client, writes, options))
    const exceeded = costsTooMuch(client, writes, options)
    if (exceeded !== null) return E.left(exceeded)
    const open = await deleteChecked(client, writes, options, counts)
    if (open === null) return E.right(counts)
    if (!open.stale || tries >= mostTries) return E.left(open.problem)
  }
}

/** The rows of a delete, by key. They have all columns if something depends on their values. */
const found = async (
  client: WritableClient,
  model: Model,
  { query, expect }: Delete,
  checks: boolean,
): Promise<E.Either<QueryError, ReadonlyMap<unknown, Row>>> => {
  const names = checks || expect !== null ? [...model.columns.keys()] : [model.primaryKey]
  const columns = names.map((name): Named<Query> => ({
    name,
    expression: { _tag: 'column', path: [name], level: 0 },
  }))
  const key = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  return E.map(
    (rows: ReadonlyArray<Row>) => new Map(rows.map((row) => [key(row[model.primaryKey] ?? null), row])),
  )(await storedRows(client, { ...rowsToWrite(query, model.primaryKey), columns }))
}

type Counts = { readonly [model: string]: number }

const countsOf = ({ deleted }: Collected): Counts =>
  Object.fromEntries([...deleted].map(([name, keys]) => [name, keys.length]))

/**
 * A client with transactions checks foreign keys at the end of the transaction. Any other client checks them after each
 * call.
 */
const inSteps = (client: WritableClient, { changed, deleted, loosened }: ToDelete): Collected => ({
  deleted,
  changed: client.transaction === undefined ? [...changed, ...loosened] : changed,
})

/** Rows as they are after some of their foreign keys have been set to null. */
const withoutLoosened = (
  rows: ReadonlyMap<unknown, Row>,
  { loosened }: ToDelete,
  model: Model,
): ReadonlyMap<unknown, Row> => {
  const key = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
  const changed = new Map(rows)
  loosened
    .filter((each) => each.model === model.name)
    .forEach(({ column, keys }) => {
      keys.forEach((each) => {
        const row = changed.get(key(each))
        if (row !== undefined) changed.set(key(each), { ...row, [column]: null })
      })
    })
  return changed
}

const writesFor = (
  { changed, deleted }: Collected,
  model: Model,
  rows: ReadonlyMap<unknown, Row> | null,
): ReadonlyArray<Write> => {
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

/** Carries out the writes in order. Gives the error that stops them, and counts the deleted rows. */
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
        stale: errors.every(isStaleOnly),
        problem: fates.length === 1 && i === 0 ? (errors[0] ?? problem) : problem,
      }
  }
  return null
}
