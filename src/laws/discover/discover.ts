/**
 * Finding out what a client can do, and where it says something else.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { LookupName } from '../../expression/Expression.js'
import type { Definitions, Schema } from '../../schema/Schema.js'
import type { Client } from '../../client/Client.js'
import { answerOf, type Answer as Support, type Fidelity } from '../../client/Support.js'
import { allOf, isOrdered, type Query } from '../../query/Query.js'
import { ask, asText, questionOf, type Answer } from '../hold/ask.js'
import type { Case, Terminal } from '../case/Case.js'
import { schemaFor, type Prepared } from '../hold/check.js'
import { declarationOf, type Costs } from './declaration.js'
import { expectedOf, type Broken } from '../hold/execute.js'
import type { Found, Manifest } from './Manifest.js'
import type { Rows } from '../case/Rows.js'
import { lookupsOf } from '../make/predicates.js'
import { brokenPromise, capped, mostOf, promisedOf, type Promised } from './promise.js'
import { problem } from '../case/problem.js'
import {
  columnsIn,
  connectiveProbes,
  lookupProbes,
  orderProbes,
  sliceProbes,
  wholeProbes,
  type Ability,
  type Known,
  type Probe,
} from './probes.js'
import { random } from '../make/random.js'
import { saidFrom } from '../make/reads.js'
import { stage } from '../hold/Stage.js'
import { storeOf } from '../hold/Subject.js'
import { worldOf, type World } from '../make/World.js'

/**
 * Rows over which questions are asked.
 *
 * @since 0.1.0
 */
export interface Ground {
  readonly definitions: Definitions
  readonly rows: Rows
}

/**
 * What isn't as it should be, by the case that shows it. `about` says what the client says otherwise; it is `null` of
 * one that says nothing of itself. Those with the same `sort` are likely the same fault.
 *
 * @since 0.1.0
 */
export interface Fault {
  readonly sort: string
  readonly about: string | null
  readonly example: Case
  readonly broken: Broken
}

/** @since 0.1.0 */
export interface Discovered {
  readonly manifest: Omit<Manifest, 'lies'>
  /** Whether it refused something of what it says that it can't answer. */
  readonly refuses: boolean
  readonly faults: ReadonlyArray<Fault>
}

/** How a question was answered: `failed` is an error other than `Unsupported`. */
type Outcome = 'right' | 'superset' | 'wrong' | 'failed' | 'refused'

/** What is known of an ability so far. */
interface State {
  readonly ability: Ability
  worst: Fidelity
  /** Whether what was asked for made a difference. */
  narrowed: boolean
  /** Whether it was answered although the client says that it can't. */
  undeclared: boolean
  /** Whether the client says that it may give more rows. */
  superset: boolean
}

interface Place {
  readonly schema: Schema
  readonly ground: Ground
  readonly client: Client
  readonly known: Parameters<typeof expectedOf>[0]
  /** Rows that came in pages of one. */
  readonly seen: Set<string>
}

const nameOf = (ability: Ability): string =>
  ability._tag === 'lookup'
    ? `lookup ${ability.model} ${ability.field} ${ability.lookup}`
    : ability._tag === 'order'
      ? `order ${ability.model} ${ability.field}`
      : ability._tag

/** Faults of this sort are told once, with one case: who doesn't refuse one lookup likely refuses none. */
const sortOf = (ability: Ability, promised: Promised): string =>
  `${ability._tag} ${ability._tag === 'lookup' && promised !== 'nothing' ? ability.lookup : ''} ${promised}`

const verbOf = (ability: Ability): string => {
  switch (ability._tag) {
    case 'lookup':
      return `finds ${ability.model}.${ability.field} by '${ability.lookup}'`
    case 'order':
      return `orders ${ability.model} by ${ability.field}`
    case 'connectives':
      return "answers 'and', 'or', 'xor' and 'not'"
    case 'limit':
      return 'obeys a limit'
    case 'offset':
      return 'obeys an offset'
    case 'projection':
      return 'gives only the columns asked for'
    case 'total':
      return 'tells the total'
    case 'everything':
      return 'answers everything'
    case 'nested':
      return 'answers a query of a query'
    case 'related':
      return 'gives related rows with rows'
    case 'annotations':
      return 'gives computed columns'
    case 'aggregate':
      return 'groups and aggregates'
    case 'distinct':
      return 'gives each row once'
  }
}

const cant = (ability: Ability): string => verbOf(ability).replace(/^(\w+?)s /u, "can't $1 ")

const didOf: { readonly [K in Exclude<Outcome, 'right'>]: string } = {
  refused: 'refuses',
  failed: 'fails',
  superset: 'gives too many rows',
  wrong: 'gives others than it should',
}

const aboutOf = (ability: Ability, promised: Promised, outcome: Outcome): string | null =>
  promised === 'any'
    ? null
    : promised === 'nothing'
      ? `it says that it ${cant(ability)}, and ${outcome === 'failed' ? 'fails' : 'answers wrongly'} instead of refusing`
      : `it says that it ${verbOf(ability)}, and ${outcome === 'right' ? "doesn't" : didOf[outcome]}`

/** The worse of two. */
const worse = (a: Fidelity, b: Fidelity): Fidelity =>
  a === 'unsupported' || b === 'unsupported' ? 'unsupported' : a === 'superset' ? a : b

/** What gives a model's own rows, of which there is a total. */
const totalled: ReadonlySet<Ability['_tag']> = new Set(['lookup', 'order', 'limit', 'offset'])

/** How many random reads have to be right of who answers everything. */
const reads = 30

/**
 * Asks a client about rows of each ground: at most eight questions about each lookup of each field, four about each
 * order, about a hundred about each model, thirty besides. It only reads.
 *
 * @since 0.1.0
 */
export const discover = async (
  prepared: Prepared,
  grounds: ReadonlyArray<Ground>,
  models: ReadonlyArray<string> | null,
): Promise<E.Either<QueryError, Discovered>> => {
  const states = new Map<string, State>()
  const faults = new Map<string, Fault>()
  const totals = { told: 0, untold: 0, wrong: 0, declared: new Set<Support['total']>() }
  const asked = { requests: 0, said: false, refused: false }
  const costs: Told = { rows: {} }

  const stateOf = (ability: Ability): State => {
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

  /** Asks, keeps what came, and tells how it was answered. */
  const tried = async (place: Place, { ability, of, slice }: Probe): Promise<Outcome | null> => {
    const { schema, client, known, ground } = place
    const terminal: Terminal = slice === undefined ? { _tag: 'page' } : { _tag: 'page', slice }
    const whole = questionOf(schema, of, terminal, null)
    const most = mostOf(client, of.model, E.isRight(whole.query) ? whole.query.right : null)
    const { answer, query, bag } = await expectedOf(known, whole)
    const question = capped(client, whole, most)
    if (E.isLeft(answer) || query === null || E.isLeft(question.query)) return null
    const promised = promisedOf(client, question.query.right)
    asked.requests += 1
    const actual = await ask(client, question)
    const compared = outcomeOf(place, ability, query, most, answer.right as Paged, actual)
    const { outcome } = compared
    const state = stateOf(ability)
    state.worst = worse(
      state.worst,
      outcome === 'right' ? 'exact' : outcome === 'superset' ? 'superset' : 'unsupported',
    )
    state.narrowed ||= compared.narrowed
    state.superset ||= promised === 'superset'
    state.undeclared ||= promised === 'nothing' && outcome === 'right'
    asked.refused ||= promised === 'nothing' && outcome === 'refused'
    const isFault =
      promised === 'exact'
        ? outcome !== 'right'
        : promised === 'superset'
          ? outcome !== 'right' && outcome !== 'superset'
          : promised !== 'unclear' && outcome !== 'right' && outcome !== 'refused'
    const fault = (what: Ability, how: Outcome, by = promised): void => {
      const name = `${nameOf(what)} ${by}`
      if (faults.has(name)) return
      const wrong = { expected: answer.right, actual: valueOf(actual) }
      const broken = brokenPromise(client, query, answer, actual, how === 'refused' ? how : wrong, bag)
      faults.set(name, {
        sort: sortOf(what, by),
        about: aboutOf(what, by, how),
        example: {
          definitions: ground.definitions,
          rows: ground.rows,
          calls: [{ _tag: 'read', of, terminal }],
        },
        broken: {
          call: 0,
          violation:
            broken === null || broken === 'refused'
              ? { law: 'page', area: 'reads', ...wrong }
              : { area: 'reads', ...broken },
        },
      })
    }
    if (isFault) fault(ability, outcome)
    // The total of what is right otherwise.
    if (outcome === 'right' && E.isRight(actual) && totalled.has(ability._tag)) {
      const { total } = actual.right as Paged
      const right = (answer.right as Paged).total ?? 0
      const declared = client.support === undefined ? 'exact' : answerOf(client, question.query.right).total
      totals.declared.add(declared)
      const isCapped = typeof declared === 'number' && right >= declared && (total ?? 0) >= declared
      if (total === null) {
        totals.untold += 1
        if (client.support !== undefined && declared === 'exact' && promised === 'exact')
          fault({ _tag: 'total' }, 'right')
      } else if (total === right || isCapped) totals.told += 1
      else {
        totals.wrong += 1
        fault(
          { _tag: 'total' },
          'wrong',
          client.support !== undefined && declared === 'none' ? 'nothing' : promised,
        )
      }
    }
    return outcome
  }

  const each = async (place: Place, probes: ReadonlyArray<Probe>): Promise<void> => {
    /* eslint-disable-next-line functional/no-loop-statements -- one question after the other */
    for (const probe of probes) await tried(place, probe)
  }

  /* eslint-disable functional/no-loop-statements -- one question after the other */
  for (const ground of grounds) {
    const schema = schemaFor(prepared, ground.definitions)
    const store = storeOf(schema, ground.rows)
    if (E.isLeft(store)) return store
    const made = await prepared.make(schema, ground.rows, stage().io)()
    if (E.isLeft(made)) return made
    const client: Client = made.right
    asked.said ||= client.support !== undefined
    const place: Place = {
      schema,
      ground,
      client,
      known: { schema, known: { store: store.right, stale: false, ended: false } },
      seen: new Set(),
    }
    const there = [...schema.models.values()].filter(({ name }) => models === null || models.includes(name))
    const known: Array<Known> = []
    for (const model of there) {
      addCosts(costs, client, model.name)
      for (const column of columnsIn(model)) {
        for (const lookup of lookupsOf(column.kind, schema)) {
          const custom = schema.lookups.get(lookup) ?? null
          const probes = lookupProbes(ground.rows, model, column, lookup, custom)
          const outcomes = new Set<Outcome | null>()
          for (const probe of probes) {
            const outcome = await tried(place, probe)
            outcomes.add(outcome)
            if (outcome === 'refused' || outcome === 'failed' || outcome === 'wrong') break
          }
          const step = probes.at(-1)?.of.steps[0]
          const isExact = outcomes.size === 1 && outcomes.has('right')
          if (isExact && step?._tag === 'filter')
            known.push({
              model: model.name,
              field: column.name,
              nullable: model.columns.get(column.name)?.nullable === true,
              predicate: step.predicate,
            })
        }
        await each(place, orderProbes(model, column.name))
      }
      const n = Math.min(ground.rows[model.name]?.length ?? 0, mostOf(client, model.name) ?? Infinity)
      place.seen.clear()
      if (n > 1) await each(place, sliceProbes(model, n))
      await each(place, wholeProbes(schema, model))
    }
    await each(place, connectiveProbes(known))
    if (mayBeAll(states)) await each(place, randomProbes(schema, ground, there))
  }
  /* eslint-enable functional/no-loop-statements */

  const can = (name: Ability['_tag']): boolean => states.get(name)?.worst === 'exact'
  const found: Found = {
    lookups: [...states.values()].flatMap(({ ability, worst, narrowed, superset }) =>
      ability._tag !== 'lookup'
        ? []
        : [
            {
              model: ability.model,
              field: ability.field,
              lookup: ability.lookup,
              // Who gives all rows whatever is asked has passed the condition over.
              fidelity: worst === 'superset' && !narrowed && !superset ? 'unsupported' : worst,
            },
          ],
    ),
    order: [...states.values()].flatMap(({ ability, worst }) =>
      ability._tag === 'order'
        ? [{ model: ability.model, field: ability.field, exact: worst === 'exact' }]
        : [],
    ),
    connectives: can('connectives'),
    slice: can('limit') ? (can('offset') ? true : 'limit') : false,
    projection: can('projection'),
    total: totalOf(totals),
    aggregate: can('aggregate'),
    distinct: can('distinct'),
    annotations: can('annotations'),
    related: can('related'),
    nested: can('nested'),
    everything: mayBeAll(states) && can('everything'),
  }
  return E.right({
    manifest: {
      ...found,
      declaration: declarationOf(found, costs),
      more: asked.said ? moreOf(states, found, totals.declared) : [],
      requests: asked.requests,
    },
    refuses: asked.refused,
    faults: [...faults.values()],
  })
}

/** Costs that are still being read. */
type Told = { -readonly [K in keyof Costs]: Costs[K] }

interface Paged {
  readonly rows: ReadonlyArray<unknown>
  readonly total: number | null
}

const valueOf = (answer: Answer): unknown => (E.isLeft(answer) ? problem(answer.left) : answer.right)

const textOf = (rows: ReadonlyArray<unknown>): ReadonlyArray<string> => rows.map((row) => JSON.stringify(row))

/** Whether each is among the others, as often as it is there. */
const isPartOf = (some: ReadonlyArray<string>, all: ReadonlyArray<string>): boolean => {
  const left = new Map<string, number>()
  all.forEach((each) => left.set(each, (left.get(each) ?? 0) + 1))
  return some.every((each) => {
    const n = left.get(each) ?? 0
    left.set(each, n - 1)
    return n > 0
  })
}

const outcomeOf = (
  { seen, ground }: Place,
  ability: Ability,
  query: Query,
  most: number | null,
  expected: Paged,
  actual: Answer,
): { readonly outcome: Outcome; readonly narrowed: boolean } => {
  if (E.isLeft(actual))
    return { outcome: actual.left._tag === 'Unsupported' ? 'refused' : 'failed', narrowed: false }
  const given = actual.right as Paged
  const limit = most ?? Infinity
  const n = query.from._tag === 'model' ? (ground.rows[query.from.model]?.length ?? 0) : 0
  const narrowed = given.rows.length < Math.min(n, limit)
  const is = (outcome: Outcome) => ({ outcome, narrowed })
  const ordered = isOrdered(query)
  const right = ordered ? { ...expected, rows: expected.rows.slice(0, limit) } : expected
  if (asText(right.rows, query, !ordered) === asText(given.rows, query, !ordered)) return is('right')
  const [wanted, got] = [textOf(expected.rows), textOf(given.rows)]
  const there = new Set(got)
  if (ability._tag === 'offset' || ability._tag === 'limit') {
    // Rows in no order that was asked for come in the client's own; what matters is that pages don't share any.
    const fits = query.order.length === 0 && got.length === wanted.length && there.size === got.length
    const again = ability._tag === 'offset' && got.some((each) => seen.has(each))
    if (ability._tag === 'offset') got.forEach((each) => seen.add(each))
    return is(fits && !again ? 'right' : 'wrong')
  }
  if (ordered) return is('wrong')
  // Of more rows than it gives at once, it may begin with any.
  if (got.length === limit && wanted.length > limit && isPartOf(got, wanted)) return is('right')
  if (ability._tag !== 'lookup') return is('wrong')
  const misses = there.size < got.length || (got.length < limit && wanted.some((each) => !there.has(each)))
  return is(misses ? 'wrong' : 'superset')
}

const totalOf = (totals: {
  readonly told: number
  readonly untold: number
  readonly wrong: number
  readonly declared: ReadonlySet<Support['total']>
}): Support['total'] => {
  if (totals.told === 0 || totals.untold > 0 || totals.wrong > 0) return 'none'
  const caps = [...totals.declared].filter((each) => typeof each === 'number')
  // Where it is capped can't be seen from below.
  return caps.length > 0 ? Math.min(...caps) : 'exact'
}

/** Whether nothing speaks against it. */
const mayBeAll = (states: ReadonlyMap<string, State>): boolean =>
  [...states.values()].every(({ ability, worst }) => ability._tag === 'total' || worst === 'exact')

const randomProbes = (
  schema: Schema,
  { rows }: Ground,
  models: ReadonlyArray<Schema['models'] extends ReadonlyMap<string, infer M> ? M : never>,
): ReadonlyArray<Probe> => {
  const world: World = worldOf(schema, random(1), rows)
  return Array.from({ length: models.length === 0 ? 0 : reads }, (_, i): ReadonlyArray<Probe> => {
    const model = models[i % models.length]
    return model === undefined
      ? []
      : [{ ability: { _tag: 'everything' }, of: saidFrom({ world, tape: random(i) }, model) }]
  }).flat()
}

/** What can't be found out is taken as it is said. */
const addCosts = (costs: Told, client: Client, model: string): void => {
  const answer = answerOf(client, allOf({ _tag: 'model', model }))
  const least = (name: 'maxPerRequest' | 'maxMembers' | 'milliseconds', value: number | undefined): void => {
    const before = costs[name]
    if (value !== undefined) costs[name] = Math.min(before ?? Infinity, value)
  }
  least('maxPerRequest', answer.maxPerRequest)
  least('maxMembers', answer.maxMembers)
  if (answer.milliseconds !== undefined)
    costs.milliseconds = Math.max(costs.milliseconds ?? 0, answer.milliseconds)
  if (answer.rows !== undefined) costs.rows = { ...costs.rows, [model]: answer.rows }
}

const moreOf = (
  states: ReadonlyMap<string, State>,
  found: Found,
  totals: ReadonlySet<Support['total']>,
): ReadonlyArray<string> => {
  const free = [...states.values()].filter(({ worst, undeclared }) => undeclared && worst === 'exact')
  const lookups = new Map<LookupName, Array<string>>()
  const orders: Array<string> = []
  const others: Array<string> = []
  free.forEach(({ ability }) => {
    if (ability._tag === 'lookup')
      lookups.set(ability.lookup, [
        ...(lookups.get(ability.lookup) ?? []),
        `${ability.model}.${ability.field}`,
      ])
    else if (ability._tag === 'order') orders.push(`${ability.model}.${ability.field}`)
    else others.push(verbOf(ability))
  })
  return [
    ...[...lookups].map(([lookup, fields]) => `it finds ${fields.join(', ')} by '${lookup}'`),
    ...(orders.length === 0 ? [] : [`it orders by ${orders.join(', ')}`]),
    ...others.map((verb) => `it ${verb}`),
    ...(found.total === 'exact' && [...totals].some((each) => each !== 'exact')
      ? ['it tells the total']
      : []),
  ]
}
