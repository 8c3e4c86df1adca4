/**
 * Prints answers in a form that can be compared even if both sides gave new rows different generated keys.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Json } from '../../value/Value.js'
import { fold } from '../../query/fold.js'
import { isOrdered } from '../../query/Query.js'
import type { Schema } from '../../schema/Schema.js'
import type { Client } from '../../client/Client.js'
import type { Store } from '../../engine/Store.js'
import { askedOf, asText, told, type CallResult } from '../hold/ask.js'
import { readsWithin, type Plain } from './Case.js'
import { modelOfMutation } from '../make/mutations.js'
import { capOf } from '../discover/promise.js'
import { querysetOf } from './QuerysetData.js'

/** The models that a call can create rows of. Their new keys may have any value. */
const modelOf = (call: Plain): string =>
  call._tag === 'write'
    ? call.write.model
    : call._tag === 'create'
      ? call.model
      : call._tag === 'atomic'
        ? (call.writes[0]?.model ?? '')
        : call._tag === 'mutate'
          ? call.mutations[0] === undefined
            ? ''
            : modelOfMutation(call.mutations[0])
          : call.of.model

/**
 * Prints an answer. Keys that didn't exist before are replaced by a placeholder.
 *
 * @since 0.2.0
 */
export const answerText = (
  client: Client,
  schema: Schema,
  before: Store,
  call: Plain,
  given: CallResult,
  beside: CallResult = given,
): string => {
  const asked = call._tag === 'read' ? fold(querysetOf(schema, askedOf(call.of, call.terminal, null))) : null
  const cap = asked !== null && E.isRight(asked) ? capOf(client, asked.right) : null
  const answer = E.isRight(given) && E.isRight(beside) ? E.right(told(given.right, beside.right, cap)) : given
  if (E.isLeft(answer)) return `error ${answer.left._tag}`
  const seen =
    call._tag === 'atomic' && Array.isArray(answer.right) ? (answer.right as ReadonlyArray<unknown>) : null
  if (call._tag === 'atomic' && seen !== null)
    return readsWithin(call)
      .map((read, i) => answerText(client, schema, before, read, E.right(seen[i])))
      .join()
  const model = schema.models.get(modelOf(call))
  const pk = model?.primaryKey ?? ''
  const there = new Set((before.rows.get(modelOf(call)) ?? []).map((row) => row[pk] ?? null))
  const auto = model?.columns.get(pk)?.auto === true
  const masked = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(masked)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value).map(([name, each]: readonly [string, unknown]) => [
              name,
              auto && name === pk && !there.has(each as Json) ? '*' : masked(each),
            ]),
          )
        : value
  if (call._tag !== 'read' || asked === null) return asText(masked(answer.right), null, false)
  const query = asked
  const bag = E.isRight(query) && !isOrdered(query.right)
  const keys = (value: unknown): unknown =>
    call.terminal._tag === 'getPks' && Array.isArray(value)
      ? value.map((key: Json) => (auto && !there.has(key) ? '*' : key))
      : masked(value)
  const listed =
    Array.isArray(answer.right) ||
    (typeof answer.right === 'object' && answer.right !== null && 'rows' in answer.right)
  return asText(keys(answer.right), E.isRight(query) ? query.right : null, bag && listed)
}
