/** Clients that can do something and not something else, and notice when they are asked for more. */
import { either as E, taskEither as TE } from 'fp-ts'
import {
  clientFailed,
  everything,
  understands,
  type Answer,
  type Client,
  type Fidelity,
  type Query,
  type Support,
} from '../../src/index.js'
import { answerOf, conjunction, conjunctsOf, fidelityOf, isExact } from '../../src/client/Support.js'
import type { LookupName, Predicate } from '../../src/expression/Expression.js'
import { layersOf } from '../../src/query/Query.js'
import { evaluate } from '../../src/reference/evaluate.js'
import { memory } from '../../src/memory.js'
import type { Json, Row } from '../../src/value/Value.js'
import { chance, pick, weighted, type Tape } from './Tape.js'
import type { World } from './worlds.js'
import { now } from './compare.js'

export interface Log {
  requests: number
  rows: number
  /** What it was asked for and can't do. */
  readonly wrongs: Array<string>
}

const lookups: ReadonlyArray<LookupName> = [
  'exact',
  'iexact',
  'contains',
  'icontains',
  'startswith',
  'istartswith',
  'endswith',
  'iendswith',
  'in',
  'gt',
  'gte',
  'lt',
  'lte',
  'range',
  'isnull',
  'regex',
  'iregex',
]

const fidelities = (tape: Tape): Fidelity =>
  weighted<Fidelity>(tape, [
    [3, 'exact'],
    [2, 'superset'],
    [3, 'unsupported'],
  ])

/** What a client can do, at random: little of one row's own fields, or some of everything. */
export const abilitiesOf = (world: World, tape: Tape): Support => {
  const maxPerRequest = chance(tape, 70) ? 1 + tape.next(7) : undefined
  const total = pick<Answer['total']>(tape, ['none', 'exact', 2])
  const sizes = chance(tape, 70)
  const rows = Object.fromEntries(Object.entries(world.rows).map(([model, all]) => [model, all.length]))
  const known = {
    ...(maxPerRequest === undefined ? {} : { maxPerRequest }),
    ...(chance(tape, 50) ? { maxMembers: 1 + tape.next(4) } : {}),
    milliseconds: 10,
  }
  const by = Object.fromEntries(lookups.map((name) => [name, fidelities(tape)]))
  if (chance(tape, 60))
    return understands({
      lookups: by,
      connectives: chance(tape, 50),
      order: chance(tape, 50),
      slice: maxPerRequest !== undefined || chance(tape, 50),
      projection: chance(tape, 50),
      total,
      ...known,
      ...(sizes ? { rows } : {}),
    })
  const can = {
    order: chance(tape, 70),
    slice: maxPerRequest !== undefined || chance(tape, 70),
    projection: chance(tape, 70),
    aggregate: chance(tape, 50),
    distinct: chance(tape, 50),
    annotations: chance(tape, 50),
    related: chance(tape, 50),
    nested: chance(tape, 50),
  }
  const tags = Object.fromEntries(
    ['some', 'exists', 'inQuery', 'holds'].map((tag) => [tag, fidelities(tape)]),
  )
  const leaf = (node: Predicate<Query>): Fidelity =>
    (node._tag === 'lookup' ? by[node.name] : tags[node._tag]) ?? 'unsupported'
  return (question) => ({
    ...everything(question),
    ...can,
    ...known,
    total,
    where: question.where.map((each) => fidelityOf(each, leaf)),
    ...(sizes && rows[question.model] !== undefined ? { rows: rows[question.model] ?? 0 } : {}),
  })
}

/** A client with these abilities, and no others. */
export const ableClient = (world: World, support: Support, log: Log): Client => {
  const client: Client = {
    name: 'able',
    schema: world.schema,
    support,
    list: (query) => {
      log.requests += 1
      const answer = answerOf(client, query)
      const conjuncts = conjunctsOf(query)
      const kept = conjuncts.filter((_, i) => answer.where[i] === 'exact')
      const strict: Query = { ...query, where: conjunction(kept) }
      if (answer.where.includes('unsupported') || !isExact(client, strict))
        log.wrongs.push(JSON.stringify(query))
      if (kept.length < conjuncts.length && layersOf(query).length > 1) log.wrongs.push(JSON.stringify(query))
      const { slice } = query
      const limit = slice?.limit ?? null
      const most = answer.maxPerRequest ?? null
      if (most !== null && limit !== null && limit > most) log.wrongs.push(`asked for ${String(limit)} rows`)
      const all = evaluate(world.schema, world.source, now)({ ...strict, slice: null })
      if (E.isLeft(all)) {
        log.wrongs.push(JSON.stringify(all.left))
        return TE.left(clientFailed('able', 'list', all.left))
      }
      // Without an order there is one all the same, of its own.
      const own =
        query.order.length === 0 && query.from._tag === 'model' && query.group === null
          ? [...all.right].reverse()
          : all.right
      const offset = slice?.offset ?? 0
      const rows: ReadonlyArray<Row> = own.slice(
        offset,
        Math.min(limit ?? Infinity, most ?? Infinity) + offset,
      )
      log.rows += rows.length
      const total =
        answer.total === 'exact'
          ? own.length
          : answer.total === 'none'
            ? null
            : Math.min(own.length, answer.total)
      return TE.right({ rows, total })
    },
  }
  return client
}

export const freshLog = (): Log => ({ requests: 0, rows: 0, wrongs: [] })

export type { Json }
export const whole = (world: World): Client => memory(world.models, world.rows)
