/**
 * Carries out mutations for clients that don't do them at once: the rows are found and then written by key.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Row } from '../../value/Value.js'
import type { Model } from '../../schema/Schema.js'
import { staleAmong } from '../../schema/staleAmong.js'
import { validateChange } from '../../schema/validate.js'
import { checkMutation } from '../../query/checkMutation.js'
import { keyColumn, rowsToWrite, type Mutated, type Mutation, type Update } from '../../query/Mutation.js'
import { rowsWithKeys } from '../../query/rowsWithKeys.js'
import type { Change } from '../../query/Write.js'
import type { WritableClient } from '../../client/Client.js'
import type { BulkOptions } from '../../client/write.js'
import { changeFound, type FindChanges } from './changeFound.js'
import { deleteFound } from './deleteFound.js'
import { insertByKey } from './insertByKey.js'
import { apart, columnsAsRead, storedRows } from './writing.js'

/**
 * Carries out a mutation on a client. `together` must have been called for it already.
 *
 * @since 0.2.0
 */
export const mutateByKey = async (
  client: WritableClient,
  mutation: Mutation,
  options: BulkOptions,
): Promise<E.Either<QueryError, Mutated>> => {
  const checked = checkMutation(client.schema, mutation)
  if (E.isLeft(checked)) return checked
  const model = checked.right
  switch (mutation._tag) {
    case 'insert':
      return E.map((rows: ReadonlyArray<Row>): Mutated => ({ rows, counts: { [model.name]: rows.length } }))(
        await insertByKey(client, model, mutation, options),
      )
    case 'update':
      return E.map((count: number): Mutated => ({ rows: [], counts: { [model.name]: count } }))(
        await changeFound(client, model, finding(client, model, mutation), options),
      )
    case 'delete':
      return E.map((counts: Mutated['counts']): Mutated => ({ rows: [], counts }))(
        await deleteFound(client, model, mutation, options),
      )
  }
}

/** Finds the rows of an update and their new values. A row that occurs twice is changed once. */
const finding =
  (client: WritableClient, model: Model, { query, set, expect }: Update): FindChanges =>
  async (keys) => {
    const guarded = client.transaction === undefined || expect !== null
    const asked = keys === null ? query : rowsWithKeys(model, keys, { _tag: 'query', query })
    const rows = await storedRows(
      client,
      rowsToWrite(asked, model.primaryKey, [...set, ...(guarded ? columnsAsRead(model) : [])]),
    )
    if (E.isLeft(rows)) return rows
    const own = hash(model.columns.get(model.primaryKey)?.kind ?? 'int')
    const once = [...new Map(rows.right.map((row) => [own(row[keyColumn] ?? null), row])).values()].map(
      ({ [keyColumn]: key = null, ...row }) => ({ key, ...apart(row) }),
    )
    const stale = staleAmong(
      model,
      once.map(({ before }) => before),
      keys === null ? expect : null,
    )
    if (stale !== null) return E.left(stale)
    const repeatable = set.every(({ expression }) => expression._tag === 'const')
    return E.map((sets: ReadonlyArray<Row>) =>
      once.map(({ key, before }, i): Change => ({
        key,
        set: sets[i] ?? {},
        ...(guarded ? { expect: before, repeatable } : {}),
      })),
    )(
      validateChange(
        model,
        once.map(({ rest }) => rest),
        // The value of an expression is a stored value.
        true,
      ),
    )
  }
