import { taskEither as TE } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Row } from '../../value/Value.js'
import type { Predicate } from '../../expression/Ref.js'
import type { Queryset } from '../../queryset/Queryset.js'
import { asClient } from '../asClient.js'
import { optionsOf } from '../../value/optionsOf.js'
import { schemaOf, type AnyModels } from '../../queryset/schema.js'
import type { Client, TransactionNeeds, WritableClient } from '../Client.js'
import { sharesTurns } from '../turns.js'
import { isWritable } from '../write.js'
import { rulesOf, type Held } from './ScopeRule.js'
import { readsOf } from './scopedReads.js'
import { writesOf } from './scopedWrites.js'

/**
 * For some models, the predicate that says which of their rows exist.
 *
 * @since 0.1.0
 */
export type ScopePredicates<Q> = {
  readonly [M in keyof Q]?: Q[M] extends Queryset<infer R, infer _A, infer _M> ? (row: R) => Predicate : never
}

/**
 * `softDelete` names models whose rows are changed instead of deleted, and gives the new values. Usually these values
 * make the model's predicate hide the row. Join rows that link such a row stay too, so its links are back when the
 * change is undone.
 *
 * @since 0.1.0
 */
export interface ScopeOptions {
  readonly softDelete?: { readonly [model: string]: () => Row }
}

/**
 * Shows only the rows that meet a predicate, for each model that has one: the rows of one tenant, or those that aren't
 * softly deleted. A hidden row can't be reached in any other way either, whether by a relation, a subquery, an
 * aggregate, related rows or a write.
 *
 * - A row that doesn't meet the predicate can't be created, and no row can be changed into such a row (`Invalid`). A
 *   foreign key can't be set to a hidden row (`Conflict`). Changing or deleting a hidden row does nothing.
 * - A join row is shown if both of its ends are. A join row to a hidden row can't be created (`Conflict`).
 * - Every write reads the rows that it changes right before it changes them, in a transaction if the client has them.
 *   In a predicate, `now()` is then the time of the write.
 *
 * A predicate can use the fields of its own row, except a key that the backend generates, since a new row doesn't have
 * it yet. The predicate of a join model can also follow its foreign keys. It applies in addition to those of the two
 * ends.
 *
 * The backend must answer predicates exactly. Otherwise every call is `Unsupported`, since hidden rows would be seen.
 * Only the predicates of join models are exempt: such rows are fetched and filtered here. A query that involves several
 * models with predicates is also put together here.
 *
 * @example
 * import { autoId, create, field, pipe, schema, scope, toArray, valuesList } from 'queryset-ts'
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
  // A predicate is only called with a row of its own model.
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

/** The functions that would bypass the scope are removed: whole mutations, checks on the client itself, and streams. */
const byKey = <C extends Client>(client: C): C => {
  const { write: _, checks: __, stream: ___, ...others } = client as C & Partial<WritableClient>
  // A client doesn't need these functions.
  return others as unknown as C
}

const transactionOf = (held: Held, { transaction }: WritableClient): Pick<WritableClient, 'transaction'> =>
  transaction === undefined
    ? {}
    : {
        transaction: <A>(
          program: (client: WritableClient) => TE.TaskEither<QueryError, A>,
          needs?: TransactionNeeds,
        ) => transaction((inside) => program(scoped(held, inside)), needs),
      }
