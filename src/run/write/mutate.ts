import { either as E, type taskEither as TE } from 'fp-ts'
import type { ItemFate, QueryError, WriteError } from '../../value/QueryError.js'
import { valuesOf } from '../../schema/Schema.js'
import { mutatedModel, type Mutated, type Mutation } from '../../query/Mutation.js'
import { ask } from '../../client/ask.js'
import type { WritableClient } from '../../client/Client.js'
import { unfinished } from '../../client/Outcome.js'
import { asOne, together } from '../../client/together.js'
import type { BulkOptions } from '../../client/write.js'
import { mutateByKey } from './mutateByKey.js'
import { report, sentTogether } from './writing.js'
import { total } from '../../value/total.js'

const typedMutate =
  (client: WritableClient) =>
  (mutations: ReadonlyArray<Mutation>): TE.TaskEither<WriteError, ReadonlyArray<Mutated>> =>
  async () => {
    const whole = await sentTogether(client, mutations)
    if (E.isLeft(whole)) return whole
    if (whole.right !== null) return E.right(whole.right)
    return guardFor(client, mutations)(client, (inside) =>
      inOrder(inside, mutations, client.transaction !== undefined),
    )()
  }

/**
 * Carries out mutations in order, and gives the result of each.
 *
 * If the client does each of them at once, or has transactions, either all of them are done or none is. Otherwise the
 * rows are found and then written by key, with the strongest guard that the client has (see `Guard`). If a mutation
 * then fails, the earlier ones stay done, and the result is an `Incomplete` whose items are the mutations.
 *
 * @example
 * import { either as E, taskEither as TE } from 'fp-ts'
 * import {
 *   autoId, field, foldInsert, foldUpdate, mutate, pipe, schema, type Mutation, type QueryError,
 * } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ counter: { id: autoId, n: field.int() } })
 * const both = E.sequenceArray<QueryError, Mutation>([
 *   pipe(models.counter, foldInsert([{ n: 1 }])),
 *   pipe(models.counter, foldUpdate((c) => ({ n: c.n.plus(1) }))),
 * ])
 * const program = pipe(both, TE.fromEither, TE.chain(mutate(memory(models, {}))))
 * const told = await program()
 * console.log(E.isRight(told) && told.right.map(({ counts }) => counts)) // => [ { counter: 1 }, { counter: 1 } ]
 *
 * @since 0.2.0
 */
export const mutate = total('mutate', 2, 'program', typedMutate)

/**
 * Carries out one mutation, which is created when the program runs.
 *
 * @since 0.2.0
 */
export const mutateOne = (
  client: WritableClient,
  make: () => E.Either<QueryError, Mutation>,
  options: BulkOptions,
): TE.TaskEither<WriteError, Mutated> =>
  // Code of the caller may throw.
  ask(client.name, 'write', () => async () => {
    const made = make()
    if (E.isLeft(made)) return made
    const mutation = made.right
    const whole = options.batchSize === undefined ? await sentTogether(client, [mutation]) : E.right(null)
    if (E.isLeft(whole))
      return E.left(client.transaction === undefined ? lostInsert(mutation, whole.left) : whole.left)
    const [mutated] = whole.right ?? []
    if (mutated !== undefined) {
      report(options, mutation, mutated)
      return E.right(mutated)
    }
    return guardFor(client, [mutation])(client, (inside) => mutateByKey(inside, mutation, options))()
  })

/** If the creation of rows was cut off, it is unknown whether they were created. */
const lostInsert = (mutation: Mutation, error: QueryError): QueryError =>
  mutation._tag === 'insert' && error.retryable
    ? (unfinished(
        mutation.model,
        mutation.rows.map((): ItemFate => ({ _tag: 'unknown', key: null, error })),
        { _tag: 'create', model: mutation.model, rows: mutation.rows },
      ) ?? error)
    : error

/** Rows without unique values don't depend on stored rows, so they needn't wait for a turn. */
const guardFor = ({ schema }: WritableClient, mutations: ReadonlyArray<Mutation>): typeof together =>
  mutations.every((mutation) => {
    const model = schema.models.get(mutatedModel(mutation))
    return (
      mutation._tag === 'insert' &&
      model?.keptApart.every((columns) =>
        mutation.rows.every((row) => valuesOf(model, columns)(row) === null),
      )
    )
  })
    ? asOne
    : together

const inOrder = async (
  client: WritableClient,
  mutations: ReadonlyArray<Mutation>,
  allOrNothing: boolean,
): Promise<E.Either<QueryError, ReadonlyArray<Mutated>>> => {
  const all: Array<Mutated> = []
  /* eslint-disable-next-line functional/no-loop-statements -- in order, and no further once one failed */
  for (const mutation of mutations) {
    const mutated = await mutateByKey(client, mutation, {})
    if (E.isLeft(mutated))
      return allOrNothing || all.length === 0
        ? mutated
        : E.left(partly(mutatedModel(mutation), mutations.length, all.length, mutated.left))
    all.push(mutated.right)
  }
  return E.right(all)
}

/** The error if some of several mutations were done, one failed, and the rest weren't started. */
const partly = (model: string, length: number, done: number, error: QueryError): QueryError => {
  const items = Array.from({ length }, (_, i): ItemFate => {
    if (i < done) return { _tag: 'done', key: null, error: null }
    return { _tag: i === done && error.retryable ? 'unknown' : 'failed', key: null, error }
  })
  return unfinished(model, items) ?? error
}
