/**
 * The outcome of a probe.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Definitions, Schema } from '../../schema/Schema.js'
import type { Client } from '../../client/Client.js'
import type { Answer as Support, Fidelity } from '../../client/Support.js'
import { isOrdered, type Query } from '../../query/Query.js'
import { type CallResult, asText } from '../hold/ask.js'
import type { Costs } from './declaration.js'
import { expectedOf } from '../hold/reads.js'
import type { Rows } from '../case/Rows.js'
import { problem } from '../case/problem.js'
import type { Ability } from './probes.js'

/**
 * The models and rows of a probe.
 *
 * @since 0.1.0
 */
export interface ProbeRows {
  readonly definitions: Definitions
  readonly rows: Rows
}

/** How a probe was answered. `failed` means an error other than `Unsupported`. */
export type ProbeResult = 'right' | 'superset' | 'wrong' | 'failed' | 'refused'

/** What is known of an ability so far. */
export interface AbilityState {
  readonly ability: Ability
  worst: Fidelity
  /** Whether the probe has another answer than all rows. */
  narrowed: boolean
  /** Whether the client answered although it declares the ability unsupported. */
  undeclared: boolean
  /** Whether the client declares that it may give more rows. */
  superset: boolean
}

export interface Trial {
  readonly schema: Schema
  readonly ground: ProbeRows
  readonly client: Client
  readonly known: Parameters<typeof expectedOf>[0]
  /** The rows that came in pages of one row. */
  readonly seen: Set<string>
}

/** The costs that have been read so far. */
export type CostsSoFar = { -readonly [K in keyof Costs]: Costs[K] }

export interface Paged {
  readonly rows: ReadonlyArray<unknown>
  readonly total: number | null
}

export const valueOf = (answer: CallResult): unknown =>
  E.isLeft(answer) ? problem(answer.left) : answer.right

const textOf = (rows: ReadonlyArray<unknown>): ReadonlyArray<string> => rows.map((row) => JSON.stringify(row))

/** Whether each row is among the others, and no more often than there. */
const isPartOf = (some: ReadonlyArray<string>, all: ReadonlyArray<string>): boolean => {
  const left = new Map<string, number>()
  all.forEach((each) => left.set(each, (left.get(each) ?? 0) + 1))
  return some.every((each) => {
    const n = left.get(each) ?? 0
    left.set(each, n - 1)
    return n > 0
  })
}

export const outcomeOf = (
  { seen, ground }: Trial,
  ability: Ability,
  query: Query,
  most: number | null,
  expected: Paged,
  actual: CallResult,
): { readonly outcome: ProbeResult; readonly narrowed: boolean } => {
  if (E.isLeft(actual))
    return { outcome: actual.left._tag === 'Unsupported' ? 'refused' : 'failed', narrowed: false }
  const given = actual.right as Paged
  const limit = most ?? Infinity
  const n = query.from._tag === 'model' ? (ground.rows[query.from.model]?.length ?? 0) : 0
  const narrowed = given.rows.length < Math.min(n, limit)
  const is = (outcome: ProbeResult) => ({ outcome, narrowed })
  const ordered = isOrdered(query)
  const right = ordered ? { ...expected, rows: expected.rows.slice(0, limit) } : expected
  if (asText(right.rows, query, !ordered) === asText(given.rows, query, !ordered)) return is('right')
  const [wanted, got] = [textOf(expected.rows), textOf(given.rows)]
  const there = new Set(got)
  if (ability._tag === 'offset' || ability._tag === 'limit') {
    // Without an order, the client may choose one. Two pages must still not share a row.
    const fits = query.order.length === 0 && got.length === wanted.length && there.size === got.length
    const again = ability._tag === 'offset' && got.some((each) => seen.has(each))
    if (ability._tag === 'offset') got.forEach((each) => seen.add(each))
    return is(fits && !again ? 'right' : 'wrong')
  }
  if (ordered) return is('wrong')
  // A client that gives few rows at once may start with any row.
  if (got.length === limit && wanted.length > limit && isPartOf(got, wanted)) return is('right')
  if (ability._tag !== 'lookup') return is('wrong')
  const misses = there.size < got.length || (got.length < limit && wanted.some((each) => !there.has(each)))
  return is(misses ? 'wrong' : 'superset')
}

export const totalOf = (totals: {
  readonly told: number
  readonly untold: number
  readonly wrong: number
  readonly declared: ReadonlySet<Support['total']>
}): Support['total'] => {
  if (totals.told === 0 || totals.untold > 0 || totals.wrong > 0) return 'none'
  const caps = [...totals.declared].filter((each) => typeof each === 'number')
  // The limit of a capped total can't be found from totals below it.
  return caps.length > 0 ? Math.min(...caps) : 'exact'
}

/** Whether nothing contradicts `everything`. */
export const mayBeAll = (states: ReadonlyMap<string, AbilityState>): boolean =>
  [...states.values()].every(({ ability, worst }) => ability._tag === 'total' || worst === 'exact')
