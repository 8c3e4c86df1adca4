/**
 * Finds out what a client can do, and where its `support` says something else.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { LookupName } from '../../expression/Expression.js'
import type { Model, Schema } from '../../schema/Schema.js'
import type { Client } from '../../client/Client.js'
import { type Answer as Support, answerOf } from '../../client/Support.js'
import { allOf } from '../../query/Query.js'
import { type Prepared, schemaFor } from '../hold/check.js'
import { stage } from '../hold/Stage.js'
import { storeOf } from '../hold/Subject.js'
import { lookupsOf } from '../make/predicates.js'
import { random } from '../make/random.js'
import { querysetFrom } from '../make/reads.js'
import { type World, worldOf } from '../make/World.js'
import { declarationOf } from './declaration.js'
import type { Findings, Manifest } from './Manifest.js'
import {
  mayBeAll,
  type ProbeRows,
  type ProbeResult,
  type Trial,
  type AbilityState,
  type CostsSoFar,
  totalOf,
} from './outcome.js'
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
import { mostOf } from './promise.js'
import { type Fault, type Hunt, newHunt, tried } from './tried.js'
import { verbOf } from './verbOf.js'

/** @since 0.1.0 */
export interface Discovered {
  readonly manifest: Omit<Manifest, 'lies'>
  /** Whether it refused anything that it declares unsupported. */
  readonly refuses: boolean
  readonly faults: ReadonlyArray<Fault>
}

/** The number of random reads that a client with `everything` must answer correctly. */
const reads = 30

/**
 * Queries a client over each set of rows: at most eight queries for each lookup of each field, four for each order,
 * about a hundred for each model, and thirty others. It only reads.
 *
 * @since 0.1.0
 */
export const discover = async (
  prepared: Prepared,
  grounds: ReadonlyArray<ProbeRows>,
  models: ReadonlyArray<string> | null,
): Promise<E.Either<QueryError, Discovered>> => {
  const hunt = newHunt()
  /* eslint-disable-next-line functional/no-loop-statements -- one ground after the other */
  for (const ground of grounds) {
    const place = await placeOf(prepared, ground)
    if (E.isLeft(place)) return place
    hunt.asked.declared ||= place.right.client.support !== undefined
    await onGround(hunt, place.right, models)
  }
  const { states, totals, asked, faults } = hunt
  const found = foundIn(hunt)
  return E.right({
    manifest: {
      ...found,
      declaration: declarationOf(found, hunt.costs),
      more: asked.declared ? moreOf(states, found, totals.declared) : [],
      requests: asked.requests,
    },
    refuses: asked.refused,
    faults: [...faults.values()],
  })
}

/** A client over one set of rows. */
const placeOf = async (prepared: Prepared, ground: ProbeRows): Promise<E.Either<QueryError, Trial>> => {
  const schema = schemaFor(prepared, ground.definitions)
  const store = storeOf(schema, ground.rows)
  if (E.isLeft(store)) return store
  const made = await prepared.make(schema, ground.rows, stage().io)()
  if (E.isLeft(made)) return made
  return E.right({
    schema,
    ground,
    client: made.right,
    known: { schema, known: { store: store.right, stale: false, ended: false } },
    seen: new Set(),
  })
}

/** Probes each model of a set of rows, then everything that concerns several models. */
const onGround = async (hunt: Hunt, place: Trial, models: ReadonlyArray<string> | null): Promise<void> => {
  const { schema, ground, client } = place
  const there = [...schema.models.values()].filter(({ name }) => models === null || models.includes(name))
  const known: Array<Known> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one question after the other */
  for (const model of there) {
    addCosts(hunt.costs, client, model.name)
    known.push(...(await onColumns(hunt, place, model)))
    const n = Math.min(ground.rows[model.name]?.length ?? 0, mostOf(client, model.name) ?? Infinity)
    place.seen.clear()
    if (n > 1) await each(hunt, place, sliceProbes(model, n))
    await each(hunt, place, wholeProbes(schema, model))
  }
  await each(hunt, place, connectiveProbes(known))
  if (mayBeAll(hunt.states)) await each(hunt, place, randomProbes(schema, ground, there))
}

/** Probes each column of a model. Gives the conditions that were answered correctly. */
const onColumns = async (hunt: Hunt, place: Trial, model: Model): Promise<ReadonlyArray<Known>> => {
  const { schema, ground } = place
  const known: Array<Known> = []
  /* eslint-disable functional/no-loop-statements -- one question after the other */
  for (const column of columnsIn(model)) {
    for (const lookup of lookupsOf(column.kind, schema)) {
      const custom = schema.lookups.get(lookup) ?? null
      const probes = lookupProbes(ground.rows, model, column, lookup, custom)
      const outcomes = new Set<ProbeResult | null>()
      for (const probe of probes) {
        const outcome = await tried(hunt, place, probe)
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
    await each(hunt, place, orderProbes(model, column.name))
  }
  /* eslint-enable functional/no-loop-statements */
  return known
}

const each = async (hunt: Hunt, place: Trial, probes: ReadonlyArray<Probe>): Promise<void> => {
  /* eslint-disable-next-line functional/no-loop-statements -- one question after the other */
  for (const probe of probes) await tried(hunt, place, probe)
}

/** The abilities of a client that were found. */
const foundIn = ({ states, totals }: Hunt): Findings => {
  const can = (name: Ability['_tag']): boolean => states.get(name)?.worst === 'exact'
  return {
    lookups: [...states.values()].flatMap(({ ability, worst, narrowed, superset }) =>
      ability._tag !== 'lookup'
        ? []
        : [
            {
              model: ability.model,
              field: ability.field,
              lookup: ability.lookup,
              // A client that gives all rows for any condition has ignored the condition.
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
}

const randomProbes = (
  schema: Schema,
  { rows }: ProbeRows,
  models: ReadonlyArray<Schema['models'] extends ReadonlyMap<string, infer M> ? M : never>,
): ReadonlyArray<Probe> => {
  const world: World = worldOf(schema, random(1), rows)
  return Array.from({ length: models.length === 0 ? 0 : reads }, (_, i): ReadonlyArray<Probe> => {
    const model = models[i % models.length]
    return model === undefined
      ? []
      : [{ ability: { _tag: 'everything' }, of: querysetFrom({ world, tape: random(i) }, model) }]
  }).flat()
}

/** An ability that can't be tested is taken from `support`. */
const addCosts = (costs: CostsSoFar, client: Client, model: string): void => {
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
  states: ReadonlyMap<string, AbilityState>,
  found: Findings,
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
