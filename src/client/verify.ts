/**
 * Checks, before a write is retried, whether its rows are still as they were read.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { clientFailed, type FieldError, type QueryError } from '../value/QueryError.js'
import { hash } from '../value/Order.js'
import type { Json, Row } from '../value/Value.js'
import { holdsSame, staleErrors } from '../schema/stale.js'
import type { Model } from '../schema/Schema.js'
import { kindOfKey, rowsWithKeys } from '../query/rowsWithKeys.js'
import type { Change } from '../query/Write.js'
import type { Client } from './Client.js'
import { pages } from './pages/pages.js'
import { walkOf } from './pages/walkOf.js'
import { answerOf, isExact } from './Support.js'

/**
 * What is known about a change whose first try may have been done:
 *
 * - `open`: its row is as it was read, or the change can be repeated safely.
 * - `unknown`: its row holds the new values. This try or another writer may have written them.
 * - `stale`: another writer has changed the row.
 *
 * @since 0.2.0
 */
export type Standing =
  | { readonly _tag: 'open' }
  | { readonly _tag: 'unknown' }
  | { readonly _tag: 'stale'; readonly errors: ReadonlyArray<FieldError> }

/**
 * What is known about a change, given its current row (`undefined` if the row is gone). `item` is the position of the
 * change. A change without `expect` is always open.
 *
 * @since 0.2.0
 */
export const standingOf = (
  model: Model,
  { set, expect, repeatable = false }: Change,
  row: Row | undefined,
  item: number,
): Standing => {
  const errors = expect === undefined ? [] : staleErrors(model, row, expect, item)
  if (errors.length === 0) return { _tag: 'open' }
  return row !== undefined && Object.keys(set).every((name) => holdsSame(model, name, row, set))
    ? { _tag: repeatable ? 'open' : 'unknown' }
    : { _tag: 'stale', errors }
}

/**
 * The rows of a model that have these keys, by the `hash` of the key. A client that can't find rows by key is a `Left`.
 *
 * @since 0.2.0
 */
export const rowsByKey = async (
  client: Client,
  model: Model,
  keys: ReadonlyArray<Json>,
): Promise<E.Either<QueryError, ReadonlyMap<unknown, Row>>> => {
  const key = hash(kindOfKey(model))
  const size = membersAtOnce(client, model, keys)
  const found = new Map<unknown, Row>()
  /* eslint-disable functional/no-loop-statements -- one request after the other */
  for (let at = 0; at < keys.length; at += size) {
    const query = rowsWithKeys(model, keys.slice(at, at + size))
    if (!isExact(client, query)) return E.left(cannotFind(client))
    const walk = walkOf(client, query, null)
    if (E.isLeft(walk)) return walk
    for await (const page of pages(client, walk.right)) {
      if (E.isLeft(page)) return page
      page.right.forEach((row) => found.set(key(row[model.primaryKey] ?? null), row))
    }
  }
  /* eslint-enable functional/no-loop-statements */
  return E.right(found)
}

const cannotFind = ({ name }: Client): QueryError =>
  clientFailed(name, 'list', null, { message: 'it cannot find rows by key' })

const membersAtOnce = (client: Client, model: Model, keys: ReadonlyArray<Json>): number => {
  const several = rowsWithKeys(model, keys.slice(0, 2))
  if (!isExact(client, several)) return 1
  const { maxPerRequest = 1000, maxMembers = 1000 } = answerOf(client, several)
  return Math.max(1, Math.min(client.maxPerRequest ?? 1000, maxPerRequest, maxMembers))
}
