/**
 * Related rows that a client gives along with rows of which something is left to do here.
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
 * - `pushed` is what is asked, with the related rows.
 * - `carried` are the relations whose rows come along.
 * - `restored` are the keys in whose place a related row comes: they are asked for by another name.
 *
 * @since 0.2.0
 */
export interface Along {
  readonly pushed: Query
  readonly carried: ReadonlyArray<string>
  readonly restored: ReadonlyArray<Restored>
}

/**
 * The same query, with nothing along.
 *
 * @since 0.2.0
 */
export const nothingAlong = (pushed: Query): Along => ({ pushed, carried: [], restored: [] })

/**
 * What comes along, to be found again by a key.
 *
 * @since 0.2.0
 */
export const carriedBy = ({ carried }: Along, key: string, added: boolean): Carried | null =>
  carried.length === 0 ? null : { relations: carried, key, added }

/**
 * What is asked, with as many of the related rows of a pass as the client gives along with it. `takes` says whether it
 * answers all the rest as before.
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
      // A query that speaks of what is computed here isn't understood elsewhere.
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
 * A pass without the related rows that come along, and with the key by which these are found again; `added` says whether it
 * didn't have that.
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
