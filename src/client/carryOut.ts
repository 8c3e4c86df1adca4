import { either as E } from 'fp-ts'
import { invalidField, type ItemFate, type QueryError } from '../value/QueryError.js'
import type { Json, Row } from '../value/Value.js'
import type { Write } from '../query/Write.js'
import { allOf } from '../query/Query.js'
import { exceeding, strictest, type Budget } from './Budget.js'
import type { WritableClient } from './Client.js'
import { fatesOf, unfinished, type Outcome } from './Outcome.js'
import { answerOf } from './Support.js'
import { budgetOf } from './within.js'
import { callsFor, createAll, deleteAll, updateAll, type BulkOptions } from './write.js'

/**
 * The result for one item: its key, and the stored row if it was created.
 *
 * @since 0.1.0
 */
export interface Written {
  readonly key: Json
  readonly row: Row | null
}

/**
 * Carries out one write, and says what became of each item. With `apart`, each created row fails on its own, even if
 * the client does all or nothing.
 *
 * @since 0.1.0
 */
export const attempt = async (
  client: WritableClient,
  write: Write,
  options: BulkOptions = {},
  apart = false,
): Promise<Outcome<Written>> => {
  const keyed = (outcome: Outcome<Json>): Outcome<Written> =>
    outcome.map((item) =>
      item._tag === 'done' ? { _tag: 'done', value: { key: item.value, row: null } } : item,
    )
  switch (write._tag) {
    case 'create': {
      const pk = client.schema.models.get(write.model)?.primaryKey ?? ''
      const made = await createAll(client, write.model, write.rows, options, apart)
      return made.map((item) =>
        item._tag === 'done'
          ? { _tag: 'done', value: { key: item.value[pk] ?? null, row: item.value } }
          : item,
      )
    }
    case 'update':
      return keyed(await updateAll(client, write, options))
    case 'delete':
      return keyed(await deleteAll(client, write, options))
  }
}

/**
 * Why several writes would take more calls than the client's budget allows, or `null`. It is known before the first
 * call. The cost of fetching isn't included, since a write requests no rows.
 *
 * @since 0.1.0
 */
export const costsTooMuch = (
  client: WritableClient,
  writes: ReadonlyArray<Write>,
  options: BulkOptions = {},
): QueryError | null => {
  const alls = writes.map(({ model }) => allOf({ _tag: 'model', model }))
  const budget = strictest(alls.map((all) => budgetOf(client, all)))
  if (budget === undefined) return null
  const calls = writes.map((write) => callsFor(client, write, options))
  const milliseconds = calls.map((n, i) => {
    const all = alls[i]
    return n === 0 || all === undefined ? 0 : n * (answerOf(client, all).milliseconds ?? Infinity)
  })
  const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((so, each) => so + each, 0)
  return tooCostly(client, budget, sum(calls), sum(milliseconds))
}

const tooCostly = (
  client: WritableClient,
  budget: Budget | undefined,
  requests: number,
  milliseconds: number,
): QueryError | null => {
  const exceeded = exceeding(client.name, budget, {
    requests,
    rows: 0,
    milliseconds: milliseconds === Infinity ? null : milliseconds,
  })
  if (exceeded === null) return null
  const { what, cost, budget: allowed } = exceeded
  return {
    ...exceeded,
    message: `the write may take ${cost === null ? 'any number of' : String(cost)} ${what} on the client '${client.name}', and ${String(allowed)} are allowed`,
    hint: writeLess,
  }
}

/**
 * Why that many calls that write to a model would cost more than the client's budget allows, or `null`.
 *
 * @since 0.2.0
 */
export const callsTooMuch = (client: WritableClient, model: string, calls: number): QueryError | null => {
  const all = allOf({ _tag: 'model', model })
  return tooCostly(
    client,
    budgetOf(client, all),
    calls,
    calls * (answerOf(client, all).milliseconds ?? Infinity),
  )
}

const writeLess =
  'Write fewer rows at a time, give the client a function that writes many at once, or allow more.'

/**
 * Carries out several writes, one after the other, up to the first that isn't completely done. Gives the result of
 * each.
 *
 * Writes that take more calls in total than the client's budget allows are refused before the first call. A write that
 * was done in part is an `Incomplete`. If nothing of it remains, because the client does all or nothing or because the
 * only item failed, the answer is that item's own error. An item that failed with an error that `ignores` accepts
 * counts as done without a result.
 *
 * @since 0.1.0
 */
export const carryOut = async (
  client: WritableClient,
  writes: ReadonlyArray<Write>,
  options: BulkOptions = {},
  ignores: ((error: QueryError) => boolean) | null = null,
): Promise<E.Either<QueryError, ReadonlyArray<ReadonlyArray<Written>>>> => {
  const exceeded = costsTooMuch(client, writes, options)
  if (exceeded !== null) return E.left(exceeded)
  const all: Array<ReadonlyArray<Written>> = []
  /* eslint-disable-next-line functional/no-loop-statements -- in order, and no further once something failed */
  for (const [i, write] of writes.entries()) {
    if (!client.schema.models.has(write.model))
      return E.left(invalidField(null, write.model, 'is not a model', [...client.schema.models.keys()]))
    const outcome = await attempt(client, write, options, ignores !== null)
    const fates: ReadonlyArray<ItemFate> = fatesOf(outcome, ({ key }) => key)
    const problem = unfinished(write.model, fates, write, writes.slice(i + 1))
    const open = fates.find(
      ({ _tag, error }) => error !== null && !(_tag === 'failed' && ignores?.(error) === true),
    )
    if (problem !== null && open !== undefined) {
      const alone = fates.length === 1 && open._tag === 'failed' && all.every(({ length }) => length === 0)
      return E.left((client.transaction !== undefined || alone ? open.error : null) ?? problem)
    }
    all.push(outcome.flatMap((item) => (item._tag === 'done' ? [item.value] : [])))
  }
  return E.right(all)
}
