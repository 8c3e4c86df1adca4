/**
 * Compares what a client declares with what it does. It must refuse what it declares unsupported, and answer everything
 * else.
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
 * What a client has promised about a query that it gets itself:
 *
 * - `any`: it declares nothing. It may refuse, and an answer must be correct.
 * - `exact`: the correct answer, and no refusal.
 * - `superset`: all correct rows, and perhaps others.
 * - `unclear`: a slice, a group or `distinct` over a superset. Nothing says what the answer is.
 * - `nothing`: it declares the query unsupported, so it must refuse.
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
 * The number below which a client's totals are exact, as it declares. `null` if they always are, or if it gives none.
 *
 * @since 0.1.0
 */
export const capOf = (client: Pick<Client, 'support'>, query: Query): number | null => {
  const { total } = answerOf(client, query)
  return typeof total === 'number' ? total : null
}

/**
 * The number of rows that a client gives at once of a model, or for a query. `null` if there is no limit.
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
 * A query for the client itself, with at most as many rows as it gives at once. The limit doesn't change the order,
 * unlike a slice of the queryset, which sorts by primary key.
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
 * The expected answer for a slice in the client's own order: the right number of rows, each of them an existing row.
 * The answer itself is expected if it meets this.
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

/** Probes about pages are answered with pages. */
const pageIn = (answer: CallResult): Paged | null => (E.isRight(answer) ? (answer.right as Paged) : null)

const instead = (right: unknown): unknown => ({
  error: 'Unsupported',
  message: `that is what it said of this; or else the right answer, ${JSON.stringify(right)}`,
})

/**
 * The promise that a client's answer to a query breaks, or `null`. `wrong` is the difference to the expected answer, if
 * there is one.
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
 * Like `brokenPromise`, for the keys of a query.
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

/** Whether rows are missing from an answer that may have more rows than expected. */
const lacks = ({ slice }: Query, right: Paged, given: Paged): boolean => {
  const there = new Set(given.rows.map((row) => JSON.stringify(row)))
  // A full page may have been filled with other rows.
  return (
    given.rows.length < (slice?.limit ?? Infinity) &&
    right.rows.some((row) => !there.has(JSON.stringify(row)))
  )
}
