import type { taskEither as TE } from 'fp-ts'
import { meterFor, type Meter } from '../value/Meter.js'
import type { QueryError } from '../value/QueryError.js'
import { allOf, type Query } from '../query/Query.js'
import { strictest, type Budget } from './Budget.js'
import { asClient } from './asClient.js'
import { isByShape } from './byShape.js'
import { optionsOf } from '../value/optionsOf.js'
import { noNumber, refusing } from './middleware/refusing.js'
import type { Client, TransactionNeeds, WritableClient } from './Client.js'
import { modelsOf } from '../query/needs.js'
import { isOwn, owning, streamOf } from './own.js'
import { answerOf } from './Support.js'
import { sharesTurns } from './turns.js'

/**
 * Limits what each question and each write of a client may cost.
 *
 * A question or write that may cost more requests, rows or time than the budget allows is an `OverBudget`. So is one
 * whose cost is unknown. Both are refused before anything is requested or written. An evaluation in this process that
 * takes more steps or bytes is stopped, and is an `OverBudget` too. The same limits apply inside the client's
 * transactions.
 *
 * A write with a weaker guard than `guarded` is `Unsupported`.
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
    const own = <A>(
      program: (inside: WritableClient) => TE.TaskEither<QueryError, A>,
      needs?: TransactionNeeds,
    ) => transaction?.((inside) => program(within(budget)(inside)), needs)
    // A `write` or `stream` whose functions were replaced is ignored. So it would be after wrapping them here.
    const { write: _, stream: __, ...rest } = client as Client & Pick<Partial<WritableClient>, 'write'>
    const bounded = {
      ...rest,
      budget,
      ...metering(client, budget),
      ...(transaction === undefined ? {} : { transaction: own }),
    }
    // The client has the same functions as before.
    return sharesTurns(client, owning(bounded as unknown as C))
  }

/** A limit of a budget that is not a number, or `null`. */
const unlimited = (budget: Budget): string | null => {
  const given: unknown = budget
  if (typeof given !== 'object' || given === null) return 'budget'
  const { requests = 0, rows = 0, milliseconds = 0, steps = 0, bytes = 0 } = optionsOf(budget)
  return noNumber({ requests, rows, milliseconds, steps, bytes })
}

/** Adds a meter if the caller gives none. */
const metering = (
  client: Client & Pick<Partial<WritableClient>, 'write'>,
  budget: Budget,
): Partial<WritableClient> => {
  const { name, list, count, getPks, write } = client
  const own = (): Meter => meterFor(name, budget)
  const stream = streamOf(client)
  return {
    list: (query, meter = own(), needs) => list(query, meter, needs),
    ...(count === undefined ? {} : { count: (query, meter = own()) => count(query, meter) }),
    ...(getPks === undefined ? {} : { getPks: (query, meter = own()) => getPks(query, meter) }),
    ...(stream === undefined ? {} : { stream: (query, size, meter = own()) => stream(query, size, meter) }),
    ...(write === undefined || !isOwn(client)
      ? {}
      : { write: (mutations, meter = own()) => write(mutations, meter) }),
  }
}

/**
 * The budget of a query of a client: its own budget combined with those of the clients that it asks. Each of several
 * clients is held to the cost of the whole query, so no client is asked for more than it allows.
 *
 * @since 0.1.0
 */
export const budgetOf = (client: Client, query: Query): Budget | undefined => {
  if (client.support === undefined || isByShape(client)) return client.budget
  const answer = answerOf(client, query)
  // Only a client that asks others names the one that answers.
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
