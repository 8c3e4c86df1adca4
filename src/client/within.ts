import type { taskEither as TE } from 'fp-ts'
import { meterFor, type Meter } from '../value/Meter.js'
import type { QueryError } from '../value/QueryError.js'
import { allOf, type Query } from '../query/Query.js'
import { strictest, type Budget } from './Budget.js'
import { asClient } from './asClient.js'
import { optionsOf } from '../value/optionsOf.js'
import { noNumber, refusing } from './middleware/refusing.js'
import type { Client, WritableClient } from './Client.js'
import { modelsOf } from '../query/needs.js'
import { isOwn, owning } from './own.js'
import { answerOf } from './Support.js'
import { sharesTurns } from './turns.js'

/**
 * A client whose questions, and whose writes, may cost so much each, at most. What may cost more requests, rows or time,
 * or nobody knows how much, is refused as an `OverBudget` before anything is asked, or written. What takes more steps or
 * bytes to evaluate in this process is stopped meanwhile, and is an `OverBudget` too. So it is within its transactions.
 * Writes that are guarded less than `guarded` says are `Unsupported`.
 *
 * @example
 * import { autoId, schema, slice, toArray, within } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = within({ rows: 10 })(memory(models, { genre: [{ id: 1 }] }))
 * console.log(await toArray(client)(slice(0, 10)(models.genre))()) // => { _tag: 'Right', right: [ { id: 1 } ] }
 * const all = await toArray(client)(models.genre)()
 * console.log(all._tag === 'Left' && all.left._tag) // => OverBudget
 *
 * @since 0.1.0
 */
export const within =
  (budget: Budget) =>
  <C extends Client>(given: C): C => {
    const client = asClient(given)
    const wrong = unlimited(budget)
    // A limit that isn't a number allows nothing.
    if (wrong !== null) return refusing('within', wrong)(client)
    const { transaction } = client as Partial<Pick<WritableClient, 'transaction'>>
    const own = <A>(program: (inside: WritableClient) => TE.TaskEither<QueryError, A>) =>
      transaction?.((inside) => program(within(budget)(inside)))
    // A `write` whose functions were replaced isn't heeded, and neither is it once these are wrapped.
    const { write: _, ...rest } = client as Client & Pick<Partial<WritableClient>, 'write'>
    const bounded = {
      ...rest,
      budget,
      ...metering(client, budget),
      ...(transaction === undefined ? {} : { transaction: own }),
    }
    // It has the functions that it had.
    return sharesTurns(client, owning(bounded as unknown as C))
  }

/** A limit of a budget that is not a number. */
const unlimited = (budget: Budget): string | null => {
  const given: unknown = budget
  if (typeof given !== 'object' || given === null) return 'budget'
  const { requests = 0, rows = 0, milliseconds = 0, steps = 0, bytes = 0 } = optionsOf(budget)
  return noNumber({ requests, rows, milliseconds, steps, bytes })
}

/** Whoever asks it without a meter is given one. */
const metering = (
  client: Client & Pick<Partial<WritableClient>, 'write'>,
  budget: Budget,
): Partial<WritableClient> => {
  const { name, list, count, getPks, write } = client
  const own = (): Meter => meterFor(name, budget)
  return {
    list: (query, meter = own()) => list(query, meter),
    ...(count === undefined ? {} : { count: (query, meter = own()) => count(query, meter) }),
    ...(getPks === undefined ? {} : { getPks: (query, meter = own()) => getPks(query, meter) }),
    ...(write === undefined || !isOwn(client)
      ? {}
      : { write: (mutations, meter = own()) => write(mutations, meter) }),
  }
}

/**
 * What a query of a client may cost: by its own budget, and by those of the clients that it asks for others. Of several
 * clients each is held to all that the query costs, so that none is asked for more than it allows.
 *
 * @since 0.1.0
 */
export const budgetOf = (client: Client, query: Query): Budget | undefined => {
  if (client.support === undefined) return client.budget
  const answer = answerOf(client, query)
  // Only who asks others says who answers.
  return answer.client === undefined
    ? client.budget
    : strictest([
        client.budget,
        answer.budget,
        ...modelsOf(client.schema, query).map(
          (model) => answerOf(client, allOf({ _tag: 'model', model })).budget,
        ),
      ])
}
