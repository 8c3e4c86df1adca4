/**
 * Runs one probe on a client, and records the answer.
 *
 * @since 0.2.0
 */

import { either as E } from 'fp-ts'
import { answerOf, type Answer as Support, type Fidelity } from '../../client/Support.js'
import type { Query } from '../../query/Query.js'
import type { Case, Plain, Terminal } from '../case/Case.js'
import { ask, questionOf, type CallResult } from '../hold/ask.js'
import type { Broken } from '../hold/execute.js'
import { expectedOf } from '../hold/reads.js'
import {
  outcomeOf,
  valueOf,
  type ProbeResult,
  type Paged,
  type Trial,
  type AbilityState,
  type CostsSoFar,
} from './outcome.js'
import type { Ability, Probe } from './probes.js'
import { brokenPromise, capped, mostOf, promisedOf, type Promised } from './promise.js'
import { aboutOf, nameOf, sortOf } from './verbOf.js'

/**
 * A fault, with the case that shows it. `about` is what the client declares instead. It is `null` if the client
 * declares nothing. Faults of the same `sort` probably have one cause.
 *
 * @since 0.1.0
 */
export interface Fault {
  readonly sort: string
  readonly about: string | null
  readonly example: Case
  readonly broken: Broken
}

/** The worse of two fidelities. */
const worse = (a: Fidelity, b: Fidelity): Fidelity =>
  a === 'unsupported' || b === 'unsupported' ? 'unsupported' : a === 'superset' ? a : b

/** The probes that list a model's own rows, which have a total. */
const totalled: ReadonlySet<Ability['_tag']> = new Set(['lookup', 'order', 'limit', 'offset'])

/**
 * What is known of a client so far: its abilities, faults and totals, the number of queries, and the costs that it
 * declares.
 *
 * @since 0.2.0
 */
export interface Hunt {
  readonly states: Map<string, AbilityState>
  readonly faults: Map<string, Fault>
  readonly totals: {
    told: number
    untold: number
    wrong: number
    readonly declared: Set<Support['total']>
  }
  readonly asked: { requests: number; declared: boolean; refused: boolean }
  readonly costs: CostsSoFar
}

/** @since 0.2.0 */
export const newHunt = (): Hunt => ({
  states: new Map(),
  faults: new Map(),
  totals: { told: 0, untold: 0, wrong: 0, declared: new Set() },
  asked: { requests: 0, declared: false, refused: false },
  costs: { rows: {} },
})

const stateOf = ({ states }: Hunt, ability: Ability): AbilityState => {
  const name = nameOf(ability)
  const state = states.get(name) ?? {
    ability,
    worst: 'exact',
    narrowed: false,
    undeclared: false,
    superset: false,
  }
  states.set(name, state)
  return state
}

/** A probe with the expected and the actual answer. */
interface Asked {
  readonly place: Trial
  readonly read: Extract<Plain, { readonly _tag: 'read' }>
  readonly query: Query
  readonly bag: boolean
  readonly promised: Promised
  readonly expected: E.Right<unknown>
  readonly actual: CallResult
}

/**
 * Runs a probe, records the answer, and gives its outcome.
 *
 * @since 0.2.0
 */
export const tried = async (
  hunt: Hunt,
  place: Trial,
  { ability, of, slice }: Probe,
): Promise<ProbeResult | null> => {
  const { schema, client, known } = place
  const terminal: Terminal = slice === undefined ? { _tag: 'page' } : { _tag: 'page', slice }
  const whole = questionOf(schema, of, terminal, null)
  const most = mostOf(client, of.model, E.isRight(whole.query) ? whole.query.right : null)
  const { answer, query, bag } = await expectedOf(known, whole)
  const question = capped(client, whole, most)
  if (E.isLeft(answer) || query === null || E.isLeft(question.query)) return null
  const promised = promisedOf(client, question.query.right)
  hunt.asked.requests += 1
  const actual = await ask(client, question)
  const { outcome, narrowed } = outcomeOf(place, ability, query, most, answer.right as Paged, actual)
  const state = stateOf(hunt, ability)
  state.worst = worse(
    state.worst,
    outcome === 'right' ? 'exact' : outcome === 'superset' ? 'superset' : 'unsupported',
  )
  state.narrowed ||= narrowed
  state.superset ||= promised === 'superset'
  state.undeclared ||= promised === 'nothing' && outcome === 'right'
  hunt.asked.refused ||= promised === 'nothing' && outcome === 'refused'
  const read = { _tag: 'read', of, terminal } as const
  const asked: Asked = { place, read, query, bag, promised, expected: answer, actual }
  if (isFault(promised, outcome)) keepFault(hunt, asked, ability, outcome)
  // Checks the total of an answer that is otherwise correct.
  if (outcome === 'right' && totalled.has(ability._tag)) keepTotal(hunt, asked, question.query.right)
  return outcome
}

const isFault = (promised: Promised, outcome: ProbeResult): boolean =>
  promised === 'exact'
    ? outcome !== 'right'
    : promised === 'superset'
      ? outcome !== 'right' && outcome !== 'superset'
      : promised !== 'unclear' && outcome !== 'right' && outcome !== 'refused'

/** Records the first fault of each sort, with the probe as an example. */
const keepFault = (
  { faults }: Hunt,
  { place: { client, ground }, read, query, bag, promised, expected, actual }: Asked,
  what: Ability,
  how: ProbeResult,
  by: Promised = promised,
): void => {
  const name = `${nameOf(what)} ${by}`
  if (faults.has(name)) return
  const wrong = { expected: expected.right, actual: valueOf(actual) }
  const broken = brokenPromise(client, query, expected, actual, how === 'refused' ? how : wrong, bag)
  faults.set(name, {
    sort: sortOf(what, by),
    about: aboutOf(what, by, how),
    example: { definitions: ground.definitions, rows: ground.rows, calls: [read] },
    broken: {
      call: 0,
      violation:
        broken === null || broken === 'refused'
          ? { law: 'page', area: 'reads', ...wrong }
          : { area: 'reads', ...broken },
    },
  })
}

/** Records whether the client gave a total, and whether it was correct. */
const keepTotal = (hunt: Hunt, asked: Asked, question: Query): void => {
  const { totals } = hunt
  const { promised, expected, actual } = asked
  const { client } = asked.place
  if (E.isLeft(actual)) return
  const { total } = actual.right as Paged
  const right = (expected.right as Paged).total ?? 0
  const declared = client.support === undefined ? 'exact' : answerOf(client, question).total
  totals.declared.add(declared)
  const isCapped = typeof declared === 'number' && right >= declared && (total ?? 0) >= declared
  if (total === null) {
    totals.untold += 1
    if (client.support !== undefined && declared === 'exact' && promised === 'exact')
      keepFault(hunt, asked, { _tag: 'total' }, 'right')
  } else if (total === right || isCapped) totals.told += 1
  else {
    totals.wrong += 1
    const by = client.support !== undefined && declared === 'none' ? 'nothing' : promised
    keepFault(hunt, asked, { _tag: 'total' }, 'wrong', by)
  }
}
