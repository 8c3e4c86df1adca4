/**
 * Prints answers in a form that can be compared even if both sides gave new rows different generated keys.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Json } from '../../value/Value.js'
import { fold } from '../../query/fold.js'
import { isOrdered } from '../../query/Query.js'
import type { Model, Schema } from '../../schema/Schema.js'
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

/** Whether a key was generated for a row of a model since. */
const newKeysOf = (model: Model, before: Store): ((key: Json) => boolean) => {
  const { primaryKey } = model
  if (model.columns.get(primaryKey)?.auto !== true) return () => false
  const there = new Set((before.rows.get(model.name) ?? []).map((row) => row[primaryKey] ?? null))
  return (key) => !there.has(key)
}

/** Replaces new keys by a placeholder, in rows of a model and in the related rows within them. */
const maskedIn = (schema: Schema, model: Model, before: Store, value: unknown): unknown => {
  const isNew = newKeysOf(model, before)
  const masked = (each: unknown): unknown =>
    Array.isArray(each)
      ? each.map(masked)
      : typeof each === 'object' && each !== null
        ? Object.fromEntries(
            Object.entries(each).map(([name, own]: readonly [string, unknown]) => {
              const target = schema.models.get(model.relations.get(name)?.target ?? '')
              if (target !== undefined && typeof own === 'object')
                return [name, maskedIn(schema, target, before, own)]
              return [name, name === model.primaryKey && isNew(own as Json) ? '*' : masked(own)]
            }),
          )
        : each
  return masked(value)
}

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
  const isNew = model === undefined ? () => false : newKeysOf(model, before)
  const masked = (value: unknown) => (model === undefined ? value : maskedIn(schema, model, before, value))
  if (call._tag !== 'read' || asked === null) return asText(masked(answer.right), null, false)
  const query = asked
  const bag = E.isRight(query) && !isOrdered(query.right)
  const keys = (value: unknown): unknown =>
    call.terminal._tag === 'getPks' && Array.isArray(value)
      ? value.map((key: Json) => (isNew(key) ? '*' : key))
      : masked(value)
  const listed =
    Array.isArray(answer.right) ||
    (typeof answer.right === 'object' && answer.right !== null && 'rows' in answer.right)
  return asText(keys(answer.right), E.isRight(query) ? query.right : null, bag && listed)
}
