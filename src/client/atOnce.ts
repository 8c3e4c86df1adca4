import { either as E, type taskEither as TE } from 'fp-ts'
import { meterFor } from '../value/Meter.js'
import { unsupported, type QueryError } from '../value/QueryError.js'
import { mutatedModel, type Mutated, type Mutation } from '../query/Mutation.js'
import { allOf, layersOf, type Query } from '../query/Query.js'
import { ask, isCount } from './ask.js'
import type { Client, WritableClient } from './Client.js'
import { isOwn } from './own.js'
import { answerOf, isExact } from './Support.js'

/**
 * Whether a client's `write` does a mutation at once.
 *
 * @since 0.2.0
 */
export const doesAtOnce = (
  client: Client & Pick<Partial<WritableClient>, 'write'>,
  mutation: Mutation,
): boolean => {
  if (client.write === undefined || !isOwn(client)) return false
  if (client.support === undefined) return true
  const model = mutatedModel(mutation)
  const query: Query = mutation._tag === 'insert' ? allOf({ _tag: 'model', model }) : mutation.query
  return (
    isExact(client, query) && answerOf(client, layersOf(query)[0] ?? query, model, mutation).atOnce === true
  )
}

/**
 * Has a client do mutations at once, all of them or none.
 *
 * @since 0.2.0
 */
export const writeAtOnce = (
  client: WritableClient,
  mutations: ReadonlyArray<Mutation>,
): TE.TaskEither<QueryError, ReadonlyArray<Mutated>> => {
  const { write } = client
  return write === undefined
    ? () => Promise.resolve(E.left(unsupported(client.name, 'mutations')))
    : ask(
        client.name,
        'write',
        () => write(mutations, meterFor(client.name, client.budget)),
        (answer) => areMutated(answer, mutations.length),
      )
}

/**
 * Whether a value is a possible result of that many mutations.
 *
 * @since 0.2.0
 */
export const areMutated = (u: unknown, length: number): u is ReadonlyArray<Mutated> =>
  Array.isArray(u) && u.length === length && u.every(isMutated)

const isMutated = (u: unknown): boolean =>
  typeof u === 'object' &&
  u !== null &&
  'rows' in u &&
  Array.isArray(u.rows) &&
  'counts' in u &&
  typeof u.counts === 'object' &&
  u.counts !== null &&
  Object.values(u.counts).every(isCount)
