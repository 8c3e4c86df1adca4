import { taskEither as TE } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Row } from '../../value/Value.js'
import type { Predicate } from '../../expression/Ref.js'
import type { Queryset } from '../../queryset/Queryset.js'
import { asClient } from '../asClient.js'
import { optionsOf } from '../../value/optionsOf.js'
import { schemaOf, type AnyModels } from '../../queryset/schema.js'
import type { Client, WritableClient } from '../Client.js'
import { sharesTurns } from '../turns.js'
import { isWritable } from '../write.js'
import { rulesOf, type Held } from './ScopeRule.js'
import { readsOf } from './scopedReads.js'
import { writesOf } from './scopedWrites.js'

/**
 * For some models, which of their rows there are.
 *
 * @since 0.1.0
 */
export type ScopePredicates<Q> = {
  readonly [M in keyof Q]?: Q[M] extends Queryset<infer R, infer _A, infer _M> ? (row: R) => Predicate : never
}

/**
 * `softDelete` names models whose rows are not deleted but changed, and says what they become: usually what their
 * predicate hides. The rows of many-to-many relations that link such a row stay too, so that its links are back when the
 * change is undone.
 *
 * @since 0.1.0
 */
export interface ScopeOptions {
  readonly softDelete?: { readonly [model: string]: () => Row }
}

/**
 * A client that shows only the rows that meet a predicate, of the models that have one: the rows of one tenant, or those
 * that aren't softly deleted. A hidden row can't be reached in any other way either, be it by a relation, a subquery, an
 * aggregate, related rows or a write.
 *
 * - A row that doesn't meet the predicate can't be created, and no row can be changed into one (`Invalid`). A foreign key
 *   can't be set to a hidden row (`Conflict`). Changing or deleting a hidden row changes nothing.
 * - A row of a many-to-many relation is shown where both of its ends are. One to a hidden row can't be created (`Conflict`).
 * - Every write looks at the rows that it changes right before it changes them, in a transaction where the client has
 *   one. `now()` in a predicate is the time of the write then.
 *
 * A predicate may use the fields of its own row, but no key that the backend counts up, which a new row doesn't have yet.
 * The predicate of a many-to-many relation's model may also follow its foreign keys. It holds in addition to those of the
 * two ends.
 *
 * The backend has to answer predicates exactly; else everything is `Unsupported`, since hidden rows would be seen. Only
 * the predicates of many-to-many relations needn't be answered: such rows are then fetched and sifted here. A query that
 * involves several models with predicates is put together here, too.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, create, field, schema, scope, toArray, valuesList } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ note: { id: autoId, tenant: field.int(), text: field.text() } })
 * const whole = memory(models, { note: [{ id: 1, tenant: 7, text: 'ours' }, { id: 2, tenant: 8, text: 'theirs' }] })
 * const client = pipe(whole, scope(models, { note: (n) => n.tenant.eq(7) }))
 * console.log(await pipe(models.note, valuesList((n) => n.text), toArray(client))()) // => { _tag: 'Right', right: [ 'ours' ] }
 * const foreign = await pipe(models.note, create(client, { tenant: 8, text: 'planted' }))()
 * console.log(foreign._tag === 'Left' && foreign.left._tag) // => Invalid
 *
 * @since 0.1.0
 */
export const scope = <Q extends AnyModels>(
  models: Q,
  predicates: ScopePredicates<Q>,
  options: ScopeOptions = {},
) => {
  // A predicate is called with a row of its own model only.
  const given = optionsOf(predicates) as { readonly [model: string]: ((row: never) => Predicate) | undefined }
  const held: Held = {
    schema: schemaOf(models),
    rules: rulesOf(models, given),
    softDelete: optionsOf(options).softDelete ?? {},
  }
  return <C extends Client>(client: C): C => scoped(held, client)
}

const scoped = <C extends Client>(held: Held, given: C): C => {
  const client = asClient(given)
  return sharesTurns(client, {
    ...byKey(client),
    softDeletes: [...(client.softDeletes ?? []), ...Object.keys(held.softDelete)],
    ...readsOf(held, client),
    ...(isWritable(client) ? { ...writesOf(held, client), ...transactionOf(held, client) } : {}),
  })
}

/** What is done at once, or checked, by the client below isn't held to the scope. */
const byKey = <C extends Client>(client: C): C => {
  const { write: _, checks: __, ...others } = client as C & Partial<WritableClient>
  // A client needn't have these.
  return others as unknown as C
}

const transactionOf = (held: Held, { transaction }: WritableClient): Pick<WritableClient, 'transaction'> =>
  transaction === undefined
    ? {}
    : {
        transaction: <A>(program: (client: WritableClient) => TE.TaskEither<QueryError, A>) =>
          transaction((inside) => program(scoped(held, inside))),
      }
