/**
 * Decides which conditions of a query's innermost pass the client is asked, and which are turned into conditions on
 * keys.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { sampleOf } from '../value/sampleOf.js'
import type { Json } from '../value/Value.js'
import { ownField } from '../expression/ownField.js'
import type { Predicate } from '../expression/Expression.js'
import type { Client } from '../client/Client.js'
import { sizeOf } from '../client/pages/Walk.js'
import { walkOf } from '../client/pages/walkOf.js'
import { answerOf, type Fidelity } from '../client/Support.js'
import { mentions } from '../query/needs.js'
import { baseOf, conjunction, conjunctsOf } from '../query/parts.js'
import { allOf, layersOf, type Query } from '../query/Query.js'
import type { PlanInput } from './PlanInput.js'
import { sizeFor } from './chunks.js'
import { requestsFor } from './Cost.js'
import { having, understood, upToFor } from './Fetch.js'
import type { BasePass } from './ground.js'
import type { Keys } from './Plan.js'
import { semijoinOf } from './semijoin.js'

/**
 * The conditions of a query's innermost pass that the client is asked, and those that are left.
 *
 * @since 0.1.0
 */
export interface Split {
  readonly where: ReadonlyArray<Predicate<Query>>
  readonly before: ReadonlyArray<Keys>
  readonly rest: ReadonlyArray<Predicate<Query>>
  /** The candidates that `before` was made from. */
  readonly taken: ReadonlyArray<Candidate>
}

/**
 * The question with the first `n` of the conditions on keys. A sample value of each kind stands for the values to come.
 *
 * @since 0.1.0
 */
export const sampled = (pushed: Query, { where, before }: Split, n: number): Query => ({
  ...pushed,
  where: conjunction([...where, ...before.slice(0, n).map(sampleFor)]),
})

type Having = Pick<Keys, 'how' | 'column' | 'kind'>

const sampleFor = (keys: Having): Predicate<Query> => having(keys, [sampleOf(keys.kind), sampleOf(keys.kind)])

/**
 * The conditions of a pass that can be asked, and how.
 *
 * @since 0.1.0
 */
export interface SplitConditions {
  readonly where: ReadonlyArray<Predicate<Query>>
  readonly alone: PushedPart
  /** The conditions that the client doesn't answer exactly. */
  readonly left: ReadonlyArray<Predicate<Query>>
  readonly candidates: ReadonlyArray<Candidate>
}

/**
 * The conditions that the client answers, and those that may become conditions on keys.
 *
 * @since 0.1.0
 */
export const candidatesOf = (asking: PlanInput, ground: BasePass, first: Query): SplitConditions => {
  const { client } = asking
  const annotated = new Set(ground.left.map(({ name }) => name))
  const conjuncts = conjunctsOf(first)
  const { where, answer } = understood(
    client,
    ground.asked,
    conjuncts.filter((each) => !mentions(each, annotated)),
  )
  const exact = new Set(where.filter((_, i) => answer.where[i] === 'exact'))
  const left = conjuncts.filter((each) => !exact.has(each))
  const alone = { where, fidelities: answer.where, before: [] }
  const candidates = left.flatMap((each): ReadonlyArray<Candidate> => {
    if (where.includes(each) || mentions(each, annotated)) return []
    const found = candidateOf(asking, ground, alone, each)
    return found === null ? [] : [found]
  })
  // Only the first condition is asked in parts. Best are many values at a time, each with one row.
  const rank = ({ keys: { unique, how } }: Candidate): number => (unique ? 0 : how === 'in' ? 1 : 2)
  return { where, alone, left, candidates: [...candidates].sort((a, b) => rank(a) - rank(b)) }
}

/**
 * The conditions that the client answers, those that become conditions on keys, and the others. What a client can do
 * with one condition may depend on the others, so each is asked about together with those before it.
 *
 * @since 0.1.0
 */
export const splitOf = (
  client: Client,
  { asked: from }: BasePass,
  { where, alone, left }: SplitConditions,
  candidates: ReadonlyArray<Candidate>,
): Split => {
  const asked = candidates.reduce<PushedPart & Pick<Split, 'taken'>>(
    (so, candidate) => {
      const keys = askedWith(client, from, so, candidate.keys)
      return keys === null
        ? so
        : {
            where,
            fidelities: [...so.fidelities, keys.fidelity],
            before: [...so.before, keys],
            taken: [...so.taken, candidate],
          }
    },
    { ...alone, taken: [] },
  )
  const { before, taken } = asked
  return {
    where,
    before,
    taken,
    rest: left.filter((each) => !taken.some(({ predicate }) => predicate === each)),
  }
}

/** Conditions that are asked together, and how they are answered then. */
interface PushedPart {
  readonly where: ReadonlyArray<Predicate<Query>>
  readonly before: ReadonlyArray<Keys>
  readonly fidelities: ReadonlyArray<Fidelity>
}

/** @since 0.1.0 */
export interface Candidate {
  readonly predicate: Predicate<Query>
  readonly keys: Keys
}

type KeyValues = Pick<Keys, 'column' | 'kind' | 'plan' | 'values'>

/**
 * A condition on the values of a column, as it would be asked together with others. `null` if they can't be combined.
 */
const askedWith = (client: Client, all: Query, so: PushedPart, own: KeyValues): Keys | null => {
  const { column, kind, plan: inner, values } = own
  const model = baseOf(all)
  const found = (['in', 'each'] as const).flatMap((how) => {
    const samples = [...so.before, { how, column, kind }].map(sampleFor)
    const query = { ...all, where: conjunction([...so.where, ...samples]) }
    const answer = answerOf(client, query)
    const fidelity = answer.where[so.fidelities.length] ?? 'unsupported'
    const together = fidelity !== 'unsupported' && so.fidelities.every((each, i) => answer.where[i] === each)
    return together && E.isRight(walkOf(client, query, null)) ? [{ how, answer, fidelity }] : []
  })
  const [best] = found
  if (best === undefined) return null
  const { how, answer, fidelity } = best
  const isKey = column === client.schema.models.get(model)?.primaryKey
  const page = sizeOf(client, answer)
  const taken =
    how === 'each'
      ? 1
      : Math.max(1, Math.min(answer.maxMembers ?? 1000, isKey ? (page ?? Infinity) : Infinity))
  const others = so.before.map(sampleFor)
  const chunk = sizeFor(values, taken, (some) => {
    const where = conjunction([...so.where, ...others, having({ how, column, kind }, some)])
    return answerOf(client, { ...all, where }).where[so.fidelities.length] === fidelity
  })
  if (chunk === null) return null
  const listed = { ...all, where: conjunction(so.where) }
  const listing = walkOf(client, listed, null)
  return {
    column,
    kind,
    plan: inner,
    values,
    fidelity,
    how,
    unique: isKey && fidelity === 'exact' && how === 'in',
    upTo:
      how === 'in'
        ? E.isRight(listing)
          ? upToFor(answerOf(client, listed).rows ?? null, listing.right, chunk)
          : Infinity
        : (requestsFor(answer.rows ?? null, { size: page, overlap: false }, 1) ?? 1),
    chunk,
  }
}

/** A condition on related rows as a condition on values that are requested first, if that is worth it. */
const candidateOf = (
  { client, inner: planned }: PlanInput,
  { asked: from }: BasePass,
  so: PushedPart,
  predicate: Predicate<Query>,
): Candidate | null => {
  const { schema } = client
  const model = baseOf(from)
  const given = membersOf(schema, model, predicate)
  const semijoin = given === null ? semijoinOf(schema, model, predicate) : null
  const column = given?.column ?? semijoin?.column
  const kind = schema.models.get(model)?.columns.get(column ?? '')?.kind
  if (column === undefined || kind === undefined) return null
  const keys = askedWith(client, from, so, { column, kind, plan: null, values: given?.values ?? [] })
  if (keys === null || given !== null) return keys === null ? null : { predicate, keys }
  if (semijoin === null) return null
  const { budget: _, ...unbounded } = client
  const inner = planned(unbounded, semijoin.query)
  if (E.isLeft(inner) || inner.right.shape.columns[0]?.kind !== kind) return null
  const { pushed, residual } = inner.right
  const here = answerOf(client, allOf({ _tag: 'model', model })).rows ?? null
  const there = answerOf(client, layersOf(semijoin.query)[0] ?? semijoin.query).rows ?? null
  const selects = layersOf(pushed).some((each) => each.where !== null || each.slice !== null)
  const smaller = there !== null && here !== null && there < here
  return semijoin.given || selects || smaller || (residual !== null && residual.before.length > 0)
    ? { predicate, keys: { ...keys, plan: inner.right } }
    : null
}

/** Given values of a column, if there are more of them than the client takes at once. */
const membersOf = (
  schema: Client['schema'],
  model: string,
  predicate: Predicate<Query>,
): { readonly column: string; readonly values: ReadonlyArray<Json> } | null => {
  if (predicate._tag !== 'lookup' || predicate.name !== 'in') return null
  const { left, right } = predicate
  const column = ownField(left)
  const kind = schema.models.get(model)?.columns.get(column ?? '')?.kind
  const values = right.flatMap((each) =>
    each._tag === 'const' && each.kind === kind && each.value !== null ? [each.value] : [],
  )
  return column !== null && values.length === right.length ? { column, values } : null
}
