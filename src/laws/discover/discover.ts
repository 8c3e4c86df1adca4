/**
 * Finding out what a client can do, and where it says something else.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { LookupName } from '../../expression/Expression.js'
import type { Schema } from '../../schema/Schema.js'
import type { Client } from '../../client/Client.js'
import { type Answer as Support, answerOf, type Fidelity } from '../../client/Support.js'
import { allOf } from '../../query/Query.js'
import { ask, questionOf } from '../hold/ask.js'
import type { Case, Terminal } from '../case/Case.js'
import { type Prepared, schemaFor } from '../hold/check.js'
import { declarationOf } from './declaration.js'
import type { Broken } from '../hold/execute.js'
import { expectedOf } from '../hold/reads.js'
import type { Found, Manifest } from './Manifest.js'
import { lookupsOf } from '../make/predicates.js'
import { brokenPromise, capped, mostOf, promisedOf } from './promise.js'
import {
  type Ability,
  columnsIn,
  connectiveProbes,
  type Known,
  lookupProbes,
  orderProbes,
  type Probe,
  sliceProbes,
  wholeProbes,
} from './probes.js'
import { random } from '../make/random.js'
import { saidFrom } from '../make/reads.js'
import { stage } from '../hold/Stage.js'
import { storeOf } from '../hold/Subject.js'
import { type World, worldOf } from '../make/World.js'
import {
  type Ground,
  mayBeAll,
  type Outcome,
  outcomeOf,
  type Paged,
  type Place,
  type State,
  type Told,
  totalOf,
  valueOf,
} from './outcome.js'
import { aboutOf, nameOf, sortOf, verbOf } from './verbOf.js'

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
