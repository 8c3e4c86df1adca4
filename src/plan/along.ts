/**
 * Related rows that a client gives along with rows that still need work here.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Client } from '../client/Client.js'
import { isExact } from '../client/Support.js'
import { check } from '../query/check.js'
import { baseOf } from '../query/parts.js'
import type { Query } from '../query/Query.js'
import type { Restored } from './ground.js'
import type { Carried } from './Plan.js'

/**
 * A query with related rows that come along.
 *
 * - `pushed` is the query, with the related rows.
 * - `carried` are the relations whose rows come along.
 * - `restored` are the keys that a related row replaces. They are requested under another name.
 *
 * @since 0.2.0
 */
export interface Along {
  readonly pushed: Query
  readonly carried: ReadonlyArray<string>
  readonly restored: ReadonlyArray<Restored>
}

/**
 * The same query, without related rows.
 *
 * @since 0.2.0
 */
export const nothingAlong = (pushed: Query): Along => ({ pushed, carried: [], restored: [] })

/**
 * The relations that come along and are found again by a key, or `null` if there are none.
 *
 * @since 0.2.0
 */
export const carriedBy = ({ carried }: Along, key: string, added: boolean): Carried | null =>
  carried.length === 0 ? null : { relations: carried, key, added }

/**
 * The query with as many of a pass's related rows as the client gives along with it. `takes` says whether the client
 * answers the rest as before.
 *
 * @since 0.2.0
 */
export const along = (
  client: Client,
  pushed: Query,
  { related }: Query,
  takes: (query: Query) => boolean,
): Along => {
  const columns = client.schema.models.get(baseOf(pushed))?.columns
  return related.reduce<Along>(
    (so, each, i) => {
      const as = `_key${String(i)}_`
      const replaced = columns?.has(each.relation) === true
      const key = {
        name: as,
        expression: { _tag: 'column', path: [each.relation], level: 0 } as const,
      }
      const more: Query = {
        ...so.pushed,
        related: [...so.pushed.related, each],
        annotations: replaced ? [...so.pushed.annotations, key] : so.pushed.annotations,
      }
      // A query that refers to columns computed here can't be answered elsewhere.
      const isTaken = isExact(client, each.query) && takes(more) && E.isRight(check(client.schema, more))
      return isTaken
        ? {
            pushed: more,
            carried: [...so.carried, each.relation],
            restored: replaced ? [...so.restored, { name: each.relation, as }] : so.restored,
          }
        : so
    },
    { pushed, carried: [], restored: [] },
  )
}

/**
 * A pass without the related rows that come along, and with the key that finds them again. `added` says that the pass
 * didn't have the key before.
 *
 * @since 0.2.0
 */
export const withoutThose = (
  pass: Query,
  carried: ReadonlyArray<string>,
  key: string,
): { readonly pass: Query; readonly added: boolean } => {
  const { fields } = pass
  const related = pass.related.filter(({ relation }) => !carried.includes(relation))
  return carried.length === 0 || fields === null || fields.includes(key)
    ? { pass: { ...pass, related }, added: false }
    : { pass: { ...pass, related, fields: [...fields, key] }, added: true }
}
