/** Clients that can do something and not something else, and notice when they are asked for more. */
import { taskEither as TE } from 'fp-ts'
import {
  everything,
  understands,
  type Answer,
  type Client,
  type Fidelity,
  type Query,
  type Question,
  type Support,
} from '../../src/index.js'
import { answerOf, fidelityOf, isExact } from '../../src/client/Support.js'
import { conjunction, conjunctsOf, nodesOf } from '../../src/query/parts.js'
import type { LookupName, Node, Predicate } from '../../src/expression/Expression.js'
import { builtIn } from '../../src/expression/lookups.js'
import { fold as foldNode, rebuild } from '../../src/expression/fold.js'
import { layersOf } from '../../src/query/Query.js'
import type { Page } from '../../src/client/Client.js'
import { chance, pick, weighted, type Tape } from '../../src/laws/make/Tape.js'
import type { World } from './worlds.js'

export interface Log {
  requests: number
  rows: number
  /** What it was asked for and can't do. */
  readonly wrongs: Array<string>
  /** How often it was given more members of an `in` than it takes. */
  long: number
  /** Requests that are under way, and how many there were at most. */
  under: number
  together: number
}

const names: ReadonlyArray<LookupName> = [...builtIn.values()].map(({ name }) => name)

const fidelities = (tape: Tape): Fidelity =>
  weighted<Fidelity>(tape, [
    [3, 'exact'],
    [2, 'superset'],
    [3, 'unsupported'],
  ])

/** What a client can do, and how it does what it can only do loosely. */
export interface Able {
  readonly support: Support
  readonly leaf: (node: Predicate<Query>) => Fidelity
}

type Clash = (answer: Answer, question: Question) => Partial<Answer>

/** Ways in which what a client can do with one thing depends on others, which it is asked about at the same time. */
export const clashes: readonly [Clash, ...ReadonlyArray<Clash>] = [
  // One condition, and no more.
  ({ where }) => ({ where: where.map((each, i) => (i === 0 ? each : 'unsupported')) }),
  // One list of values, and no more.
  ({ where }, { where: asked }) => ({
    where: where.map((each, i) => (isIn(asked[i]) && asked.slice(0, i).some(isIn) ? 'unsupported' : each)),
  }),
  // Two of them loosely.
  ({ where }) => ({ where: where.map((each) => (each === 'exact' && where.length > 1 ? 'superset' : each)) }),
  // Two conditions on two fields, not on one.
  ({ where }, { where: asked }) => ({
    where: where.map((each, i) =>
      asked.slice(0, i).some((before) => fieldOf(before) === fieldOf(asked[i])) ? 'unsupported' : each,
    ),
  }),
  // One of them only along with another one.
  ({ where }, { where: asked }) => ({
    where: where.map((each, i) => (isIn(asked[i]) && where.length === 1 ? 'unsupported' : each)),
  }),
  // An order, or pages, or some of the fields, of all rows only.
  ({ order, where }, { query }) => ({ order: order && (where.length === 0 || query.order.length === 0) }),
  ({ slice, where }, { query }) => ({
    slice: slice && (where.length === 0 || (query.slice?.offset ?? 0) === 0),
  }),
  ({ projection, where }) => ({ projection: projection && where.length === 0 }),
  // Fewer at a time.
  ({ where, maxPerRequest }) => (where.length > 1 && maxPerRequest !== undefined ? { maxPerRequest: 1 } : {}),
  // Conditions loosely, or not at all, once there is an order, or an offset.
  ({ where }, { query }) => ({ where: isSorted(query) ? where.map(loosely) : where }),
  ({ where }, { query }) => ({ where: isSorted(query) ? where.map(() => 'unsupported') : where }),
  ({ where }, { query }) => ({ where: isFurther(query) ? where.map(loosely) : where }),
  ({ where }, { query }) => ({ where: isFurther(query) ? where.map(() => 'unsupported') : where }),
  // An order of the first page only.
  ({ order }, { query }) => ({ order: order && !(isSorted(query) && isFurther(query)) }),
  // Fewer at a time once there is an order, or an offset.
  ({ maxPerRequest }, { query }) => (isSorted(query) ? fewer(maxPerRequest) : {}),
  ({ maxPerRequest }, { query }) => (isFurther(query) ? fewer(maxPerRequest) : {}),
  // A total up to a number once there is an order; none with an offset.
  ({ total }, { query }) => ({ total: isSorted(query) && total === 'exact' ? 2 : total }),
  ({ total }, { query }) => ({ total: isFurther(query) ? 'none' : total }),
]

const isSorted = ({ order, reverse }: Query): boolean => order.length > 0 || reverse

const isFurther = ({ slice }: Query): boolean => (slice?.offset ?? 0) > 0

const loosely = (each: Fidelity): Fidelity => (each === 'exact' ? 'superset' : each)

const fewer = (size: number | undefined): Partial<Answer> =>
  size === undefined ? {} : { maxPerRequest: Math.ceil(size / 2) }

const isIn = (each: Predicate<Query> | undefined): boolean => each?._tag === 'lookup' && each.name === 'in'

const fieldOf = (each: Predicate<Query> | undefined): string =>
  each?._tag === 'lookup' && each.left._tag === 'column' ? each.left.path.join('.') : ''

const clashing = (support: Support, tape: Tape): Support => {
  if (!chance(tape, 40)) return support
  const clash = pick(tape, clashes)
  return (question) => {
    const answer = support(question)
    return { ...answer, ...clash(answer, question) }
  }
}

/** What a client can do, at random: little of one row's own fields, or some of everything; perhaps not all at once. */
export const abilitiesOf = (world: World, tape: Tape): Able => {
  const { support, leaf } = separately(world, tape)
  return { support: clashing(support, tape), leaf }
}

const often = ['exact', 'contains', 'gt', 'isnull', 'in', 'icontains', 'lte'] as const

/** What a client can do that does nearly everything, exactly: all but a part or two, or some of the lookups. */
export const mostAbilitiesOf = (world: World, tape: Tape): Able => {
  const missing = [pick(tape, answered), ...(chance(tape, 40) ? [pick(tape, answered)] : [])]
  const unknown: ReadonlyArray<string> = chance(tape, 50) ? [pick(tape, often), pick(tape, often)] : []
  const leaf = (node: Predicate<Query>): Fidelity =>
    node._tag === 'lookup' && unknown.includes(node.name) ? 'unsupported' : 'exact'
  const maxPerRequest = chance(tape, 50) ? 1 + tape.next(7) : undefined
  const total = pick<Answer['total']>(tape, ['none', 'exact', 2])
  const sizes = chance(tape, 50)
  const parts = Object.fromEntries(
    answered.map((part) => [
      part,
      !missing.includes(part) || (part === 'slice' && maxPerRequest !== undefined),
    ]),
  )
  const support: Support = (question) => ({
    ...everything(question),
    ...parts,
    ...(maxPerRequest === undefined ? {} : { maxPerRequest }),
    ...(sizes ? { rows: world.rows[question.model]?.length ?? 1000 } : {}),
    total,
    where: question.where.map((each) => fidelityOf(each, leaf)),
  })
  return { support: chance(tape, 20) ? clashing(support, tape) : support, leaf }
}

/** The parts of a query that a client may answer or not. */
export const answered = [
  'order',
  'slice',
  'projection',
  'aggregate',
  'distinct',
  'annotations',
  'related',
  'nested',
] as const

const separately = (world: World, tape: Tape): Able => {
  const maxPerRequest = chance(tape, 70) ? 1 + tape.next(7) : undefined
  const total = pick<Answer['total']>(tape, ['none', 'exact', 2])
  const sizes = chance(tape, 70)
  const rows = Object.fromEntries(Object.entries(world.rows).map(([model, all]) => [model, all.length]))
  const known = {
    ...(maxPerRequest === undefined ? {} : { maxPerRequest }),
    ...(chance(tape, 50) ? { maxMembers: 1 + tape.next(4) } : {}),
    ...(chance(tape, 50) ? { concurrency: 1 + tape.next(3) } : {}),
    ...(chance(tape, 30) ? { overlap: false } : {}),
    milliseconds: 10,
  }
  const by = Object.fromEntries(names.map((name) => [name, fidelities(tape)]))
  const tags = Object.fromEntries(
    ['some', 'exists', 'inQuery', 'holds'].map((tag) => [tag, fidelities(tape)]),
  )
  const leaf = (node: Predicate<Query>): Fidelity =>
    (node._tag === 'lookup' ? by[node.name] : tags[node._tag]) ?? 'unsupported'
  if (chance(tape, 60)) {
    const support = understands({
      lookups: by,
      connectives: chance(tape, 50),
      order: chance(tape, 50),
      slice: maxPerRequest !== undefined || chance(tape, 50),
      projection: chance(tape, 50),
      total,
      ...known,
      ...(sizes ? { rows } : {}),
    })
    return { support, leaf }
  }
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
  const support: Support = (question) => ({
    ...everything(question),
    ...can,
    ...known,
    total,
    where: question.where.map((each) => fidelityOf(each, leaf)),
    ...(sizes && rows[question.model] !== undefined ? { rows: rows[question.model] ?? 0 } : {}),
  })
  return { support, leaf }
}

/** A predicate as a client means it that answers some conditions with whatever there is. */
const loosened = (predicate: Predicate<Query>, leaf: Able['leaf']): Predicate<Query> =>
  foldNode<Query, null, Node<Query>>(predicate, null, {
    enter: () => null,
    combine: (node, operands) =>
      // What is inside of a condition that is answered as a whole isn't loose by itself: under a `not` it would be strict.
      ['lookup', 'some', 'exists', 'inQuery', 'holds'].includes(node._tag)
        ? leaf(node as Predicate<Query>) === 'superset'
          ? { _tag: 'and', all: [] }
          : node
        : rebuild(node, operands),
  }) as Predicate<Query>

/** A client with these abilities, and no others, over another one that can do everything. */
export const ableClient = (whole: Client, { support, leaf }: Able, log: Log): Client => {
  const client: Client = {
    name: 'able',
    schema: whole.schema,
    support,
    list: (query) => {
      log.requests += 1
      const answer = answerOf(client, query)
      const conjuncts = conjunctsOf(query)
      const kept = conjuncts.filter((_, i) => answer.where[i] === 'exact')
      const strict: Query = { ...query, where: conjunction(kept) }
      const meant = conjuncts.map((each, i): Predicate<Query> => {
        if (answer.where[i] === 'exact') return each
        const loose = loosened(each, leaf)
        // One that is loose only because of the others is as loose as can be.
        return JSON.stringify(loose) === JSON.stringify(each) ? { _tag: 'and', all: [] } : loose
      })
      const loose = kept.length < conjuncts.length
      // What it says of the rest, it says of the query with all of its conditions.
      const said: Support = (question) =>
        question.query === strict ? { ...answer, where: kept.map(() => 'exact') } : support(question)
      if (answer.where.includes('unsupported') || !isExact({ support: said }, strict))
        log.wrongs.push(JSON.stringify(query))
      // Too many rows can't be counted, cut off or put together.
      if (loose && layersOf(query).length > 1) log.wrongs.push(JSON.stringify(query))
      const { slice } = query
      const limit = slice?.limit ?? null
      const most = answer.maxPerRequest ?? null
      if (most !== null && limit !== null && limit > most) log.wrongs.push(`asked for ${String(limit)} rows`)
      const members = answer.maxMembers ?? Infinity
      if (longestIn(query) > members) log.long += 1
      log.under += 1
      log.together = Math.max(log.together, log.under)
      if (log.under > (answer.concurrency ?? 4))
        log.wrongs.push(`asked ${String(log.under)} things at the same time`)
      return TE.map(({ rows: all }: Page): Page => {
        log.under -= 1
        // Without an order there is one all the same, of its own.
        const free = query.order.length === 0 && query.from._tag === 'model' && query.group === null
        const own = free ? [...all].reverse() : all
        const offset = slice?.offset ?? 0
        const rows = own.slice(offset, Math.min(limit ?? Infinity, most ?? Infinity) + offset)
        log.rows += rows.length
        const total =
          answer.total === 'exact'
            ? own.length
            : answer.total === 'none'
              ? null
              : Math.min(own.length, answer.total)
        return { rows, total }
      })(whole.list({ ...query, where: conjunction(meant), slice: null }))
    },
  }
  return client
}

/** How many members the longest list in a pass has, wherever it stands. */
const longestIn = (query: Query): number =>
  Math.max(
    0,
    ...nodesOf(query).map((root) =>
      foldNode<Query, null, number>(root, null, {
        enter: () => null,
        combine: (node, operands) =>
          Math.max(node._tag === 'lookup' && node.name === 'in' ? node.right.length : 0, ...operands),
      }),
    ),
  )

export const freshLog = (): Log => ({ requests: 0, rows: 0, wrongs: [], long: 0, under: 0, together: 0 })
