/**
 * What a client says of itself, against what it does: what it says that it can't, it refuses; what it says that it
 * can, it does.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { Client } from '../../client/Client.js'
import { keysOnly } from '../../client/derive.js'
import { sizeOf } from '../../client/pages/Walk.js'
import { answerOf, canAnswer, isExact } from '../../client/Support.js'
import { allOf, layersOf, type Query } from '../../query/Query.js'
import { asText, type CallResult, type PreparedRead } from '../hold/ask.js'
import { problem } from '../case/problem.js'
import type { Violation } from '../hold/Subject.js'

/**
 * What a client has promised of a query that it is asked itself:
 *
 * - `any`: it says nothing of itself. It may refuse; what it answers is right.
 * - `exact`: the right answer, and no refusal.
 * - `superset`: all right rows, and perhaps more.
 * - `unclear`: what of more rows than asked for is sliced, grouped or told apart isn't said anywhere.
 * - `nothing`: it says that it can't, and so it refuses.
 *
 * @since 0.1.0
 */
export type Promised = 'any' | 'exact' | 'superset' | 'unclear' | 'nothing'

/** @since 0.1.0 */
export const promisedOf = (client: Pick<Client, 'support'>, query: Query): Promised => {
  if (client.support === undefined) return 'any'
  if (isExact(client, query)) return 'exact'
  if (!canAnswer(client, query)) return 'nothing'
  return layersOf(query).length === 1 &&
    (query.slice?.offset ?? 0) === 0 &&
    query.group === null &&
    query.related.length === 0 &&
    !query.distinct &&
    query.distinctOn === null
    ? 'superset'
    : 'unclear'
}

/**
 * Below which number a client's totals are right, as it says; `null` where they always are, or never told.
 *
 * @since 0.1.0
 */
export const capOf = (client: Pick<Client, 'support'>, query: Query): number | null => {
  const { total } = answerOf(client, query)
  return typeof total === 'number' ? total : null
}

/**
 * How many rows of a model a client gives at once, as it says, or how many of a query on it, where that is told apart;
 * `null` where there is no limit.
 *
 * @since 0.1.0
 */
export const mostOf = (client: Client, model: string, query: Query | null = null): number | null => {
  if (client.support === undefined) return client.maxPerRequest ?? null
  const sizes = [allOf({ _tag: 'model', model }), ...(query === null ? [] : [query])].map(
    (each) => sizeOf(client, answerOf(client, each)) ?? Infinity,
  )
  const least = Math.min(...sizes)
  return least === Infinity ? null : least
}

/**
 * A question to the client itself, of no more rows than it gives at once. That a client is asked so leaves the order
 * as it was, other than a slice of the queryset, which goes by the primary key.
 *
 * @since 0.1.0
 */
export const capped = (client: Client, question: PreparedRead, most: number | null): PreparedRead => {
  if (most === null || E.isLeft(question.query)) return question
  const { slice } = question.query.right
  const limit = Math.min(slice?.limit ?? most, most)
  const query = { ...question.query.right, slice: { offset: slice?.offset ?? 0, limit } }
  return client.support === undefined || answerOf(client, query).slice
    ? { ...question, query: E.right(query) }
    : question
}

/**
 * What is expected of a slice in the client's own order: as many rows as there are in one, of those that there are.
 * Where that is what came, it is right.
 *
 * @since 0.1.0
 */
export const inItsOrder = (expected: CallResult, actual: CallResult, all: CallResult): CallResult => {
  const [right, given, every] = [pageIn(expected), pageIn(actual), pageIn(all)]
  if (right === null || given === null || every === null) return expected
  const there = new Set(every.rows.map((row) => JSON.stringify(row)))
  const came = new Set(given.rows.map((row) => JSON.stringify(row)))
  return given.rows.length === right.rows.length &&
    came.size === given.rows.length &&
    [...came].every((row) => there.has(row))
    ? E.right({ ...right, rows: given.rows })
    : expected
}

interface Paged {
  readonly rows: ReadonlyArray<unknown>
  readonly total: number | null
}

/** Questions about pages are answered by pages. */
const pageIn = (answer: CallResult): Paged | null => (E.isRight(answer) ? (answer.right as Paged) : null)

const instead = (right: unknown): unknown => ({
  error: 'Unsupported',
  message: `that is what it said of this; or else the right answer, ${JSON.stringify(right)}`,
})

/**
 * What is wrong with a client's own answer about a query, given what it says of itself. `wrong` is how it differs from
 * what is expected, if it does.
 *
 * @since 0.1.0
 */
export const brokenPromise = (
  client: Client,
  query: Query,
  expected: CallResult,
  actual: CallResult,
  wrong: Pick<Violation, 'expected' | 'actual'> | 'refused' | null,
  bag: boolean,
): Pick<Violation, 'law' | 'expected' | 'actual'> | 'refused' | null => {
  const promised = promisedOf(client, query)
  const [right, given] = [pageIn(expected), pageIn(actual)]
  if (promised === 'nothing')
    return wrong === null || wrong === 'refused' || right === null
      ? wrong === 'refused'
        ? wrong
        : null
      : { law: 'refuses', expected: instead(right), actual: wrong.actual }
  if (wrong === 'refused')
    return promised === 'unclear' || E.isLeft(expected)
      ? wrong
      : {
          law: 'keeps its word',
          expected: expected.right,
          actual: E.isLeft(actual) ? problem(actual.left) : null,
        }
  if (right === null || given === null) return wrong === null ? null : { law: 'page', ...wrong }
  if (promised === 'unclear') return null
  if (promised === 'superset')
    return lacks(query, right, given) ? { law: 'page', expected: right, actual: given } : null
  const { total } = answerOf(client, query)
  if (total === 'exact' && given.total === null)
    return { law: 'keeps its word', expected: right, actual: given }
  if (wrong === null) return null
  const isTotal = asText({ ...given, total: right.total }, query, bag) === asText(right, query, bag)
  return { law: isTotal && total === 'none' ? 'refuses' : 'page', ...wrong }
}

/**
 * As `brokenPromise`, where the client is asked for keys.
 *
 * @since 0.1.0
 */
export const brokenKeys = (
  client: Client,
  query: Query,
  wrong: Pick<Violation, 'expected' | 'actual'>,
): Pick<Violation, 'law' | 'expected' | 'actual'> | null => {
  const keyed = keysOnly(client.schema, query)
  const promised = E.isLeft(keyed) ? 'any' : promisedOf(client, keyed.right.query)
  return promised === 'any' || promised === 'exact'
    ? { law: 'keys', ...wrong }
    : promised === 'nothing'
      ? { law: 'refuses', expected: instead(wrong.expected), actual: wrong.actual }
      : null
}

/** Whether rows are missing where there may be more than was asked for. */
const lacks = ({ slice }: Query, right: Paged, given: Paged): boolean => {
  const there = new Set(given.rows.map((row) => JSON.stringify(row)))
  // A page that is full may have been filled with others.
  return (
    given.rows.length < (slice?.limit ?? Infinity) &&
    right.rows.some((row) => !there.has(JSON.stringify(row)))
  )
}
